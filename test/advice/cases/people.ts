import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addServiceAccount } from '../../../src/core/service-accounts/add.js';
import type { Product } from '../../support/databases/product.js';
import { link } from '../../support/people/provisioned.js';
import type { AdviceCase, Stage } from '../advice-case.js';

const ZOE = 'zoe.mueller@contoso.example';
const SERGEJ = 'sergej.ivanov@contoso.example';

const productOf = ({ product }: Stage): Product => {
  if (!product) throw new Error('there is no product on this stage');
  return product;
};
const idpNamed = (stage: Stage, name: string) =>
  addServiceAccount(productOf(stage).core, { name, kind: 'generic' });
const left = ({ now }: Product) => ({ deprovisionedAt: now, deprovisionReason: 'disabled' }) as const;
const sql = (stage: Stage, text: string) => productOf(stage).test.query(text);
const TOMASZ = 'tomasz.wojcik@contoso.example';
/** How a command that names no users right names them. */
const HOW_NAMED = {
  'users-missing': '',
  'users-empty': '--from users.txt',
  'users-unreadable': '--from none.txt',
  'reason-invalid': `${TOMASZ} --reason ${'x'.repeat(501)}`,
};
const RETIRED = 'Contoso AD FS (retired)';

/** IdPs, their tokens, and people. */
export const PEOPLE: AdviceCase[] = [
  {
    code: 'token-none',
    given: async (stage) => void (await idpNamed(stage, 'no-token')),
    words: 'token rotate --idp no-token',
  },
  {
    code: 'token-limit',
    given: async (stage) => {
      await idpNamed(stage, 'two-tokens');
      const { id } = await stage.run<{ id: string }>('token create --idp two-tokens');
      await stage.run('token create --idp two-tokens');
      return { fill: { ID: id } };
    },
    words: 'token create --idp two-tokens',
  },
  {
    code: 'token-ambiguous',
    about: 'which to replace',
    given: async (stage) => {
      await idpNamed(stage, 'two-active');
      const { id } = await stage.run<{ id: string }>('token create --idp two-active');
      await stage.run('token create --idp two-active');
      return { fill: { ID: id } };
    },
    words: 'token rotate --idp two-active --dry-run',
  },
  {
    code: 'token-ambiguous',
    about: 'which to replace, by its id',
    given: async (stage) => {
      await idpNamed(stage, 'two-others');
      await stage.run('token create --idp two-others');
      await stage.run('token create --idp two-others');
    },
    words: 'token rotate --idp two-others --overlap 1h',
    choose: () => false,
    says: /--token (\w+)/,
    follow: ([, id]) => ({ words: `token rotate --idp two-others --now --token ${id}` }),
  },
  {
    code: 'token-unknown',
    words: 'token show zzzz',
    follow: async (_, { run }) => {
      const [token] = await run<{ id: string }[]>('token list');
      return { words: `token show ${token?.id}` };
    },
  },
  {
    code: 'token-id-invalid',
    words: 'token rotate --idp entra --script --engine postgres --out x.sql --token abc',
    follow: async (_, { run }) => {
      const [token] = await run<{ id: string }[]>('token list');
      return {
        words: `token rotate --idp entra --script --engine postgres --out x.sql --token ${token?.id}`,
      };
    },
  },
  {
    code: 'token-unused',
    given: async (stage) => {
      await idpNamed(stage, 'unused');
      await stage.run('token create --idp unused');
      await stage.run('token rotate --idp unused');
    },
    words: 'token rotate --idp unused --finish',
    says: /(--force)/,
    follow: ([, option]) => ({ words: `token rotate --idp unused --finish ${option}` }),
  },
  {
    code: 'hosting-cloud',
    given: async ({ run }) => void (await run('host mark --hosting cloud')),
    words: 'token create --idp entra --dry-run',
  },
  {
    code: 'saml-not-enabled',
    given: async (stage) =>
      void (await sql(
        stage,
        `update app.SY_IdentityProviders set Enabled = false where Name = 'Contoso SAML'`,
      )),
    words: 'idp add late --kind generic',
    reports: [4],
    says: /Set up SAML/,
    follow: async (_, stage) =>
      void (await sql(
        stage,
        `update app.SY_IdentityProviders set Enabled = true where Name = 'Contoso SAML'`,
      )),
  },
  {
    code: 'sso-provider-unknown',
    words: 'idp add saml-one --kind generic --sso-provider Contso',
    says: /: (.+) \(/,
    follow: ([, name = '']) => ({
      words: ['idp', 'add', 'saml-one', '--kind', 'generic', '--sso-provider', name],
    }),
  },
  {
    code: 'sso-provider-unknown',
    about: 'one that is off',
    words: ['idp', 'add', 'saml-off', '--kind', 'generic', '--sso-provider', RETIRED],
    says: /\(([\w-]+)\)/,
    follow: ([, id]) => ({ words: `idp add saml-off --kind generic --sso-provider ${id}` }),
  },
  ...(['', 'Contoso SAML'] as const).map(
    (named): AdviceCase => ({
      code: 'sso-provider-ambiguous',
      about: named === '' ? 'none is named' : 'two of one name',
      given: async (stage) => {
        await sql(
          stage,
          'alter table app.SY_IdentityProviders drop constraint if exists sy_identityproviders_name_key',
        );
        await sql(
          stage,
          `update app.SY_IdentityProviders set Enabled = true${named && `, Name = '${named}'`}`,
        );
      },
      words: [
        'idp',
        'add',
        `which${named.length}`,
        '--kind',
        'generic',
        ...(named === '' ? [] : ['--sso-provider', named]),
      ],
      says: /(--sso-provider|name or id)/,
      follow: async (_, stage) => {
        const [provider] = await stage.run<{ ssoProviderId: string }[]>('idp list');
        await sql(
          stage,
          `update app.SY_IdentityProviders set Enabled = false, Name = '${RETIRED}' where Id::text <> '${provider?.ssoProviderId}'`,
        );
        return {
          words: `idp add which${named.length} --kind generic --sso-provider ${provider?.ssoProviderId}`,
        };
      },
    }),
  ),
  {
    code: 'user-unknown',
    about: 'of a link',
    words: 'users show nobody@contoso.example',
    follow: () => ({ words: 'users show 2' }),
  },
  {
    code: 'user-unknown',
    about: 'of the host application',
    words: 'users link nobody --none',
    follow: () => ({ words: 'users link scanner-3 --none' }),
  },
  {
    code: 'user-reference-ambiguous',
    words: 'users link quality.lab@contoso.example --none',
    given: () => ({}),
    says: /ids/,
    follow: async (_, stage) => {
      const rows = await sql(stage, `select user_id from scim.host_user where login_name = 'quality.lab'`);
      return { words: `users link ${rows[0]?.user_id} --none` };
    },
  },
  {
    code: 'user-protected',
    words: 'users link admin --none',
    says: /remove its protection/,
    follow: async (_, stage) =>
      void (await sql(stage, `update app.users set protected = false where login = 'admin'`)),
  },
  ...(['--expect', 'a review'] as const).map(
    (way): AdviceCase => ({
      code: way === '--expect' ? 'reconcile-too-many' : 'reconcile-not-as-expected',
      given: async (stage) => {
        await writeFile(join(stage.directory, 'list.csv'), `userName,id\n${ZOE},zoe\n`);
        const idp = `listed-${way.replace(/\W/g, '')}`;
        await idpNamed(stage, idp);
        const words = `users reconcile list.csv --idp ${idp} --mark --dry-run`;
        return { words: way === '--expect' ? words : `${words} --expect 1` };
      },
      says: way === '--expect' ? /use --expect (\d+)\./ : /without --mark/,
      follow: async ([, expected], stage) => {
        const idp = `listed-${way.replace(/\W/g, '')}`;
        const words = `users reconcile list.csv --idp ${idp}`;
        // A list of one user looks like the wrong one: exit code 4.
        const { toMark } = await stage.run<{ toMark: number }>(words, {}, [4]);
        return { words: `${words} --mark --dry-run --expect ${expected ?? toMark}` };
      },
    }),
  ),
  ...(['users-missing', 'users-empty', 'users-unreadable', 'reason-invalid'] as const).map(
    (code): AdviceCase => ({
      code,
      given: async (stage) => {
        await sql(stage, `update app.users set enabled = false where login = '${TOMASZ}'`);
        await writeFile(join(stage.directory, 'users.txt'), '# nobody\n');
      },
      words: `users disable --yes ${HOW_NAMED[code]}`,
      follow: async (_, stage) => {
        await writeFile(join(stage.directory, 'users.txt'), `${TOMASZ}\n`);
        return { words: 'users disable --yes --from users.txt --reason CHG-1042' };
      },
    }),
  ),
  {
    code: 'disable-in-application',
    given: async (stage) => {
      await sql(stage, `update app.users set enabled = false where login = '${TOMASZ}'`);
      await stage.run(['host', 'mark', '--manual-disable', 'application', '--disable-in', 'Administration']);
    },
    words: `users disable --yes ${TOMASZ}`,
    says: /`scimctl (host mark --manual-disable scimctl)`/,
    follow: async ([, words = ''], stage) => {
      await stage.run(words);
      return { words: `users disable --yes ${TOMASZ}` };
    },
  },
  {
    code: 'idp-holds-departures',
    given: async (stage) => {
      const product = productOf(stage);
      const idp = await idpNamed(stage, 'holds-some');
      await link(product, idp, '19', { ...left(product), heldBackAt: product.now });
    },
    words: 'idp remove holds-some --confirm holds-some',
    says: /run `scimctl (idp release holds-some)`/,
    follow: ([, release]) => ({ words: `${release} --yes` }),
  },
  {
    code: 'user-not-pending',
    words: 'users disable lars.holm@contoso.example --yes',
    says: /disable other users in the host application/,
    follow: async (_, stage) =>
      void (await sql(
        stage,
        `update app.users set enabled = false where login = 'lars.holm@contoso.example'`,
      )),
  },
  ...(['the same user', 'another person'] as const).map(
    (whose): AdviceCase => ({
      code: 'user-doubtful',
      about: whose,
      given: async (stage) => {
        const idp = await idpNamed(stage, `reused-${whose.split(' ').at(-1)}`);
        const other = { accountLogin: 'before', accountEmail: 'before@contoso.example' };
        await link(productOf(stage), idp, whose === 'the same user' ? '4' : '6', {
          ...left(productOf(stage)),
          ...other,
          userName: 'before@contoso.example',
        });
      },
      words: `users disable ${whose === 'the same user' ? ZOE : SERGEJ} --yes`,
      fill: {
        LOGIN: whose === 'the same user' ? ZOE : SERGEJ,
        NAME: 'reused-user',
        USER: 'before@contoso.example',
      },
      choose: (line) =>
        !line.startsWith('users link') || line.includes('--none') === (whose !== 'the same user'),
      // A link in force, or none at all, is not pending.
      follow: () => ({ words: 'users pending' }),
    }),
  ),
  {
    code: 'profile-invalid',
    words: `users link 9 --idp entra --dry-run --external-id ${'x'.repeat(300)}`,
    says: /in the command/,
    follow: () => ({ words: 'users link 9 --idp entra --dry-run --external-id x-9' }),
  },
  {
    code: 'user-claimed',
    about: 'by hand',
    words: 'users link 2 --idp entra --user-name another',
    says: /Unassign that user in the IdP/,
    follow: async (_, stage) =>
      void (await sql(
        stage,
        `update scim.identity set deprovisioned_at = now(), deprovision_reason = 'disabled' where host_user_id = '2'`,
      )),
  },
  {
    code: 'user-exists',
    about: 'by hand',
    given: async (stage) =>
      void (await link(productOf(stage), await idpNamed(stage, 'has-lars'), '7', {
        userName: 'lars',
        externalId: 'l-1',
      })),
    words: 'users link lars.holm@contoso.example --idp has-lars --external-id l-1',
    says: /Unassign the user in the IdP/,
    follow: async (_, stage) =>
      void (await sql(
        stage,
        `update scim.identity set deprovisioned_at = now(), deprovision_reason = 'disabled' where external_id = 'l-1'`,
      )),
  },
];
