import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import type { ConnectionSettings } from '../../src/database/settings/settings.js';
import { storableSetting } from '../../src/database/settings/storable.js';
import { Problem } from '../../src/problem.js';

const options = { cwd: resolve('/base'), env: {}, homeDirectory: '/nowhere', platform: 'linux' as const };

const parse = (text: string) => parseConnectionSetting(text, options);

async function refusal(text: string): Promise<Problem> {
  const outcome = await parse(text).catch((error: unknown) => error);
  assert.ok(outcome instanceof Problem, `${text} was accepted`);
  return outcome;
}

const mssql: ConnectionSettings = {
  engine: 'mssql',
  hosts: [{ host: 'SQL01', port: 1433 }],
  database: 'IQM',
  user: 'joe',
  password: 'pw',
  tls: { mode: 'verify-full' },
  connectTimeoutMs: 15_000,
};
const otherPort = { ...mssql, hosts: [{ host: 'SQL01', port: 1533 }] };
const instance = { ...mssql, hosts: [{ host: 'SQL01' }], instance: 'INST' };
const { settings: postgres } = await parse('postgresql://joe:pw@db1:5432/app');

const ADO = 'Database=IQM;User Id=joe;Password=pw';

describe('a connection setting of another tool is understood', () => {
  const forms: [text: string, settings: ConnectionSettings][] = [
    ['jdbc:sqlserver://SQL01:1433;databaseName=IQM;user=joe;password=pw', mssql],
    [
      'jdbc:sqlserver://SQL01;databaseName=IQM;user=joe;password={pw};sendStringParametersAsUnicode=false',
      mssql,
    ],
    ['jdbc:sqlserver://SQL01\\INST;database=IQM;userName=joe;password=pw;', instance],
    ['jdbc:sqlserver://SQL01;instanceName=INST;databaseName=IQM;user=joe;password=pw', instance],
    ['jdbc:sqlserver://;serverName=SQL01;portNumber=1433;databaseName=IQM;user=joe;password=pw', mssql],
    ['jdbc:sqlserver://SQL01;databaseName=IQM;user=joe;password={p;w"}}=}', { ...mssql, password: 'p;w"}=' }],
    [
      'jdbc:sqlserver://SQL01:1533;databaseName=IQM;user=joe;password=pw;encrypt=true;trustServerCertificate=true',
      { ...mssql, hosts: [{ host: 'SQL01', port: 1533 }], tls: { mode: 'require' } },
    ],
    [
      'jdbc:sqlserver://SQL01;databaseName=IQM;integratedSecurity=true;authenticationScheme=NTLM;domain=CORP;user=joe;password=pw',
      { ...mssql, domain: 'CORP' },
    ],
    ['jdbc:sqlserver://SQL01:1533;databaseName=IQM;user=joe;password=pw', otherPort],
    ['sqlserver://SQL01:1533;database=IQM;user=joe;password=pw', otherPort],
    ['jdbc:jtds:sqlserver://SQL01:1533/IQM;user=joe;password=pw', otherPort],
    ['jdbc:jtds:sqlserver://SQL01:1433/IQM;user=joe;password=pw;useNTLMv2=true', mssql],
    ['jdbc:jtds:sqlserver://SQL01/IQM;instance=INST;user=joe;password=pw', instance],
    ['sqlserver://SQL01:1433;database=IQM;user=joe;password=pw;schema=dbo', mssql],
    ['sqlserver://SQL01\\INST;database=IQM;user=joe;password={pw}', instance],
    ['mssql+pyodbc://joe:pw@SQL01:1433/IQM?driver=ODBC+Driver+18+for+SQL+Server', mssql],
    ['mssql+pymssql://joe:pw@SQL01/IQM?charset=utf8', mssql],
    [
      'mssql+pyodbc:///?odbc_connect=DRIVER%3D%7BODBC+Driver+17+for+SQL+Server%7D%3BSERVER%3DSQL01%3BDATABASE%3DIQM%3BUID%3Djoe%3BPWD%3Dpw',
      mssql,
    ],
    ['jdbc:postgresql://db1:5432/app?user=joe&password=pw', postgres],
    ['jdbc:postgresql://db1/app?user=joe&password=pw&currentSchema=scim&prepareThreshold=0', postgres],
    ['postgresql+psycopg2://joe:pw@db1:5432/app', postgres],
    ['postgresql+asyncpg://joe:pw@db1/app', postgres],
    ['postgres+psycopg://joe:pw@db1/app', postgres],
    ["psql 'postgresql://joe:pw@db1:5432/app'", postgres],
    ['DATABASE_URL="postgresql://joe:pw@db1:5432/app"', postgres],
    ['export DATABASE_URL=postgresql://joe:pw@db1:5432/app', postgres],
    ['"Server=SQL01\\\\INST;Database=IQM;User Id=joe;Password=pw",', instance],
    [`'Server=SQL01;${ADO}'`, mssql],
    [`Server=SQL01\\\\INST;${ADO}`, instance],
    [`Server=SQL01\\\\INST,1533;${ADO}`, { ...mssql, hosts: [{ host: 'SQL01', port: 1533 }] }],
    ['Server=SQL01;Database=IQM;User Id=CORP\\\\joe;Password=pw', { ...mssql, domain: 'CORP' }],
    [`Server=SQL01;${ADO.replace('pw', 'p\\\\w')}`, { ...mssql, password: 'p\\\\w' }],
    [`Server=SQL01;Port=1433;${ADO}`, mssql],
    [`Server=SQL01;Port=1533;${ADO};Encrypt=True`, { ...mssql, hosts: [{ host: 'SQL01', port: 1533 }] }],
    ['Server=db1;Port=5432;Database=app;User Id=joe;Password=pw', postgres],
    ['Server=db1;Port=5432;Database=app;Username=joe;Password=pw', postgres],
    ['sqlserver://joe:pw@SQL01/INST?database=IQM', instance],
    ['sqlserver://joe:pw@SQL01:1433/IQM?database=IQM', mssql],
    ['pgsql:host=db1;port=5432;dbname=app;user=joe;password=pw', postgres],
    ['sqlsrv:Server=SQL01,1433;Database=IQM;UID=joe;PWD=pw', mssql],
    ['odbc:Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=IQM;Uid=joe;Pwd=pw', mssql],
    ['Driver={PostgreSQL Unicode(x64)};Server=db1;Port=5432;Database=app;Uid=joe;Pwd={pw};', postgres],
    ['DRIVER=psqlODBCw.so;SERVERNAME=db1;DATABASE=app;UID=joe;PWD=pw', postgres],
    [`"DefaultConnection": "Server=SQL01\\\\INST;${ADO}",`, instance],
    [`connectionString="Server=SQL01\\INST;${ADO}"`, instance],
    [
      `<add name="Main" connectionString="Server=SQL01;${ADO.replace('pw', '&quot;p&amp;w&quot;')}" providerName="System.Data.SqlClient" />`,
      { ...mssql, password: 'p&w' },
    ],
  ];
  for (const [text, settings] of forms) {
    it(text, async () => {
      const parsed = await parse(text);
      assert.deepEqual(parsed.settings, settings);
      assert.ok(parsed.passwordInText || text.startsWith('mssql+pyodbc:///'), 'it holds a password');
      assert.deepEqual(
        parsed.warnings.filter((warning) => !/NTLM/.test(warning)),
        [],
      );
    });

    it(`${text}, and kept in a file without its password`, async () => {
      const password = 'password' in settings ? settings.password : undefined;
      const stored = await storableSetting(text, options);
      const { settings: again } = await parse(stored);
      assert.deepEqual({ ...again, password }, settings);
      assert.doesNotMatch(stored, /password|pwd|\bpw\b/i);
    });
  }
});

describe('a connection setting that is for either engine', () => {
  it('is refused with what to write for each, and without its password', async () => {
    const {
      code,
      message,
      hint = '',
    } = await refusal('Server=h;Port=9999;Database=app;User Id=joe;Password=s3cret;cd=3xtra');

    assert.equal(code, 'connection-setting-invalid');
    assert.doesNotMatch(message + hint, /s3cret|3xtra/);
    const [, forMssql = '', forPostgres = ''] =
      /^For SQL Server write (.*), for PostgreSQL (.*)\.$/.exec(hint) ?? [];
    const [one, other] = [
      await parse(forMssql.replace('…', 'pw')),
      await parse(forPostgres.replace('…', 'pw')),
    ];
    assert.deepEqual([one.settings.engine, other.settings.engine].map(String), ['mssql', 'postgres']);
    for (const { settings } of [one, other]) {
      assert.deepEqual('hosts' in settings && settings.hosts, [{ host: 'h', port: 9999 }]);
    }
  });
});

describe('a connection setting that cannot be used', () => {
  for (const [text, hint] of [
    ['mssql+pyodbc://joe:s3cret@mydsn', /mssql:\/\/user@host:1433\/database/],
    ['DSN=iqm;UID=joe;PWD=s3cret', /Server=host,1433;Database=name/],
    ['jdbc:oracle:thin:joe/s3cret@SQL01:1521:IQM', /jdbc:sqlserver:/],
    ['mysql+pymysql://joe:s3cret@db1/app', /postgresql:\/\/ or mssql:\/\//],
    ['Server=SQL01/INST;Database=IQM;User Id=joe;Password=s3cret', /^Write Server=SQL01\\INST\.$/],
  ] as const) {
    it(`is answered with what to write instead: ${text}`, async () => {
      const problem = await refusal(text);
      assert.match(problem.hint ?? '', hint);
      assert.doesNotMatch(`${problem.message} ${problem.hint}`, /s3cret/);
    });
  }
});
