import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import type { ServerSettings } from '../../src/database/settings/settings.js';
import { Problem } from '../../src/problem.js';
import { temporaryDirectory } from '../support/environment.js';

const url = 'postgres://joe:pw@db1/app';

/** Parses in a new directory that holds the files, which is the home directory, too. */
async function parseWith(
  files: Record<string, string | Buffer>,
  text: string,
  env: (directory: string) => NodeJS.ProcessEnv = () => ({}),
) {
  const directory = await temporaryDirectory('settings');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true });
    await writeFile(join(directory, name), content, { mode: 0o600 });
  }
  const options = { cwd: directory, env: env(directory), homeDirectory: directory };
  return { directory, ...(await parseConnectionSetting(text, options)) };
}

const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  return assert.fail('nothing was refused');
};

const databaseOf = ({ settings }: { settings: unknown }) => (settings as ServerSettings).database;
const passwordOf = ({ settings }: { settings: unknown }) => (settings as ServerSettings).password;

describe('@file', () => {
  const contents: [name: string, content: string | Buffer][] = [
    ['as it is', url],
    ['with a line end', `${url}\n`],
    ['with a Windows line end', `${url}\r\n`],
    ['with a byte order mark', `\uFEFF${url}\r\n`],
    ['in UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${url}\r\n`, 'utf16le')],
    ['in UTF-16, big-endian', Buffer.from(`\uFEFF${url}`, 'utf16le').swap16()],
    ['with blank space around', `\n  ${url}  \n\n`],
  ];
  for (const [name, content] of contents) {
    it(`holds the setting ${name}`, async () => {
      const parsed = await parseWith({ 'database.txt': content }, '@database.txt');

      assert.equal(passwordOf(parsed), 'pw');
      assert.equal(parsed.passwordInText, false);
    });
  }

  it('may have a # in its path', async () => {
    const json = JSON.stringify({ ConnectionStrings: { A: url } });
    assert.equal(databaseOf(await parseWith({ 'd#r/db.txt': url }, '@d#r/db.txt')), 'app');
    assert.equal(
      databaseOf(await parseWith({ 'd#r/a.json': json }, '@d#r/a.json#ConnectionStrings:A')),
      'app',
    );
    const problem = await problemOf(parseWith({}, '@d#r/db.txt'));
    assert.match(problem.message, /d for the connection setting does not exist/);
    assert.match(problem.hint ?? '', /What follows the last # is not part of it/);
  });

  it('makes the paths in it relative to where it is', async () => {
    const { settings, directory } = await parseWith({ 'etc/db.txt': 'embedded:data' }, '@etc/db.txt');

    assert.deepEqual(settings, { engine: 'embedded', directory: join(directory, 'etc', 'data') });
  });

  it('leads on to another file or variable, but not for ever', async () => {
    const chain = { a: '@b', b: 'env:NEXT', c: url };
    const parsed = await parseWith(chain, '@a', () => ({ NEXT: '@c' }));
    const problem = await problemOf(parseWith({ a: '@b', b: '@a' }, '@a'));

    assert.equal(databaseOf(parsed), 'app');
    assert.equal(problem.code, 'connection-setting-invalid');
    assert.match(problem.message, /refers to itself/);
  });

  it('says which file is missing, unreadable or empty', async () => {
    const missing = await problemOf(parseWith({}, '@nowhere.txt'));
    const folder = await problemOf(parseWith({ 'folder/file': '' }, '@folder'));
    const empty = await problemOf(parseWith({ 'empty.txt': ' \n' }, '@empty.txt'));

    assert.equal(missing.code, 'connection-file-unreadable');
    assert.match(missing.message, /nowhere\.txt.*does not exist/);
    assert.equal(folder.code, 'connection-file-unreadable');
    assert.match(empty.message, /empty\.txt is empty/);
  });

  it('env:NAME says which variable is not set', async () => {
    const problem = await problemOf(parseWith({}, 'env:IQM_DATABASE'));

    assert.equal(problem.code, 'connection-variable-unset');
    assert.match(problem.message, /IQM_DATABASE/);
  });
});

describe('appsettings.json', () => {
  const json = `\uFEFF{
    // comments and trailing commas are allowed
    "ConnectionStrings": {
      "Main": "Server=SQL01;Database=IQM;User Id=joe;Password=p//w,}", /* here, too */
      "Other": "Host=db1;Database=other;Username=joe;Password=pw",
    },
    "Custom": { "Database": "postgres://joe:pw@db1/custom" },
  }`;
  const names: [text: string, database: string][] = [
    ['appsettings.json#ConnectionStrings:Main', 'IQM'],
    ['@appsettings.json#ConnectionStrings:Main', 'IQM'],
    ['appsettings.json#connectionstrings:main', 'IQM'],
    ['appsettings.json#ConnectionStrings__Other', 'other'],
    ['appsettings.json#Other', 'other'],
    ['appsettings.json#Custom:Database', 'custom'],
  ];
  for (const [text, database] of names) {
    it(text, async () => {
      assert.equal(databaseOf(await parseWith({ 'appsettings.json': json }, text)), database);
    });
  }

  it('keeps what looks like a comment or a comma inside of a string', async () => {
    assert.equal(
      passwordOf(await parseWith({ 'appsettings.json': json }, 'appsettings.json#Main')),
      'p//w,}',
    );
  });

  it('needs no name where it has one connection string, and lists the names where it has more', async () => {
    const one = JSON.stringify({ ConnectionStrings: { Only: url } });
    const problem = await problemOf(parseWith({ 'appsettings.json': json }, '@appsettings.json'));
    const unknown = await problemOf(parseWith({ 'appsettings.json': json }, '@appsettings.json#Mian'));

    assert.equal(databaseOf(await parseWith({ 'a.json': one }, 'a.json')), 'app');
    assert.match(problem.hint ?? '', /Main, Other/);
    assert.match(unknown.message, /Mian/);
    assert.match(unknown.hint ?? '', /Main, Other/);
  });

  it('shows nothing of a file that is not JSON', async () => {
    const problem = await problemOf(parseWith({ 'a.json': '{"ConnectionStrings": "s3cret' }, 'a.json#Main'));

    assert.match(problem.message, /cannot be parsed/);
    assert.doesNotMatch(JSON.stringify([problem.message, problem.hint, String(problem.cause)]), /s3cret/);
  });
});

describe('web.config', () => {
  const section = (body: string, attributes = '') =>
    `<?xml version="1.0"?>\r\n<configuration>\r\n<connectionStrings${attributes}>${body}</connectionStrings>\r\n</configuration>`;
  const main =
    '<!-- <add name="Main" connectionString="Server=old" /> -->\r\n<clear />\r\n' +
    '<add name="Main" connectionString="Server=SQL01;Database=IQM;User Id=joe;Password=&quot;a&amp;b&#59;c&quot;" providerName="System.Data.SqlClient" />';
  const other = "<add connectionString='postgres://joe:pw@db1/other' name='Other'/>";

  for (const text of ['web.config#Main', '@web.config#Main', 'Web.config#ConnectionStrings:main']) {
    it(text, async () => {
      const parsed = await parseWith(
        { 'web.config': section(main + other), 'Web.config': section(main + other) },
        text,
      );

      assert.equal(databaseOf(parsed), 'IQM');
      assert.equal(passwordOf(parsed), 'a&b;c');
    });
  }

  it('needs no name where it has one connection string, and lists the names where it has more', async () => {
    const problem = await problemOf(parseWith({ 'web.config': section(main + other) }, 'web.config'));

    assert.equal(databaseOf(await parseWith({ 'web.config': section(main) }, 'web.config')), 'IQM');
    assert.match(problem.hint ?? '', /Main, Other/);
  });

  it('follows configSource', async () => {
    const files = {
      'web.config': section('', ' configSource="config\\connections.config"'),
      'config/connections.config': `<connectionStrings>${main}</connectionStrings>`,
    };

    assert.equal(databaseOf(await parseWith(files, 'web.config#Main')), 'IQM');
  });

  it('says that a section is encrypted, and how to decrypt it', async () => {
    const body = '<EncryptedData><CipherData><CipherValue>AAAA</CipherValue></CipherData></EncryptedData>';
    const file = section(body, ' configProtectionProvider="DataProtectionConfigurationProvider"');

    const problem = await problemOf(parseWith({ 'web.config': file }, 'web.config#Main'));

    assert.match(problem.message, /encrypted/);
    assert.match(problem.hint ?? '', /aspnet_regiis -pdf/);
  });
});

describe('files of PostgreSQL', () => {
  const passwords = [
    '# host:port:database:user:password',
    'db2:5432:app:joe:other',
    'db1:5433:*:joe:port',
    'db\\:1:*:*:*:colon',
    'localhost:*:app:joe:socket',
    'db1:*:app:joe:a\\:b\\\\c:d',
    '*:*:*:ann:any',
  ].join('\r\n');
  const cases: [text: string, password: string | undefined][] = [
    ['postgres://joe@db1/app', 'a:b\\c:d'],
    ['postgres://joe@db1:5433/app', 'port'],
    ['postgres://joe@nowhere,db2/app', 'other'],
    ['postgres://joe@/app?host=/run/postgresql', 'socket'],
    ['postgres://ann@anywhere/any', 'any'],
    ['postgres://bob@db1/app', undefined],
    ['postgres://joe:given@db1/app', 'given'],
  ];
  for (const [text, password] of cases) {
    it(`${text}: the password file says ${password}`, async () => {
      const parsed = await parseWith({ 'my.pgpass': passwords }, text, (directory) => ({
        PGPASSFILE: join(directory, 'my.pgpass'),
      }));

      assert.equal(passwordOf(parsed), password);
      assert.deepEqual(parsed.warnings, []);
    });
  }

  it('finds the password file at home', async () => {
    const file = process.platform === 'win32' ? 'AppData/postgresql/pgpass.conf' : '.pgpass';
    const env = (directory: string) => ({ APPDATA: join(directory, 'AppData') });

    assert.equal(
      passwordOf(await parseWith({ [file]: '*:*:*:*:home' }, 'postgres://joe@db1/app', env)),
      'home',
    );
  });

  it('ignores a password file that others can read, with a warning', {
    skip: process.platform === 'win32' && 'Windows has no such rights',
  }, async () => {
    const { directory } = await parseWith({ '.pgpass': '*:*:*:*:home' }, 'embedded:x');
    await chmod(join(directory, '.pgpass'), 0o644);

    const parsed = await parseConnectionSetting('postgres://joe@db1/app', {
      cwd: directory,
      env: {},
      homeDirectory: directory,
    });

    assert.equal(passwordOf(parsed), undefined);
    assert.match(parsed.warnings[0] ?? '', /chmod 600/);
  });

  it('takes a service from its file, and what the setting says over it', async () => {
    const services =
      '[other]\nhost=no\n\n[main]\n# comment\nhost=db1\nport=5433\ndbname=app\nuser=joe\npassword=pw\n[last]\nuser=no\n';
    const files = { 'services.conf': services, '.pg_service.conf': services };

    const named = await parseWith(files, 'service=main user=ann', (directory) => ({
      PGSERVICEFILE: join(directory, 'services.conf'),
    }));
    const variable = await parseWith(files, 'postgresql://', () => ({ PGSERVICE: 'main', PGUSER: 'no' }));

    assert.deepEqual(named.settings, {
      engine: 'postgres',
      hosts: [{ host: 'db1', port: 5433 }],
      database: 'app',
      user: 'ann',
      password: 'pw',
      tls: { mode: 'verify-full' },
      connectTimeoutMs: 15_000,
    });
    assert.equal((variable.settings as ServerSettings).user, 'joe');
  });
});
