import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdviceCase, Attempt } from '../advice-case.js';

/** The same command line with words added, another in place of one, or without some. */
const plus = (words: string, more: string): Partial<Attempt> => ({ words: `${words} ${more}` });

/** Command lines that are wrong in themselves; most need no database. */
export const COMMAND_LINE: AdviceCase[] = [
  {
    code: 'unknown-command',
    words: 'tokn list',
    says: /Did you mean (\w+)\?/,
    follow: ([, word]) => ({ words: `${word} list` }),
  },
  {
    code: 'unknown-option',
    words: 'token list --expirng 30d',
    says: /Did you mean (--\w+)\?/,
    follow: ([, option]) => ({ words: `token list ${option} 30d` }),
  },
  {
    code: 'too-many-arguments',
    words: 'idp list more',
    says: /Add (--help)/,
    follow: ([, option]) => plus('idp list', option ?? ''),
  },
  {
    code: 'argument-missing',
    words: 'idp show',
    says: /Add (--help)/,
    follow: ([, option]) => plus('idp show', option ?? ''),
  },
  {
    code: 'option-missing',
    words: 'token create',
    says: /Add (--help)/,
    follow: ([, option]) => plus('token create', option ?? ''),
  },
  {
    code: 'option-missing',
    about: 'a certificate without its key',
    words: 'serve --port 0 --tls-cert server.pem',
    says: /certificate and its private key/,
    // certificate-invalid and its like are below; here the message has said which is missing.
    follow: () => ({ words: 'serve --port 0' }),
  },
  {
    code: 'option-missing',
    about: 'a step of the probe without a user',
    words: 'probe --url http://127.0.0.1:1/scim/v2 --write --step create --token-file t',
    says: /--idp entra or --idp okta/,
    follow: () => ({ words: 'probe --help' }),
  },
  {
    code: 'option-value-missing',
    words: 'token list --idp',
    says: /Add (--help)/,
    follow: ([, option]) => plus('token list', option ?? ''),
  },
  {
    code: 'option-value-invalid',
    words: 'users pending --reason absent',
    says: /Add (--help)/,
    follow: ([, option]) => plus('users pending', option ?? ''),
  },
  {
    code: 'shell-unknown',
    words: 'completion bsh',
    says: /Did you mean (\w+)\?/,
    follow: ([, shell]) => ({ words: `completion ${shell}` }),
  },
  {
    code: 'shell-unknown',
    about: 'nothing near',
    words: 'completion ksh93u',
    says: /(\w+), \w+/,
    follow: ([, shell]) => ({ words: `completion ${shell}` }),
  },
  {
    code: 'code-unknown',
    words: 'explain zebra',
    says: /`scimctl (explain)` lists/,
    follow: ([, words]) => ({ words }),
  },
  {
    code: 'code-unknown',
    about: 'something near',
    words: 'explain [seats-exausted]',
    says: /Did you mean ([\w-]+)\?/,
    follow: ([, code]) => ({ words: `explain ${code}` }),
  },
  { code: 'help-topic-unknown', words: 'help zebra', follow: () => ({ words: 'help seats' }) },
  {
    code: 'help-topic-unknown',
    about: 'something near',
    words: 'help tokn',
    says: /Did you mean (\w+)\?/,
    follow: ([, topic]) => ({ words: `help ${topic}` }),
  },
  {
    code: 'output-format-unknown',
    words: 'idp list',
    env: { SCIMCTL_OUTPUT: 'yaml' },
    says: /(\w+)\./,
    follow: ([, format]) => ({ env: { SCIMCTL_OUTPUT: format } }),
  },
  {
    code: 'columns-missing',
    words: ['idp', 'list', '--columns', ','],
    says: /"(name,\w+)"/,
    follow: ([, columns = '']) => ({ words: ['idp', 'list', '--columns', columns] }),
  },
  {
    code: 'column-unknown',
    words: 'idp list --columns nam',
    says: /(\w+), /,
    follow: ([, column]) => ({ words: `idp list --columns ${column}` }),
  },
  {
    code: 'timeout-invalid',
    words: 'idp list --timeout soon',
    says: /: (\d+s)/,
    follow: ([, timeout]) => ({ words: `idp list --timeout ${timeout}` }),
  },
  {
    code: 'instant-invalid',
    words: 'audit list --since yesterday',
    says: /"([^"]+)"/,
    follow: ([, instant = '']) => ({ words: ['audit', 'list', '--since', instant] }),
  },
  {
    code: 'duration-invalid',
    words: 'token list --expiring soon',
    says: /from (\w+) to/,
    follow: ([, shortest]) => ({ words: `token list --expiring ${shortest}` }),
  },
  {
    code: 'number-invalid',
    words: 'idp list --limit many',
    says: /from (\w+) to/,
    follow: ([, least]) => ({ words: `idp list --limit ${least}` }),
  },
  {
    code: 'size-invalid',
    words: 'serve --port 0 --max-body huge',
    says: /from (\w+) to/,
    follow: ([, least]) => ({ words: `serve --port 0 --max-body ${least}` }),
  },
  {
    code: 'role-not-given',
    words: 'db grants --engine postgres --to nightly',
    says: /--role.*: (\w+)/,
    follow: ([, role]) => ({ words: `db grants --engine postgres --to nightly --role ${role}` }),
  },
  {
    code: 'login-is-role',
    words: 'db grants --engine postgres --role auditor --to scim_auditor',
    says: /with --to/,
    follow: () => ({ words: 'db grants --engine postgres --role auditor --to nightly' }),
  },
  {
    code: 'url-invalid',
    words: 'idp sheet entra --base-url ftp://iqm',
    says: /(https:\/\/host)/,
    follow: ([, url]) => ({ words: `idp sheet entra --base-url ${url}` }),
  },
  {
    code: 'nothing-to-update',
    words: 'idp update entra',
    follow: () => plus('idp update entra', '--display-name ID'),
  },
  {
    code: 'reason-invalid',
    words: ['host', 'mark', '--enable-only', ' ', '--dry-run'],
    says: /use `--enable-only none`/,
    follow: () => ({ words: 'host mark --enable-only none --dry-run' }),
  },
  {
    code: 'option-missing',
    about: 'where accounts are disabled in the application',
    words: 'host mark --manual-disable application --dry-run',
    says: /--disable-in "([^"]+)"/,
    follow: ([, place = '']) => ({
      words: ['host', 'mark', '--manual-disable', 'application', '--disable-in', place, '--dry-run'],
    }),
  },
  {
    code: 'place-invalid',
    words: ['host', 'mark', '--manual-disable', 'application', '--disable-in', ' ', '--dry-run'],
    says: /finds it: "([^"]+)"/,
    follow: ([, place = '']) => ({
      words: ['host', 'mark', '--manual-disable', 'application', '--disable-in', place, '--dry-run'],
    }),
  },
  {
    code: 'sso-subject-invalid',
    words: 'idp update entra --sso-subject nameid --dry-run',
    says: /Use ([\w-]+),/,
    follow: ([, subject = '']) => ({
      words: ['idp', 'update', 'entra', '--sso-subject', subject, '--dry-run'],
    }),
  },
  {
    code: 'max-departures-invalid',
    words: 'idp update entra --max-departures some',
    says: /"(\d[^"]+)"/,
    follow: ([, limit = '']) => ({ words: ['idp', 'update', 'entra', '--max-departures', limit] }),
  },
  {
    code: 'max-departures-invalid',
    about: 'out of range',
    words: 'idp update entra --max-departures 20/99d',
    says: /"(\d[^"]+)"/,
    follow: ([, limit = '']) => ({ words: ['idp', 'update', 'entra', '--max-departures', limit] }),
  },
  {
    code: 'idp-name-invalid',
    words: 'idp add Okta_EU',
    says: /: ([\w-]+)\.$/,
    follow: ([, name]) => ({ words: `idp add ${name} --kind okta` }),
  },
  {
    code: 'display-name-invalid',
    words: ['idp', 'update', 'entra', '--display-name', ' '],
    says: /(--display-name)/,
    follow: ([, option = '']) => ({ words: ['idp', 'update', 'entra', option, 'Entra of Contoso'] }),
  },
  {
    code: 'idp-name-taken',
    words: 'idp add entra',
    follow: () => ({ words: 'idp add entra-2 --kind entra' }),
  },
  { code: 'idp-unknown', words: 'idp show nobody', follow: () => ({ words: 'idp show entra' }) },
  {
    code: 'idp-ambiguous',
    given: async ({ run }) => {
      await run('idp add alpha-one --kind generic');
      await run('idp add alpha-two --kind generic');
    },
    words: 'idp show alpha',
    says: /more of the name/,
    follow: () => ({ words: 'idp show alpha-o' }),
  },
  {
    code: 'check-unknown',
    words: 'check sso',
    says: /: (\w+)/,
    follow: ([, check]) => ({ words: `check ${check}` }),
  },
  {
    code: 'confirmation-missing',
    about: 'a yes',
    given: async ({ run }) => {
      await run('idp add ends-soon --kind generic');
      const { id } = await run<{ id: string }>('token create --idp ends-soon');
      return { words: `token revoke ${id}`, env: { ID: id } };
    },
    says: /Add (--yes)/,
    follow: async ([, yes], { run }) => {
      const [token] = await run<{ id: string }[]>('token list --idp ends-soon');
      return { words: `token revoke ${token?.id} ${yes}` };
    },
  },
  {
    code: 'confirmation-missing',
    about: 'a name',
    given: async ({ run }) => void (await run('idp add goes-soon --kind generic')),
    words: 'idp remove goes-soon',
    says: /Add (--confirm \S+)/,
    follow: ([, confirm]) => ({ words: `idp remove goes-soon ${confirm}` }),
  },
  {
    code: 'options-conflict',
    about: 'quickstart with a database',
    words: 'quickstart --dry-run --dir new --database embedded:x',
    says: /without --database and SCIMCTL_DATABASE/,
    follow: () => ({ words: 'quickstart --dry-run --dir new', env: { SCIMCTL_DATABASE: undefined } }),
  },
  {
    code: 'options-conflict',
    about: 'the port of the metrics',
    words: 'serve --port 18443 --metrics-port 18443',
    says: /--metrics-port 0/,
    follow: ([option]) => ({ words: `serve --port 0 ${option}` }),
  },
  {
    code: 'options-conflict',
    about: 'a rotation with and without an overlap',
    given: async ({ run }) => void (await run('token create --idp entra')),
    words: 'token rotate --idp entra --now --overlap 4d --dry-run',
    says: /[Uu]se only one/,
    follow: () => ({ words: 'token rotate --idp entra --now --dry-run' }),
  },
  {
    code: 'options-conflict',
    about: 'stdin twice',
    words: 'users preflight - - --idp entra',
    stdin: 'userName,active\nnew.hire@contoso.example,true\n',
    says: /- only once/,
    follow: () => ({ words: 'users preflight - --idp entra' }),
  },
  {
    code: 'plain-http-refused',
    words: 'serve --host 0.0.0.0 --port 0',
    says: /(--behind-proxy)/,
    follow: ([, option]) => ({ words: `serve --host 0.0.0.0 --port 0 ${option}` }),
  },
  {
    code: 'plain-http-refused',
    about: 'on this machine alone',
    words: 'serve --host 0.0.0.0 --port 0',
    says: /leave out --host/,
    follow: () => ({ words: 'serve --port 0' }),
  },
  {
    code: 'token-file-needed',
    words: 'token create --idp entra --script --engine postgres',
    says: /(--token-file) FILE or (--out) FILE/,
    follow: ([, option]) => ({
      words: `token create --idp entra --script --engine postgres ${option} new.token`,
    }),
  },
  {
    code: 'token-file-needed',
    about: 'the SQL in a file',
    words: 'token create --idp entra --script --engine postgres',
    says: /(--token-file) FILE or (--out) FILE/,
    follow: ([, , option]) => ({
      words: `token create --idp entra --script --engine postgres ${option} new.sql`,
    }),
  },
  {
    code: 'option-without-effect',
    about: '--out',
    words: 'token create --idp okta --out x',
    says: /(--token-file)/,
    follow: ([, option]) => ({ words: `token create --idp okta ${option} x` }),
  },
  {
    code: 'option-without-effect',
    about: '--force',
    given: async ({ run }) => {
      await run('idp add forced --kind generic');
      await run('token create --idp forced');
    },
    words: 'token rotate --idp forced --force',
    says: /Leave out --force/,
    follow: () => ({ words: 'token rotate --idp forced' }),
  },
  {
    code: 'link-user-missing',
    about: 'no IdP',
    words: 'users link 5',
    says: /Add (--idp)/,
    follow: ([, option]) => ({ words: `users link 5 ${option} entra --external-id object-5 --dry-run` }),
  },
  {
    code: 'link-user-missing',
    about: 'the link of no IdP',
    words: 'users link 5',
    says: /(--none)/,
    follow: ([, option]) => ({ words: `users link 5 ${option}` }),
  },
  {
    code: 'link-user-missing',
    about: 'no user',
    words: 'users link quality.lab --idp entra --user-name',
    given: () => ({ words: ['users', 'link', 'quality.lab', '--idp', 'entra'] }),
    says: /Add (--external-id) or (--user-name)/,
    follow: ([, option]) => ({ words: `users link quality.lab --idp entra ${option} object-17 --dry-run` }),
  },
  {
    code: 'link-user-missing',
    about: 'an IdP and none',
    words: 'users link 5 --none --idp entra',
    says: /Leave out --idp, --external-id and --user-name/,
    follow: () => ({ words: 'users link 5 --none' }),
  },
  {
    code: 'database-not-set',
    about: 'by flag',
    words: 'idp list',
    env: { SCIMCTL_DATABASE: undefined },
    says: /(--database)/,
    follow: ([, option], { url }) => ({ words: `idp list ${option} ${url}` }),
  },
  {
    code: 'schema-name-invalid',
    words: 'idp list',
    env: { SCIMCTL_SCHEMA: 'select' },
    says: /example: (\w+)/,
    follow: ([, schema]) => ({ env: { SCIMCTL_SCHEMA: schema } }),
  },
  {
    code: 'config-unreadable',
    words: 'idp list --config none.json',
    says: /--config/,
    follow: async (_, { directory }) => {
      await writeFile(join(directory, 'other.json'), '{}');
      return { words: 'idp list --config other.json' };
    },
  },
  ...[
    ['no JSON', '{"schema": "scim",}', /Correct the syntax/],
    [
      'a path with single backslashes',
      String.raw`{"database": "@C:\ProgramData\db.txt"}`,
      /each backslash of a path twice/,
    ],
    [
      'a path whose backslashes JSON reads',
      String.raw`{"database": "@C:\new\tokens.txt"}`,
      /each backslash of a path twice/,
    ],
    [
      'the same in a group',
      String.raw`{"serve": {"tlsKey": "C:\temp\key.pem"}}`,
      /each backslash of a path twice/,
    ],
    ['an unknown field', '{"databse": "x"}', /fields/],
    ['a wrong time', '{"timeout": "soon"}', /from 1s to/],
  ].map(
    ([about, text, says]): AdviceCase => ({
      code: 'config-invalid',
      about: String(about),
      given: async ({ directory }) => writeFile(join(directory, 'config.json'), String(text)),
      words: 'idp list --config config.json',
      says: says as RegExp,
      follow: async (_, { directory }) =>
        writeFile(join(directory, 'config.json'), '{"timeout": "30s", "schema": "scim"}'),
    }),
  ),
  {
    code: 'config-invalid',
    about: 'an unknown field of serve',
    given: async ({ directory }) => writeFile(join(directory, 'config.json'), '{"serve": {"prot": 8443}}'),
    words: 'serve --config config.json',
    says: /\bport\b/,
    follow: async ([field], { directory }) =>
      writeFile(join(directory, 'config.json'), JSON.stringify({ serve: { [field ?? '']: 0 } })),
  },
  {
    code: 'setting-invalid',
    given: async ({ directory }) =>
      writeFile(join(directory, 'config.json'), '{"serve": {"logLevel": "loud", "port": 0}}'),
    words: 'serve --config config.json',
    says: /(\w+),/,
    follow: async ([, level], { directory }) =>
      writeFile(join(directory, 'config.json'), JSON.stringify({ serve: { port: 0, logLevel: level } })),
  },
  {
    code: 'setting-invalid',
    about: 'neither true nor false',
    words: 'serve --port 0',
    env: { SCIMCTL_SERVE_BEHIND_PROXY: 'maybe' },
    says: /(true) or false/,
    follow: ([, value]) => ({ env: { SCIMCTL_SERVE_BEHIND_PROXY: value } }),
  },
  {
    code: 'setting-invalid',
    about: 'keyed tokens',
    words: 'token create --idp okta --dry-run',
    env: { SCIMCTL_REQUIRE_KEYED_TOKENS: 'maybe' },
    says: /true or (false)/,
    follow: ([, value]) => ({ env: { SCIMCTL_REQUIRE_KEYED_TOKENS: value } }),
  },
  {
    code: 'answer-missing',
    given: ({ url }) => ({
      words: 'init --no-input --config new.json --host skip',
      env: { SCIMCTL_DATABASE: url },
    }),
    says: /options/,
    follow: () => ({ words: 'init --no-input --config new.json --host skip --idp entra --no-token' }),
  },
  {
    code: 'quickstart-directory-taken',
    given: async ({ directory }) => {
      await mkdir(join(directory, 'taken'));
      await writeFile(join(directory, 'taken', 'letter.txt'), 'Dear');
    },
    words: 'quickstart --dry-run --dir taken',
    env: { SCIMCTL_DATABASE: undefined },
    says: /new directory with (--dir)/,
    follow: ([, option]) => ({ words: `quickstart --dry-run ${option} new` }),
  },
  {
    code: 'quickstart-directory-unusable',
    given: async ({ directory }) => writeFile(join(directory, 'file'), ''),
    words: 'quickstart --dry-run --dir file/below',
    env: { SCIMCTL_DATABASE: undefined },
    says: /another directory with (--dir)/,
    follow: ([, option]) => ({ words: `quickstart --dry-run ${option} new` }),
  },
];
