import { randomUUID } from 'node:crypto';
import { updateAccount } from '../../../src/core/service-accounts/change.js';
import { createToken } from '../../../src/core/tokens/create.js';
import { generateToken } from '../../../src/core/tokens/format.js';
import { hideUsers, hostRules, hostTrigger } from '../../support/databases/odd-host.js';
import type { Product } from '../../support/databases/product.js';
import { addHostUser, changeHostUser, setSeats } from '../../support/people/people.js';
import { CORE_GROUP, CORE_USER } from '../../support/scim/scim.js';
import type { Request, ScimCase, ScimStage } from '../scim-case.js';

const productOf = ({ product }: ScimStage): Product => {
  if (!product) throw new Error('there is no product on this stage');
  return product;
};

/** A create; the external id goes by the name, so that each has its own. */
const create = (name: string, more: Record<string, unknown> = {}): Request => ({
  method: 'POST',
  path: '/Users',
  body: {
    schemas: [CORE_USER],
    userName: `${name}@contoso.example`,
    externalId: `x-${name}`,
    active: true,
    displayName: name,
    emails: [{ value: `${name}@contoso.example`, primary: true, type: 'work' }],
    ...more,
  },
});

const createGroup = (displayName: string): Request => ({
  method: 'POST',
  path: '/Groups',
  body: { schemas: [CORE_GROUP], displayName },
});

/** A user who is there; the id. */
async function created(stage: ScimStage, request: Request): Promise<string> {
  const { status, body } = await stage.send(request);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return String(body.id);
}

const shutOut = (id: string): Request => ({
  method: 'PATCH',
  path: `/Users/${id}`,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: false }],
  },
});

const renamed = (id: string, userName: string): Request => ({
  method: 'PATCH',
  path: `/Users/${id}`,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [
      { op: 'replace', value: { userName, emails: [{ value: userName, primary: true, type: 'work' }] } },
    ],
  },
});

const letIn = (id: string): Request => {
  const request = shutOut(id);
  return {
    ...request,
    body: { ...(request.body as object), Operations: [{ op: 'replace', path: 'active', value: true }] },
  };
};

/** The account of a user whom the IdP has shut out is another person's now. */
async function reused(stage: ScimStage, name: string): Promise<string> {
  const id = await created(stage, create(name));
  await stage.send(shutOut(id));
  const now = { login: `${name}.new`, email: `${name}.new@contoso.example` };
  await changeHostUser(productOf(stage), `${name}@contoso.example`, now);
  return id;
}

/** The application knows its users by a subject, and this one by another than the IdP says. */
async function knownBySubject(product: Product, login: string, subject: string): Promise<void> {
  await updateAccount(product.core, 'okta', { ssoSubject: 'user-name' });
  for (const statement of [
    'alter table app.users add column if not exists sso_subject varchar(320)',
    `do $do$ declare definition text := pg_get_viewdef('scim.host_user'); begin
       if definition not like '%sso_subject%' then
         execute 'create or replace view scim.host_user as ' || replace(definition, E'\n   FROM', E',\n    u.sso_subject\n   FROM');
       end if; end $do$`,
    `create or replace function app.write_subject() returns trigger language plpgsql as $do$
       begin update app.users set sso_subject = new.sso_subject where id = old.user_id::integer; return new; end $do$`,
    'create or replace trigger a_subject instead of update on scim.host_user for each row execute function app.write_subject()',
    `update app.users set sso_subject = '${subject}' where login = '${login}'`,
  ])
    await product.database.transaction(({ knex }) => knex.raw(statement));
  product.database.memory.forget();
}

/** What the endpoint answers, for an administrator of the IdP to act on. */
export const SCIM_ANSWERS: ScimCase[] = [
  {
    code: 'user-unknown',
    request: { method: 'GET', path: `/Users/${randomUUID()}` },
    follow: async (_, stage) => ({ method: 'GET', path: `/Users/${await created(stage, create('known'))}` }),
  },
  {
    code: 'group-unknown',
    request: { method: 'GET', path: `/Groups/${randomUUID()}` },
    follow: async (_, stage) => ({
      method: 'GET',
      path: `/Groups/${await created(stage, createGroup('Known'))}`,
    }),
  },
  {
    code: 'user-exists',
    given: async (stage) => void (await created(stage, create('twice'))),
    request: create('twice'),
    says: /another value/,
    follow: () => create('thrice'),
  },
  {
    code: 'group-exists',
    given: async (stage) => void (await created(stage, createGroup('Twice'))),
    request: createGroup('Twice'),
    says: /another value/,
    follow: () => createGroup('Thrice'),
  },
  {
    code: 'user-ambiguous',
    about: 'linked by hand',
    request: create('lab', { emails: [{ value: 'quality.lab@contoso.example', primary: true }] }),
    fill: { LOGIN: 'quality.lab.night', NAME: 'okta' },
  },
  {
    code: 'user-ambiguous',
    about: 'made unique',
    given: async (stage) => {
      for (const login of ['pair.one', 'pair.two'])
        await addHostUser(productOf(stage), login, { email: 'pair@contoso.example' });
    },
    request: create('pair'),
    choose: () => false,
    says: /Make the address unique in the host application/,
    follow: async (_, stage) =>
      void (await changeHostUser(productOf(stage), 'pair.two', { email: 'two@contoso.example' })),
  },
  {
    code: 'user-protected',
    request: create('admin'),
    says: /remove the protection/,
    follow: async (_, stage) => void (await changeHostUser(productOf(stage), 'admin', { protected: false })),
  },
  {
    code: 'user-claimed',
    given: async (stage) => {
      const id = await created(stage, create('claimed'));
      return { ...create('claimed', { externalId: 'other', userName: 'other' }), other: id } as Request;
    },
    fill: { LOGIN: 'claimed@contoso.example' },
    says: /Unassign the other user in the IdP/,
    follow: async (_, stage) => {
      const { body } = await stage.send({
        method: 'GET',
        path: '/Users?filter=userName%20eq%20%22claimed@contoso.example%22',
      });
      await stage.send({ method: 'DELETE', path: `/Users/${body.Resources[0].id}` });
    },
  },
  {
    code: 'user-claimed',
    about: 'doubtful',
    given: async (stage) => {
      await created(stage, create('moved'));
      const now = { login: 'newcomer@contoso.example', email: 'newcomer@contoso.example' };
      await changeHostUser(productOf(stage), 'moved@contoso.example', now);
    },
    request: create('newcomer'),
    fill: { LOGIN: 'newcomer@contoso.example' },
    choose: (line) => !line.includes('--idp'),
  },
  {
    code: 'user-doubtful',
    about: 'the same user',
    given: async (stage) => letIn(await reused(stage, 'renamed')),
    fill: { LOGIN: 'renamed.new', NAME: 'okta', USER: 'renamed@contoso.example' },
    choose: (line) => !line.includes('--none'),
  },
  {
    code: 'user-doubtful',
    about: 'another person',
    given: async (stage) => letIn(await reused(stage, 'replaced')),
    fill: { LOGIN: 'replaced.new' },
    choose: (line) => !line.includes('--idp'),
    // The user has no account any more, and is created anew.
    follow: () => create('replaced'),
  },
  {
    code: 'user-name-taken',
    about: 'another address',
    given: async (stage) => {
      await addHostUser(productOf(stage), 'taken@contoso.example', { email: 'taken@contoso.example' });
      return renamed(await created(stage, create('taker')), 'taken@contoso.example');
    },
    choose: () => false,
    says: /Change one of the two addresses/,
    follow: async (_, stage) =>
      void (await changeHostUser(productOf(stage), 'taken@contoso.example', {
        login: 'old',
        email: 'old@contoso.example',
      })),
  },
  {
    code: 'user-name-taken',
    about: 'linked by hand',
    request: create('scanner', { userName: 'scanner-3', emails: [] }),
    fill: { LOGIN: 'scanner-3', NAME: 'okta' },
  },
  {
    code: 'user-name-taken',
    about: 'linked by hand, where the user has another account',
    given: async (stage) => {
      await addHostUser(productOf(stage), 'married@contoso.example', { email: 'married@contoso.example' });
      return renamed(await created(stage, create('unmarried')), 'married@contoso.example');
    },
    choose: () => false,
    says: /unassign the user in the IdP, run `scimctl ([^`]+)`, and assign the user again/,
    follow: async ([, line = ''], stage) => {
      const find = { method: 'GET', path: '/Users?filter=externalId%20eq%20%22x-unmarried%22' };
      const former = (await stage.send(find)).body.Resources[0].id;
      await stage.send(shutOut(former));
      await stage.run(line.replace('LOGIN', 'married@contoso.example').replace('NAME', 'okta'));
      const { body } = await stage.send(find);
      return renamed(body.Resources[0].id, 'married@contoso.example');
    },
  },
  {
    code: 'user-name-taken',
    about: 'by a protected account',
    given: async (stage) => {
      await addHostUser(productOf(stage), 'guard@contoso.example', { email: null, protected: true });
      return renamed(await created(stage, create('guardian')), 'guard@contoso.example');
    },
    says: /remove the protection/,
    follow: async (_, stage) =>
      void (await changeHostUser(productOf(stage), 'guard@contoso.example', {
        login: 'sentry',
        protected: false,
      })),
  },
  {
    code: 'user-disabled',
    given: async (stage) => {
      await stage.run('idp update okta --adopt-disabled refuse');
      await addHostUser(productOf(stage), 'asleep@contoso.example', {
        email: 'asleep@contoso.example',
        enabled: false,
      });
    },
    request: create('asleep'),
    fill: { NAME: 'okta' },
  },
  {
    code: 'host-write-ignored',
    given: (stage) => hostRules(productOf(stage), { ignores: ['login_name'] }),
    request: create('ignored'),
    reports: [4],
    follow: (_, stage) => hostRules(productOf(stage)),
  },
  {
    code: 'host-refused',
    given: (stage) =>
      hostTrigger(productOf(stage), 'refused@contoso.example', {
        postgres: "raise exception 'display names need a department' using errcode = '23514';",
        mssql: '',
      }),
    request: create('refused'),
    says: /Correct or shorten the value in the IdP/,
    follow: (_, stage) => hostTrigger(productOf(stage), 'refused@contoso.example', undefined),
  },
  {
    code: 'host-broken',
    given: (stage) =>
      hostTrigger(productOf(stage), 'broken@contoso.example', {
        postgres: 'insert into app.gone values (1);',
        mssql: '',
      }),
    request: create('broken'),
    reports: [4],
    follow: (_, stage) => hostTrigger(productOf(stage), 'broken@contoso.example', undefined),
  },
  {
    code: 'seats-exhausted',
    given: async (stage) => {
      for (const type of ['Concurrent', 'Dedicated']) await setSeats(productOf(stage), type, 1);
    },
    request: create('no.seat'),
    says: /Free a seat in the host application/,
    follow: async (_, stage) => void (await setSeats(productOf(stage), 'Concurrent', 1000)),
  },
  {
    code: 'saml-not-enabled',
    given: async (stage) =>
      void (await productOf(stage).test.query(
        `update app.SY_IdentityProviders set Enabled = false where Name = 'Contoso SAML'`,
      )),
    request: create('no.saml'),
    choose: (line) => line === 'check saml',
    reports: [4],
    says: /Enable the provider in the host application/,
    follow: async (_, stage) =>
      void (await productOf(stage).test.query(
        `update app.SY_IdentityProviders set Enabled = true where Name = 'Contoso SAML'`,
      )),
  },
  {
    code: 'user-name-hidden',
    given: (stage) => hideUsers(productOf(stage), 'robin'),
    request: create('robin.lindqvist'),
    says: /change the value in the IdP/,
    follow: () =>
      create('robin.two', {
        userName: 'new.robin@contoso.example',
        emails: [{ value: 'new.robin@contoso.example', primary: true }],
      }),
  },
  {
    code: 'cursor-invalid',
    request: { method: 'GET', path: '/Users?cursor=nonsense&count=2' },
    follow: () => ({ method: 'GET', path: '/Users?cursor&count=2' }),
  },
  {
    code: 'hosting-cloud',
    given: async ({ run }) => void (await run('host mark --hosting cloud')),
    request: create('clouded'),
    follow: async (_, { run }) => void (await run('host mark --hosting on-premises')),
  },
  // Last, since it changes the host views of the stage.
  {
    code: 'sso-subject-taken',
    given: async (stage) => {
      await addHostUser(productOf(stage), 'signs.in@contoso.example');
      await knownBySubject(productOf(stage), 'signs.in@contoso.example', 'somebody.else');
    },
    request: create('signs.in'),
    fill: { LOGIN: 'signs.in@contoso.example', NAME: 'okta' },
  },
];

/** Answers to a token that is not let in. */
export const REFUSED_TOKENS: ScimCase[] = [
  {
    code: 'token-unknown',
    given: (stage) => {
      const { text } = generateToken(productOf(stage).core.random);
      return { method: 'GET', path: '/Users?count=1', token: text };
    },
    fill: { NAME: 'other' },
    follow: () => ({ method: 'GET', path: '/Users?count=1' }),
  },
  {
    code: 'token-revoked',
    given: async (stage) => {
      const { id, token } = await createToken(productOf(stage).core, 'okta', { expiresInMs: null });
      await stage.run(`token revoke ${id} --yes`);
      return { method: 'GET', path: '/Users?count=1', token };
    },
    follow: () => ({ method: 'GET', path: '/Users?count=1' }),
  },
  {
    code: 'account-disabled',
    given: async (stage) => {
      await stage.run('idp disable okta');
      return { method: 'GET', path: '/Users?count=1' };
    },
  },
  {
    code: 'token-method',
    given: async (stage) => {
      const { token } = await createToken(productOf(stage).core, 'other', { expiresInMs: null });
      return { method: 'GET', path: '/Users?count=1', basic: ['other', token] };
    },
  },
];
