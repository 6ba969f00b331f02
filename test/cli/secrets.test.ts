import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dumpOf } from '../support/databases/dump.js';
import { freshProduct, installProduct, type Product } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { type CliOptions, type CliResult, runCli } from '../support/processes/cli.js';

/** What a token, or another secret, might be found as. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')];
  return [...forms, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}

/** The part of a token that nobody else can know. */
const secretOf = (token: string) => token.slice(-49, -6);

function assertWithout(text: string, secrets: readonly string[], where: string): void {
  for (const secret of secrets) {
    assert.ok(secret.length >= 12, 'a secret this short would be found by chance');
    const found = formsOf(secret).find((form) => text.toLowerCase().includes(form.toLowerCase()));
    assert.equal(found, undefined, `found in ${where}:\n${text.slice(0, 3000)}`);
  }
}

forEachEngine('the text of a token', (engine) => {
  let test: TestDatabase;
  let product: Product;
  let directory: string;
  /** Written by `init`; without the password, which comes from the environment. */
  let configFile: string;
  let password: string | undefined;
  /** Everything any command said, but for stdout of those that were asked for a token. */
  const said: { command: string; text: string }[] = [];
  const tokens: string[] = [];

  before(async () => {
    test = await engine.freshDatabase();
    product = await installProduct(test);
    directory = await temporaryDirectory();
    configFile = join(directory, 'config.json');
    password = /:\/\/[^:/]*:([^@]*)@/.exec(test.url)?.[1];
  });
  after(() => product.close());

  const run = async (words: string[], options: CliOptions = {}): Promise<CliResult> => {
    const result = await runCli([...words, '--config', configFile, '--verbose'], {
      cwd: directory,
      env: { SCIMCTL_DATABASE_PASSWORD: password && decodeURIComponent(password) },
      ...options,
    });
    said.push({ command: words.join(' '), text: result.stderr });
    return result;
  };
  /** A command whose answer holds no token. */
  const runSilent = async (words: string[], options: CliOptions = {}): Promise<CliResult> => {
    const result = await run(words, options);
    said.push({ command: words.join(' '), text: result.stdout });
    return result;
  };
  const runForToken = async (words: string[]): Promise<string> => {
    const { stdout } = await run(words);
    const found = stdout.match(/scimctl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/g) ?? [];
    assert.equal(found.length, 1, `${words.join(' ')} prints its token once`);
    tokens.push(String(found));
    return String(found);
  };

  it('is printed by the command that was asked for it, and by no other', async () => {
    const first = await runForToken(['init', '--yes', '--database', test.url, '--idp', 'entra', '--token']);
    const second = await runForToken(['token', 'create', '--idp', 'entra', '-o', 'json']);
    const [firstId = '', secondId = ''] = [first, second].map((token) => token.split('_')[1]);
    await runSilent(['token', 'create', '--idp', 'entra']); // refused: two are live
    await runSilent(['token', 'revoke', firstId, '--yes']);
    const third = await runForToken(['token', 'rotate', '--idp', 'entra', '-q']);
    await runSilent(['token', 'rotate', '--idp', 'entra', '--dry-run']);
    await runSilent(['token', 'revoke', secondId, '--yes', '-o', 'json']);
    await runSilent(['token', 'create', '--idp', 'entra', '--token-file', 'a.token']);
    tokens.push((await readFile(join(directory, 'a.token'), 'utf8')).trim());
    await runSilent(['token', 'create', '--idp', 'entra', '--token-file', 'a.token']); // exists already

    const mistyped = `${third.slice(0, -10)}${third.at(-10) === 'x' ? 'y' : 'x'}${third.slice(-9)}`;
    const unknown = third.replace(/_\w{12}_/, '_000000000000_');
    const presented = [third, first, mistyped, unknown, `${third}${third}`, third.slice(0, -5)];
    await Promise.all(presented.map((stdin) => runSilent(['token', 'verify'], { stdin })));
    await Promise.all(
      [
        ['token', 'list', '-o', 'csv'],
        ['token', 'show', secondId, '-o', 'json'],
        ['idp', 'show', 'entra', '-o', 'json'],
        ['idp', 'sheet', 'entra'],
        ['audit', 'list', '-o', 'json'],
        ['check', '-o', 'json'],
        ['host', 'status'],
      ].map((words) => runSilent(words)),
    );

    assert.equal(new Set(tokens).size, 4);
    const secrets = [...tokens.map(secretOf), ...(password ? [password] : [])];
    for (const { command, text } of said) assertWithout(text, secrets, command);
  });

  it('is neither said again nor kept when it is pasted where something else belongs', async () => {
    const token = tokens[0] ?? '';
    said.length = 0;
    const pasted = [
      ['token', 'show', token],
      ['token', 'revoke', token, '--yes'],
      ['token', 'create', '--idp', token],
      ['token', 'list', '--idp', token],
      ['token', 'rotate', '--idp', 'entra', '--token', token],
      ['idp', 'show', token],
      ['idp', 'disable', token, '-o', 'json'],
      ['idp', 'add', token],
      ['idp', 'update', 'entra', '--sso-provider', token],
      ['users', 'pending', '--older-than', token],
      ['check', token],
      ['token', 'verify', token],
      [token],
    ];
    await Promise.all(pasted.map((words) => runSilent(words)));

    for (const { command, text } of said) assertWithout(text, [secretOf(token)], command);
  });

  it('is nowhere in the database, nor in the config file', async () => {
    assert.ok(tokens.length > 0);
    const dump = await dumpOf(product.database);
    assert.match(dump, /token\.create/);
    for (const place of ['scim.token', 'scim.event', 'app.users']) assert.ok(dump.includes(place), place);

    assertWithout(dump, tokens.map(secretOf), 'the database');
    const secrets = [...tokens.map(secretOf), ...(password ? [password] : [])];
    assertWithout(await readFile(configFile, 'utf8'), secrets, 'the config file');
    if (engine.name === 'embedded') await assertNotInFiles(test.url.replace('embedded:', ''), tokens);
  });
});

/** The bytes on the disk, write-ahead log and all. */
async function assertNotInFiles(directory: string, tokens: readonly string[]): Promise<void> {
  const secrets = tokens.map((token) => Buffer.from(secretOf(token)));
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    assert.ok(!secrets.some((secret) => bytes.includes(secret)), `found in ${file}`);
  }
}

forEachEngine(
  'the password of the database',
  (engine) => {
    const password = 'Ge#heim/ 42%&ë"\'x';
    let url: URL;
    let right: string;

    before(async () => {
      url = new URL((await engine.freshDatabase()).url);
      right = decodeURIComponent(url.password);
    });
    const changed = (change: (url: URL) => void): string => {
      const other = new URL(url);
      change(other);
      return other.href;
    };
    const assertNeverSaid = async (setting: string, codes: RegExp, secrets: string[]) => {
      const ways: [string[], CliOptions][] = [
        [[], { env: { SCIMCTL_DATABASE: setting } }],
        [['--database', setting], {}],
        [['--database', 'env:SETTING', '-o', 'json'], { env: { SETTING: setting } }],
      ];
      for (const [flags, options] of ways) {
        const { code, stdout, stderr } = await runCli(['idp', 'list', '--verbose', ...flags], options);
        assert.equal(code, 3);
        assert.match(stderr, codes);
        assertWithout(`${stdout}\n${stderr}`, secrets, `idp list ${flags.join(' ')}`);
      }
    };

    it('is not said when the schema is missing', async () => {
      await assertNeverSaid(url.href, /schema-missing/, [right]);
    });
    it('is not said when it is wrong', async () => {
      const setting = changed((to) => (to.password = encodeURIComponent(password)));
      await assertNeverSaid(setting, /database-login-failed/, [password]);
    });
    it('is not said when the database is missing', async () => {
      await assertNeverSaid(
        changed((to) => (to.pathname = '/no_such_database')),
        /database-missing/,
        [right],
      );
    });
    it('is not said when the server is not there', async () => {
      const setting = changed((to) => {
        to.port = '1';
        to.password = encodeURIComponent(password);
      });
      await assertNeverSaid(setting, /database-unreachable/, [password]);
    });
  },
  { only: ['postgres', 'mssql'] },
);

describe('a password in a setting that is not understood', () => {
  const password = 'Geheimnis-4711-xyz';
  const settings = [
    `postgresql://user:${password}@host:port/db`,
    `postgresql://user:${password}@host/db?sslmode=perhaps`,
    `postgresql://user:${password}`,
    `oracle://user:${password}@host/db`,
    `jdbc:sqlserver://host;user=sa;password=${password}`,
    `Server=host;User Id=sa;Password=${password};Nonsense=1`,
    `Server=host;User Id=sa;Password="${password};Database=x`,
    `host=x user=y password='${password} dbname=z`,
    `mssql://sa:${password}@host/db?encrypt=maybe`,
    `sa:${password}@host`,
  ];
  for (const setting of settings) {
    it(`is not said: ${setting.replace(password, '…')}`, async () => {
      const { code, stdout, stderr } = await runCli(['idp', 'list', '--verbose'], {
        env: { SCIMCTL_DATABASE: setting },
      });

      assert.equal(code, 3);
      assert.match(stderr, /\[[a-z-]+\]/);
      assertWithout(`${stdout}\n${stderr}`, [password], setting);
    });
  }

  it('is not said of a config file that is not JSON', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'config.json');
    await writeFile(file, `{ "database": "postgresql://user:${password}@host/db", }`);

    const { code, stderr } = await runCli(['idp', 'list', '--verbose', '--config', file]);

    assert.equal(code, 3);
    assert.match(stderr, /\[config-invalid\]/);
    assertWithout(stderr, [password], 'stderr');
  });
});

forEachEngine('the values of a statement that fails', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());

  it('are not in the message, even with --verbose', async () => {
    const env = { SCIMCTL_DATABASE: product.url };
    // Makes every write fail in the database itself, after the values were sent to it.
    await product.test.query(
      `alter table scim.service_account add constraint refuse check (${engine.name === 'mssql' ? 'len' : 'length'}(display_name) < 5)`,
    );

    const name = 'Personal-Name-of-Somebody';
    const { code, stderr } = await runCli(['idp', 'add', 'entra', '--display-name', name, '--verbose'], {
      env,
    });

    assert.notEqual(code, 0);
    assertWithout(stderr, [name], 'stderr');
    assert.match(stderr, /Cause: /);
  });
});
