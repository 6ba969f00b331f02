import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noLinks } from '../../support/environment.js';
import { tlsFixture } from '../../support/fake-servers/listen.js';
import type { AdviceCase, Stage } from '../advice-case.js';

const NEW_HIRE = 'userName,active\nnew.hire@contoso.example,true\n';
const FACTORY = { id: 'urn:example:factory', name: 'F', attributes: [{ name: 'badge', type: 'string' }] };

const put =
  (name: string, content: string | Uint8Array) =>
  async ({ directory }: Stage) =>
    writeFile(join(directory, name), content);

/** A token that works, in the file `token`. */
const putToken = async ({ directory, run }: Stage, idp = 'entra') => {
  const { token } = await run<{ token: string }>(`token rotate --now --idp ${idp}`);
  await writeFile(join(directory, 'token'), token);
};

/** A certificate with its key, and a key that is of no certificate. */
async function certificates({ directory }: Stage): Promise<void> {
  await copyFile(tlsFixture('trusted'), join(directory, 'server.crt'));
  await copyFile(tlsFixture('key-for-tests-only'), join(directory, 'server.key'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(directory, 'other.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

/** A head in `head.json` that was signed with `signing.key`, and the public key in `signing.pub`. */
async function keepSignedHead(stage: Stage): Promise<void> {
  const { publicKey } = await stage.run<{ publicKey: string }>('audit new-key --key-file signing.key');
  await put('signing.pub', publicKey)(stage);
  await stage.run('audit seal --margin 0s');
  const head = await stage.run<object>('audit head --signing-key signing.key');
  await put('head.json', JSON.stringify(head))(stage);
}

function privateKey(type: 'ec' | 'ed25519', cipher?: { cipher: string; passphrase: string }): string {
  const pair =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString();
}

/** One page as Microsoft Graph answers. */
const page = (name: string, next?: string) =>
  JSON.stringify({
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users',
    ...(next !== undefined && { '@odata.nextLink': next }),
    value: [{ id: name, userPrincipalName: `${name}@contoso.example`, mail: null, accountEnabled: true }],
  });

const PREFLIGHT = 'users preflight users.csv --idp entra';

/** Files that are not there, cannot be read or written, or hold something else. */
export const FILES: AdviceCase[] = [
  {
    code: 'out-unwritable',
    words: 'idp list --out none/idps.json',
    says: /Name a file/,
    follow: () => ({ words: 'idp list --out idps.json' }),
  },
  {
    code: 'head-file-unwritable',
    words: 'audit export --head-file none/head.json',
    says: /Name a file/,
    follow: () => ({ words: 'audit export --head-file head.json' }),
  },
  {
    code: 'head-unreadable',
    words: 'audit verify --head head.json',
    says: /audit head/,
    follow: async (_, stage) => put('head.json', JSON.stringify(await stage.run('audit head')))(stage),
  },
  {
    code: 'head-invalid',
    given: put('head.json', '{}'),
    words: 'audit verify --head head.json',
    says: /audit head/,
    follow: async (_, stage) => put('head.json', JSON.stringify(await stage.run('audit head')))(stage),
  },
  {
    code: 'head-missing',
    given: keepSignedHead,
    words: 'audit verify --public-key signing.pub',
    says: /(--head)/,
    follow: ([, option]) => ({ words: `audit verify --public-key signing.pub ${option} head.json` }),
  },
  {
    code: 'head-unsigned',
    given: async (stage) => {
      await keepSignedHead(stage);
      await put('plain.json', JSON.stringify(await stage.run('audit head')))(stage);
    },
    words: 'audit verify --head plain.json --public-key signing.pub',
    says: /was signed with this key, or leave out --public-key/,
    follow: () => ({ words: 'audit verify --head plain.json' }),
  },
  {
    code: 'head-signature-invalid',
    given: async (stage) => {
      await keepSignedHead(stage);
      await stage.run('audit new-key --key-file other.key');
      const head = await stage.run<object>('audit head --signing-key other.key');
      await put('other.json', JSON.stringify(head))(stage);
    },
    words: 'audit verify --head other.json --public-key signing.pub',
    says: /public key of the key that signed it/,
    follow: () => ({ words: 'audit verify --head head.json --public-key signing.pub' }),
  },
  {
    code: 'public-key-unreadable',
    given: keepSignedHead,
    words: 'audit verify --head head.json --public-key signng.pub',
    fill: { FILE: 'another.key' },
    says: /path/,
    follow: () => ({ words: 'audit verify --head head.json --public-key signing.pub' }),
  },
  {
    code: 'public-key-invalid',
    given: keepSignedHead,
    words: 'audit verify --head head.json --public-key signing.key',
    fill: { FILE: 'another.key' },
    says: /public key/,
    follow: () => ({ words: 'audit verify --head head.json --public-key signing.pub' }),
  },
  ...(
    [
      ['webhook-secret-unreadable', 'absent.txt'],
      ['webhook-secret-invalid', 'short.txt'],
    ] as const
  ).map(
    ([code, file]): AdviceCase => ({
      code,
      given: (stage) => put('short.txt', 'whsec_c2hvcnQ=')(stage),
      words: `serve --port 0 --on-pending https://hooks.example.com/ --on-pending-secret-file ${file}`,
      says: /(echo "whsec_\$\(openssl rand -base64 32\)")/,
      follow: ([, command = ''], stage) =>
        put(file, spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout)(stage),
    }),
  ),
  {
    code: 'signing-key-unreadable',
    words: 'audit head --signing-key signing.key',
    fill: { FILE: 'signing.key' },
    says: /path/,
  },
  ...(
    [
      ['signing-key-invalid', () => 'a'],
      ['signing-key-algorithm', () => privateKey('ec')],
      ['signing-key-encrypted', () => privateKey('ed25519', { cipher: 'aes-256-cbc', passphrase: 'x' })],
    ] as const
  ).map(
    ([code, text]): AdviceCase => ({
      code,
      given: (stage) => put('wrong.key', text())(stage),
      words: 'audit head --signing-key wrong.key',
      fill: { FILE: 'signing.key' },
      follow: () => ({ words: 'audit head --signing-key signing.key' }),
    }),
  ),
  {
    code: 'signing-key-missing',
    given: async (stage) => void (await stage.run('audit seal --margin 0s')),
    words: 'audit export --proof proof',
    fill: { FILE: 'signing.key' },
    says: /(--signing-key)/,
    follow: ([, option]) => ({ words: `audit export --proof proof ${option} signing.key` }),
  },
  {
    code: 'proof-selection',
    given: keepSignedHead,
    words: 'audit export --proof proof --signing-key signing.key --action token.*',
    says: /Leave out --action/,
    follow: () => ({ words: 'audit export --proof proof --signing-key signing.key' }),
  },
  {
    code: 'proof-period-empty',
    given: keepSignedHead,
    words: 'audit export --proof proof --signing-key signing.key --since 2026-02-01 --until 2026-01-01',
    says: /--until that is after/,
    follow: () => ({
      words: 'audit export --proof proof --signing-key signing.key --since 2026-02-01 --until 2026-03-01',
    }),
  },
  {
    code: 'directory-not-empty',
    given: keepSignedHead,
    words: 'audit export --proof . --signing-key signing.key',
    says: /does not exist/,
    follow: () => ({ words: 'audit export --proof proof --signing-key signing.key' }),
  },
  {
    code: 'directory-unwritable',
    given: keepSignedHead,
    words: 'audit export --proof none/proof --signing-key signing.key',
    says: /can write to/,
    follow: () => ({ words: 'audit export --proof proof --signing-key signing.key' }),
  },
  {
    code: 'signing-key-exists',
    given: async ({ run }) => void (await run('audit new-key --key-file signing.key')),
    words: 'audit new-key --key-file signing.key',
    says: /does not exist/,
    follow: () => ({ words: 'audit new-key --key-file new.key' }),
  },
  {
    code: 'signing-key-unwritable',
    words: 'audit new-key --key-file none/signing.key',
    says: /can write to/,
    follow: () => ({ words: 'audit new-key --key-file signing.key' }),
  },
  {
    code: 'file-unreadable',
    words: 'token verify --token-file tokn',
    given: (stage) => putToken(stage),
    says: /path/,
    follow: () => ({ words: 'token verify --token-file token' }),
  },
  {
    code: 'file-unreadable',
    about: 'not text',
    given: put('token', Buffer.from('Zoë Müller', 'latin1')),
    words: 'token verify --token-file token',
    says: /Save it as UTF-8/,
    follow: async (_, stage) => putToken(stage),
  },
  {
    code: 'token-not-given',
    given: (stage) => putToken(stage),
    words: 'token verify',
    says: /(--token-file)/,
    follow: ([, option]) => ({ words: `token verify ${option} token` }),
  },
  {
    code: 'token-not-given',
    about: 'to the probe',
    given: async (stage) => {
      await putToken(stage);
      return { words: `probe --url ${stage.endpoint} --idp entra` };
    },
    says: /(--token-file)/,
    follow: ([, option], { endpoint }) => ({ words: `probe --url ${endpoint} --idp entra ${option} token` }),
  },
  {
    code: 'token-form',
    given: async (stage) => {
      const { token } = await stage.run<{ token: string }>('token rotate --now --idp entra');
      await writeFile(join(stage.directory, 'token'), `Bearer ${token}`);
      await writeFile(join(stage.directory, 'bare'), token);
      return { words: `probe --url ${stage.endpoint} --idp entra --token-file token` };
    },
    says: /without "Bearer"/,
    follow: (_, { endpoint }) => ({ words: `probe --url ${endpoint} --idp entra --token-file bare` }),
  },
  {
    code: 'url-invalid',
    about: 'of the endpoint',
    given: async (stage) => {
      await putToken(stage);
      return {
        words: `probe --url ${stage.endpoint?.replace('http://', '')} --idp entra --token-file token`,
      };
    },
    says: /\/scim\/v2/,
    follow: (_, { endpoint }) => ({ words: `probe --url ${endpoint} --idp entra --token-file token` }),
  },
  {
    code: 'write-missing',
    given: async (stage) => {
      await putToken(stage);
      return {
        words: `probe --url ${stage.endpoint} --idp entra --token-file token --user-name new.probe@contoso.example`,
      };
    },
    says: /leave out --step and --user-name/,
    follow: (_, { endpoint }) => ({ words: `probe --url ${endpoint} --idp entra --token-file token` }),
  },
  {
    code: 'step-unknown',
    given: async (stage) => {
      await putToken(stage, 'okta');
      const words = `probe --url ${stage.endpoint} --idp okta --token-file token --write --yes --user-name`;
      return { words: `${words} anna.schmidt@contoso.example --step delete` };
    },
    says: /--step (deactivate)/,
    follow: async ([, step], { endpoint }) => {
      const words = `probe --url ${endpoint} --idp okta --token-file token --write --yes --user-name`;
      return { words: `${words} anna.schmidt@contoso.example --step ${step}` };
    },
  },
  {
    code: 'ca-invalid',
    given: async (stage) => {
      await putToken(stage);
      await put('ca.pem', 'MIIB')(stage);
      return { words: `probe --url ${stage.endpoint} --idp entra --token-file token --ca ca.pem` };
    },
    says: /-----BEGIN CERTIFICATE-----/,
    follow: (_, { directory }) => copyFile(tlsFixture('authority'), join(directory, 'ca.pem')),
  },
  {
    code: 'token-file-exists',
    given: put('token', ''),
    words: 'token rotate --now --idp entra --token-file token',
    says: /does not exist/,
    follow: () => ({ words: 'token rotate --now --idp entra --token-file new.token' }),
  },
  {
    code: 'token-file-unwritable',
    words: 'token rotate --now --idp entra --token-file none/token',
    says: /can write to/,
    follow: () => ({ words: 'token rotate --now --idp entra --token-file new.token' }),
  },
  {
    code: 'key-file-unwritable',
    words: 'token new-key 2026-a --key-file none/keys',
    says: /can write to/,
    follow: () => ({ words: 'token new-key 2026-a --key-file keys' }),
  },
  {
    code: 'token-key-exists',
    given: async ({ run }) => void (await run('token new-key 2026-a --key-file keys')),
    words: 'token new-key 2026-a --key-file keys',
    says: /another id/,
    follow: () => ({ words: 'token new-key 2026-b --key-file keys' }),
  },
  {
    code: 'token-key-id-invalid',
    words: 'token new-key -- -a',
    says: /: (\S+)\.$/,
    follow: ([, id]) => ({ words: `token new-key ${id}` }),
  },
  {
    code: 'key-file-busy',
    given: async (stage) => {
      await stage.run('token new-key 2026-a --key-file keys');
      await put('keys.new', '')(stage);
    },
    words: 'token new-key 2026-b --key-file keys',
    says: /delete (\S+) and/,
    follow: ([, file = '']) => rm(file),
  },
  {
    code: 'token-keys-unreadable',
    env: { SCIMCTL_TOKEN_KEYS_FILE: 'kyes' },
    given: async ({ run }) => void (await run('token new-key 2026-a --key-file keys')),
    words: 'token create --idp entra --dry-run',
    says: /Check the path/,
    follow: () => ({ env: { SCIMCTL_TOKEN_KEYS_FILE: 'keys' } }),
  },
  ...(['2026-a AAAA\n', '# none yet\n'] as const).map(
    (text): AdviceCase => ({
      code: 'token-keys-invalid',
      about: JSON.stringify(text),
      env: { SCIMCTL_TOKEN_KEYS_FILE: 'keys' },
      given: put('keys', text),
      words: 'token create --idp entra --dry-run',
      fill: { ID: '2026-a' },
      says: /prints/,
      follow: async (_, stage) => {
        const { id, key } = await stage.run<{ id: string; key: string }>('token new-key 2026-a');
        await put('keys', `${id} ${key}\n`)(stage);
      },
    }),
  ),
  {
    code: 'token-key-missing',
    env: { SCIMCTL_REQUIRE_KEYED_TOKENS: 'true' },
    words: 'token create --idp entra --dry-run',
    fill: { ID: '2026-a', FILE: 'keys' },
    says: /set (SCIMCTL_TOKEN_KEYS_FILE)/,
    follow: ([, variable = '']) => ({ env: { SCIMCTL_REQUIRE_KEYED_TOKENS: 'true', [variable]: 'keys' } }),
  },
  {
    code: 'connection-file-unreadable',
    env: { SCIMCTL_DATABASE: '@connection.txt' },
    words: 'idp list',
    says: /path/,
    follow: (_, stage) => put('connection.txt', stage.url ?? '')(stage),
  },
  {
    code: 'connection-variable-unset',
    env: { SCIMCTL_DATABASE: 'env:APP_DATABASE' },
    words: 'idp list',
    says: /Set the variable/,
    follow: (_, { url }) => ({ env: { SCIMCTL_DATABASE: 'env:APP_DATABASE', APP_DATABASE: url } }),
  },
  {
    code: 'config-unwritable',
    given: async (stage) => {
      // No configuration there, and no directory either. Where there are no links, nothing is below a file.
      if (noLinks) await put('no-directory', '')(stage);
      else await symlink(join(stage.directory, 'gone'), join(stage.directory, 'no-directory'));
      return {
        words:
          'init --no-input --config no-directory/config.json --host skip --idp entra --no-token --no-migrate',
      };
    },
    says: /Name a file/,
    follow: () => ({
      words: 'init --no-input --config config.json --host skip --idp entra --no-token --no-migrate',
    }),
  },
  {
    code: 'user-schemas-unreadable',
    words: 'serve --port 0 --user-schemas schemas.json',
    says: /SCIM schema/,
    follow: (_, stage) => put('schemas.json', JSON.stringify(FACTORY))(stage),
  },
  {
    code: 'scim-schema-invalid',
    given: put('schemas.json', JSON.stringify({ ...FACTORY, attributes: [] })),
    words: 'serve --port 0 --user-schemas schemas.json',
    says: /attributes/,
    follow: (_, stage) => put('schemas.json', JSON.stringify(FACTORY))(stage),
  },
  {
    code: 'scim-schema-invalid',
    about: 'twice',
    given: put('schemas.json', JSON.stringify([FACTORY, FACTORY])),
    words: 'serve --port 0 --user-schemas schemas.json',
    says: /another/,
    follow: (_, stage) =>
      put('schemas.json', JSON.stringify([FACTORY, { ...FACTORY, id: 'urn:example:shop' }]))(stage),
  },
  {
    code: 'export-unreadable',
    given: put('users.csv', NEW_HIRE),
    words: 'users preflight user.csv --idp entra',
    says: /path/,
    follow: () => ({ words: PREFLIGHT }),
  },
  {
    code: 'export-unreadable',
    about: 'a web page',
    given: put('users.csv', '<html><body>Sign in</body></html>'),
    words: PREFLIGHT,
    says: /export the list again/i,
    follow: (_, stage) => put('users.csv', NEW_HIRE)(stage),
  },
  {
    code: 'export-columns-missing',
    given: put('users.csv', 'surname,town\nHire,Graz\n'),
    words: PREFLIGHT,
    says: /(userPrincipalName) and (mail)/,
    follow: ([, name, mail], stage) =>
      put('users.csv', `${name},${mail}\nnew.hire@contoso.example,new.hire@contoso.example\n`)(stage),
  },
  {
    code: 'export-empty',
    given: put('users.csv', 'userName,active\n'),
    words: PREFLIGHT,
    says: /export/,
    follow: (_, stage) => put('users.csv', NEW_HIRE)(stage),
  },
  ...(['the other pages', '--partial'] as const).map(
    (way): AdviceCase => ({
      code: 'export-incomplete',
      about: way,
      given: async (stage) => {
        await put('one.json', page('one', 'https://graph.microsoft.com/v1.0/users?$skiptoken=x'))(stage);
        await put('two.json', page('two'))(stage);
      },
      words: 'users preflight one.json --idp entra',
      says: /all files in one command.*(--partial)/,
      follow: ([, partial]) => ({
        words: `users preflight one.json ${way === '--partial' ? partial : 'two.json'} --idp entra`,
      }),
    }),
  ),
  {
    code: 'certificate-unreadable',
    given: certificates,
    words: 'serve --port 0 --tls-cert none.pem --tls-key server.key',
    says: /(--tls-cert)/,
    follow: ([, option]) => ({ words: `serve --port 0 ${option} server.crt --tls-key server.key` }),
  },
  {
    code: 'certificate-invalid',
    given: async (stage) => {
      await certificates(stage);
      await put('none.pem', 'x')(stage);
    },
    words: 'serve --port 0 --tls-cert none.pem --tls-key server.key',
    says: /PEM/,
    follow: () => ({ words: 'serve --port 0 --tls-cert server.crt --tls-key server.key' }),
  },
  {
    code: 'certificate-key-mismatch',
    given: certificates,
    words: 'serve --port 0 --tls-cert server.crt --tls-key other.key',
    says: /belong together|together/,
    follow: () => ({ words: 'serve --port 0 --tls-cert server.crt --tls-key server.key' }),
  },
  {
    code: 'port-in-use',
    given: ({ endpoint }) => ({ words: `serve --port ${new URL(endpoint ?? '').port}` }),
    says: /another port with (--port)/,
    follow: ([, option]) => ({ words: `serve ${option} 0` }),
  },
  {
    code: 'address-unavailable',
    // RFC 5737: no machine has it.
    words: 'serve --host 192.0.2.1 --behind-proxy --port 0',
    says: /(--host).*(0\.0\.0\.0)/,
    follow: ([, option, address]) => ({ words: `serve ${option} ${address} --behind-proxy --port 0` }),
  },
];
