import { addServiceAccount } from '../../../src/core/service-accounts/add.js';
import { createToken } from '../../../src/core/tokens/create.js';
import type { Product } from '../../support/databases/product.js';
import { changeHostUser, setSeats } from '../../support/people/people.js';
import { link } from '../../support/people/provisioned.js';
import type { Stage } from '../advice-case.js';
import type { CheckCase } from '../check-case.js';

const productOf = ({ product }: Stage): Product => {
  if (!product) throw new Error('there is no product on this stage');
  return product;
};
const sql = (stage: Stage, text: string) => productOf(stage).test.query(text);
const idpNamed = (stage: Stage, name: string) =>
  addServiceAccount(productOf(stage).core, { name, kind: 'generic' });
const KEYED = { SCIMCTL_TOKEN_KEYS: `2026-a ${Buffer.alloc(32, 7).toString('base64')}` };

/** A receiver of notices that has refused them since yesterday. */
const failingReceiver = (stage: Stage) =>
  productOf(stage).database.transaction(({ knex, dialect }) =>
    knex('event_receiver')
      .withSchema('scim')
      .insert({
        receiver_id: 'ab'.repeat(32),
        origin: 'https://hooks.example.com',
        delivered_to: 0,
        created_at: knex.raw(dialect.expressions.now),
        failing_since: knex.raw(dialect.expressions.later(-90_000)),
        failure: 'status-500',
        held_until: knex.raw(dialect.expressions.now),
      }),
  );

/** In this order: each begins where the last has ended. */
export const CHECKS: CheckCase[] = [
  {
    check: 'receivers',
    given: async (stage) => void (await failingReceiver(stage)),
    says: /it answers 500\. Check its log/,
    // As when it has accepted the next notice.
    follow: (_, stage) => sql(stage, 'update scim.event_receiver set failing_since = null, failure = null'),
  },
  {
    check: 'token',
    about: 'no IdP is enabled',
    choose: (line) => line.startsWith('idp add'),
    fill: { NAME: 'entra' },
    follow: (_, stage) => stage.run('token create --idp entra'),
  },
  {
    check: 'token',
    about: 'an IdP is disabled',
    given: (stage) => stage.run('idp disable entra'),
    choose: (line) => line.startsWith('idp enable'),
    fill: { NAME: 'entra' },
  },
  {
    check: 'token',
    about: 'an IdP has none',
    given: (stage) => idpNamed(stage, 'second'),
    words: ['--idp', 'second'],
  },
  {
    check: 'token',
    about: 'it expires soon',
    given: async (stage) => {
      await idpNamed(stage, 'third');
      await createToken(productOf(stage).core, 'third', { expiresInMs: 86_400_000 });
    },
    words: ['--idp', 'third'],
  },
  {
    check: 'token',
    about: 'it was made without a key',
    given: async (stage) => {
      await idpNamed(stage, 'fourth');
      await stage.run('token create --idp fourth');
    },
    words: ['--idp', 'fourth'],
    env: () => KEYED,
    follow: (_, stage) => stage.run('token rotate --idp fourth --now', KEYED),
  },
  {
    check: 'token',
    about: 'its key is lost',
    given: async (stage) => {
      await idpNamed(stage, 'fifth');
      await stage.run('token create --idp fifth', KEYED);
    },
    words: ['--idp', 'fifth'],
    follow: (_, stage) => stage.run('token rotate --idp fifth --now'),
  },
  {
    check: 'departures',
    about: 'held back',
    given: async (stage) => {
      const { now } = productOf(stage);
      const held = { deprovisionedAt: now, deprovisionReason: 'disabled', heldBackAt: now } as const;
      await link(productOf(stage), await idpNamed(stage, 'sixth'), '4', held);
    },
    words: ['--idp', 'sixth'],
  },
  {
    check: 'departures',
    about: 'without a limit',
    given: (stage) =>
      stage.run('idp add seventh --kind generic --deprovision-policy disable --max-departures none'),
    words: ['--idp', 'seventh'],
  },
  {
    check: 'hosting',
    given: (stage) => stage.run('host mark --hosting cloud'),
  },
  {
    check: 'saml',
    about: 'the provider of an IdP',
    given: async (stage) => {
      await sql(stage, "update app.SY_IdentityProviders set Enabled = true, Protocol = 'SAML'");
      await stage.run([
        'idp',
        'add',
        'eighth',
        '--kind',
        'generic',
        '--sso-provider',
        'Contoso AD FS (retired)',
      ]);
      await sql(stage, "update app.SY_IdentityProviders set Enabled = false where Name like '%retired%'");
    },
    words: ['--idp', 'eighth'],
    fill: { PROVIDER: 'Contoso SAML' },
  },
  {
    check: 'saml',
    about: 'none is enabled',
    given: (stage) => sql(stage, 'update app.SY_IdentityProviders set Enabled = false'),
    says: /Enable SAML/,
    follow: (_, stage) =>
      sql(stage, "update app.SY_IdentityProviders set Enabled = true where Name = 'Contoso SAML'"),
  },
  {
    check: 'certificate',
    given: (stage) =>
      sql(stage, "update app.SY_IdentityProviders set CertificateExpiresAt = now() + interval '3 days'"),
    says: /Renew/,
    follow: (_, stage) =>
      sql(stage, "update app.SY_IdentityProviders set CertificateExpiresAt = now() + interval '3 years'"),
  },
  {
    check: 'seats',
    words: ['--expect-users', '5000'],
    says: /buy more/,
    follow: (_, stage) => setSeats(productOf(stage), 'Concurrent', 10_000),
  },
  ...(['--none', '--user-name'] as const).map(
    (way): CheckCase => ({
      check: 'doubtful',
      about: way,
      given: async (stage) => {
        const other = { accountLogin: 'before', accountEmail: 'before@contoso.example' };
        await link(productOf(stage), await idpNamed(stage, `ninth${way}`), '6', {
          ...other,
          userName: 'before',
        });
        const listed = await stage.run<unknown[]>('users pending --reason doubtful');
        if (listed.length === 0) throw new Error('the advice says that they are listed');
      },
      choose: (line) => !line.startsWith('users link') || line.includes(way),
      fill: { LOGIN: 'sergej.ivanov@contoso.example', NAME: `ninth${way}`, USER: 'before' },
    }),
  ),
  {
    check: 'suspended',
    given: async (stage) => {
      await link(productOf(stage), await idpNamed(stage, 'tenth'), '7');
      await changeHostUser(productOf(stage), 'wang.xiaoming@contoso.example', { enabled: false });
    },
    says: /enable the accounts in the host application/,
    follow: (_, stage) =>
      changeHostUser(productOf(stage), 'wang.xiaoming@contoso.example', { enabled: true }),
  },
  {
    check: 'host',
    about: 'accounts that differ only in case',
    given: async (stage) => {
      await sql(stage, 'drop index app.users_login');
      await sql(
        stage,
        "insert into app.users (login, display_name) values ('twin@contoso.example', 'T'), ('Twin@contoso.example', 'T')",
      );
    },
    choose: () => false,
    says: /Make the names distinct/,
    follow: (_, stage) =>
      sql(stage, "update app.users set login = 'other@contoso.example' where login = 'Twin@contoso.example'"),
  },
  {
    check: 'host',
    about: 'a refused write',
    given: (stage) => sql(stage, 'drop trigger host_user_write on scim.host_user'),
    reports: [4],
    says: /Have the DBA of the host application correct/,
    follow: (_, stage) =>
      sql(
        stage,
        'create trigger host_user_write instead of insert or update on scim.host_user for each row execute function app.write_host_user()',
      ),
  },
  {
    check: 'schema',
    about: 'changed',
    given: (stage) => sql(stage, 'create view scim.ours as select 1 as one'),
    reports: [4],
    follow: (_, stage) => sql(stage, 'drop view scim.ours'),
  },
  {
    check: 'host',
    about: 'a view is missing',
    given: (stage) => sql(stage, 'alter view scim.host_licence rename to host_licence_away'),
    reports: [4],
    choose: (line) => !line.includes('host scaffold'),
    says: /Bind the application with/,
    follow: (_, stage) => sql(stage, 'alter view scim.host_licence_away rename to host_licence'),
  },
  {
    check: 'trail',
    about: 'an event was planted',
    given: (stage) =>
      sql(
        stage,
        `insert into scim.event (seq, event_id, occurred_at, actor, action, target_type, outcome, details)
         overriding system value values (-7, gen_random_uuid(), now(), 'cli:mallory@test', 'token.create', 'token', 'done', '{}')`,
      ),
    reports: [4],
    fill: { TEXT: 'incident 4711' },
  },
];
