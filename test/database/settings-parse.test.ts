import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { describeSettings } from '../../src/database/settings/describe.js';
import { type ParsedSetting, parseConnectionSetting } from '../../src/database/settings/parse.js';
import type { ConnectionSettings } from '../../src/database/settings/settings.js';
import { Problem } from '../../src/problem.js';

const base = resolve('/base');

const parse = (text: string, env: NodeJS.ProcessEnv = {}): Promise<ParsedSetting> =>
  parseConnectionSetting(text, { cwd: base, env, homeDirectory: '/nowhere', platform: 'linux' });

async function refusal(text: string): Promise<Problem> {
  try {
    await parse(text);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  return assert.fail(`${text} was accepted`);
}

const mssql = {
  engine: 'mssql' as const,
  hosts: [{ host: 'SQL01', port: 1433 }],
  database: 'IQM',
  user: 'joe',
  password: 'pw',
  tls: { mode: 'verify-full' as const },
  connectTimeoutMs: 15_000,
};
const rest = 'Database=IQM;User Id=joe;Password=pw';
const { user: _user, password: _password, ...withoutLogin } = mssql;
const integrated = { ...withoutLogin, integrated: true };

describe('ADO.NET connection strings', () => {
  const forms: [text: string, settings: ConnectionSettings][] = [
    [`Server=SQL01;${rest}`, mssql],
    [`Data Source=SQL01;Initial Catalog=IQM;UID=joe;PWD=pw;`, mssql],
    [`server = SQL01 ; DATABASE = IQM ; user id = joe ; password = pw`, mssql],
    [
      `Server=SQL01\\INST,1533;${rest};Encrypt=True;TrustServerCertificate=True`,
      { ...mssql, hosts: [{ host: 'SQL01', port: 1533 }], tls: { mode: 'require' } },
    ],
    [
      `Server=tcp:SQL01,1433;${rest};Application Name=Set Up;MultiSubnetFailover=True;ApplicationIntent=ReadOnly`,
      { ...mssql, applicationName: 'Set Up', multiSubnetFailover: true, readOnlyIntent: true },
    ],
    [`Server=SQL01\\INST;${rest}`, { ...mssql, hosts: [{ host: 'SQL01' }], instance: 'INST' }],
    [`Server=SQL01\\MSSQLSERVER;${rest}`, mssql],
    [
      `Server=.\\SQLEXPRESS;${rest}`,
      { ...mssql, hosts: [{ host: 'localhost' }], instance: 'SQLEXPRESS', tls: { mode: 'prefer' } },
    ],
    [
      `Server=(local);${rest}`,
      { ...mssql, hosts: [{ host: 'localhost', port: 1433 }], tls: { mode: 'prefer' } },
    ],
    [`Server=[fe80::1],1434;${rest}`, { ...mssql, hosts: [{ host: 'fe80::1', port: 1434 }] }],
    [`Server=SQL01;${rest};Encrypt=Mandatory`, mssql],
    [`Server=SQL01;${rest};Encrypt=Optional`, { ...mssql, tls: { mode: 'disable' } }],
    [`Server=SQL01;${rest};Encrypt=no;TrustServerCertificate=yes`, { ...mssql, tls: { mode: 'disable' } }],
    [`Server=127.0.0.1;${rest};Encrypt=True`, { ...mssql, hosts: [{ host: '127.0.0.1', port: 1433 }] }],
    [
      `Server=SQL01;${rest};HostNameInCertificate=sql.corp;ServerCertificate=ca.pem`,
      { ...mssql, tls: { mode: 'verify-full', serverName: 'sql.corp', caFile: resolve(base, 'ca.pem') } },
    ],
    [`Server=SQL01;${rest};Encrypt=Strict`, { ...mssql, tls: { mode: 'verify-full', strict: true } }],
    [
      `Server=SQL01;${rest};Encrypt=Strict;TrustServerCertificate=True`,
      { ...mssql, tls: { mode: 'verify-full', strict: true } },
    ],
    ['Server=SQL01;Database=IQM;Integrated Security=SSPI', integrated],
    ['Server=SQL01;Database=IQM;Integrated Security=true', integrated],
    ['Server=SQL01;Database=IQM;Trusted_Connection=yes', integrated],
    ['Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=IQM;Trusted_Connection=Yes', integrated],
    [
      'Server=SQL01;Database=IQM;Integrated Security=SSPI;Server SPN=MSSQLSvc/sql01.corp:1433',
      { ...integrated, serverSpn: 'MSSQLSvc/sql01.corp:1433' },
    ],
    [`Server=SQL01;${rest};Integrated Security=False`, mssql],
    [`Server=SQL01;${rest};MultiSubnetFailover=False`, { ...mssql, multiSubnetFailover: false }],
    [`Server=SQL01;${rest};Connect Timeout=30`, { ...mssql, connectTimeoutMs: 30_000 }],
    [`Server=SQL01;${rest};Connect Timeout=2147483647`, { ...mssql, connectTimeoutMs: 86_400_000 }],
    [`Driver=/opt/microsoft/lib64/libmsodbcsql-18.3.so.2.1;Server=SQL01;${rest}`, mssql],
    [`Server=SQL01;${rest};Connection Timeout=0`, mssql],
    [`Server=SQL01;Database=IQM;User ID=CORP\\joe;Password=pw`, { ...mssql, domain: 'CORP' }],
    [`Server=SQL01;Database=IQM;User ID=joe`, { ...mssql, password: undefined } as ConnectionSettings],
    // The last of two counts, empty statements do not, and quotes keep what is inside.
    [`Server=old;Server=SQL01;;${rest};;`, mssql],
    [`Server=SQL01;Database=IQM;User Id=joe;Password="a;b=""c'";`, { ...mssql, password: `a;b="c'` }],
    [`Server=SQL01;Database=IQM;User Id=joe;Password='a;b=''c"'`, { ...mssql, password: `a;b='c"` }],
    [`Server=SQL01;Database=IQM;User Id=joe;Password={pw`, { ...mssql, password: '{pw' }],
    [`Server=SQL01;Password=a=b==c;Database=IQM;User Id=joe`, { ...mssql, password: 'a=b==c' }],
    [
      `Driver={ODBC Driver 18 for SQL Server};Server=SQL01,1433;Database=IQM;UID=joe;PWD={p;}}w}`,
      { ...mssql, password: 'p;}w' },
    ],
    [`Provider=MSOLEDBSQL;Server=SQL01;${rest}`, mssql],
    [
      `metadata=res://*/M.csdl|res://*/M.ssdl;provider=System.Data.SqlClient;provider connection string="Server=SQL01;${rest};App=EntityFramework"`,
      { ...mssql, applicationName: 'EntityFramework' },
    ],
  ];
  for (const [text, expected] of forms) {
    it(text, async () => {
      const { settings } = await parse(text);

      assert.deepEqual(JSON.parse(JSON.stringify(settings)), JSON.parse(JSON.stringify(expected)));
    });
  }

  const refused: [text: string, message: RegExp, hint: RegExp][] = [
    ['Server=SQL01;Database=IQM;Integrated Security=maybe', /Integrated Security is neither/, /SSPI/],
    [
      'Server=SQL01;Database=IQM;Trusted_Connection=yes;Authentication=SqlPassword',
      /contradict/,
      /Leave out one/,
    ],
    [`Server=np:\\\\.\\pipe\\sql\\query;${rest}`, /Named pipes/, /TCP/],
    [`Server=\\\\SQL01\\pipe\\sql\\query;${rest}`, /Named pipes/, /TCP/],
    [`Server=SQL01;Network Library=dbnmpntw;${rest}`, /TCP\/IP/, /host,1433/],
    [`Server=(localdb)\\MSSQLLocalDB;${rest}`, /localdb/, /TCP/],
    [`Server=lpc:SQL01;${rest}`, /Shared memory/, /TCP/],
    [`Server=SQL01;AttachDbFilename=C:\\a.mdf;${rest}`, /AttachDbFilename/, /Attach it/],
    [`Server=SQL01;User Instance=True;${rest}`, /User instances/, /TCP/],
    [
      `Server=SQL01;Authentication=Active Directory Integrated;Database=IQM`,
      /Active Directory.*cloud libraries/,
      /SQL login.*Integrated Security=SSPI.*DOMAIN/,
    ],
    ['Server=SQL01;Database=IQM;Authentication=Kerberos', /kind of Authentication=/, /SQL login/],
    [`Server=SQL01:1433;${rest}`, /comma/, /^Write Server=SQL01,1433\.$/],
    [`Server=tcp:SQL01:1433;${rest}`, /comma/, /^Write Server=SQL01,1433\.$/],
    [`Server=SQL01,99999;${rest}`, /port/, /port/],
    [`Server=SQL01;User Id=joe;Password=pw`, /names no database/, /Database=/],
    [`Database=IQM;User Id=joe;Password=pw`, /names no server/, /Server=/],
    ['Server=SQL01;Database=IQM', /names no login/, /User ID=/],
    [`Server=SQL01;${rest};Encrypt=perhaps`, /Encrypt is neither/, /Encrypt=True/],
    [`Server=SQL01;${rest};ApplicationIntent=Reading`, /ApplicationIntent/, /ReadOnly/],
    [`Server=SQL01;${rest};Connect Timeout=soon`, /Connect Timeout/, /15/],
    ['DSN=iqm;UID=joe;PWD=pw', /DSN/, /Server=/],
    ['Driver={MySQL ODBC 8.0};Server=db;UID=joe', /not one for SQL Server/, /leave Driver/],
    [
      'Driver={ODBC Driver 18 for SQL Server};Server=h;UID=u;PWD={abc',
      /not valid from its 4th keyword on/,
      /braces/,
    ],
    [
      'Driver={ODBC Driver 18 for SQL Server};Server=h;UID=u;PWD={a}bc',
      /not valid from its 4th keyword on/,
      /braces/,
    ],
    [`Server=via:SQL01;${rest}`, /protocol via: in Server= is not supported/, /TCP/],
    [`Server=SQL01;fedauth=ActiveDirectoryDefault`, /cloud libraries/, /SQL login/],
    [`Server=SQL01;authenticator=krb5`, /Integrated Security is neither/, /SSPI/],
    ['Server=SQL01;Database=IQM;Password=a;b;User Id=joe', /is not valid from/, /double quotes/],
    ['jdbc:oracle:thin:@SQL01:1521:IQM', /JDBC/, /jdbc:sqlserver:/],
  ];
  for (const [text, message, hint] of refused) {
    it(`refuses ${text}`, async () => {
      const problem = await refusal(text);

      assert.equal(problem.code, 'connection-setting-invalid');
      assert.equal(problem.kind, 'configuration');
      assert.match(problem.message, message);
      assert.match(problem.hint ?? '', hint);
      assert.doesNotMatch(`${problem.message} ${problem.hint}`, /joe|\bpw\b/);
    });
  }

  const warned: [text: string, warnings: RegExp[]][] = [
    [`Server=SQL01;${rest};Persist Security Info=True;MultipleActiveResultSets=True;Pooling=False`, []],
    [`Server=SQL01;Mutliplexing=1;${rest}`, [/^The keyword Mutliplexing .*ignored/]],
    // More likely the rest of a password than a keyword, so it is not shown.
    ['Server=SQL01;Database=IQM;User Id=joe;Password=pw;hunter=2', [/^A keyword .*double quotes/]],
    [`Server=SQL02;Data Source=SQL01;${rest}`, [/^The connection string names several servers\. The last/]],
    [
      `Driver={ODBC Driver 18 for SQL Server};Server=a;Server=b;${rest}`,
      [/several servers\. The first one is used/],
    ],
    [`Server=SQL01;Initial Catalog=A;${rest};UID=ann`, [/several databases/, /several logins/]],
    [`Server=SQL01;Address=SQL01;${rest};Password=pw2`, []],
    ['Server=db2;Host=db1;Database=app;Username=joe;Password=pw', [/several servers/]],
    ['host=db2 dbname=app user=joe host=db1', [/several servers/]],
    // Some clients write a name for the address, and the directory of the socket among the parameters.
    ['postgresql://joe@localhost/app?host=/var/run/postgresql', []],
    [`Server=SQL01;${rest};Failover Partner=SQL02`, [/Failover Partner/]],
    [`Server=SQL01;${rest};Column Encryption Setting=Enabled`, [/Always Encrypted/]],
    [`Server=SQL01;${rest};Encrypt=False`, [/SQL01.*password and data travel in plain text/]],
    [
      'Server=SQL01;Database=IQM;Integrated Security=SSPI;Encrypt=False',
      [/SQL01.*: data travel in plain text/],
    ],
    [`Server=127.0.0.1;${rest};Encrypt=False`, []],
    [
      'Server=SQL01;Database=IQM;Integrated Security=SSPI;User ID=CORP\\joe;Password=pw',
      [/User ID and Password are ignored/],
    ],
    [
      `Server=SQL01;${rest};Encrypt=Strict;TrustServerCertificate=True`,
      [/TrustServerCertificate is ignored/],
    ],
  ];
  for (const [text, expected] of warned) {
    it(`warns ${expected.length === 0 ? 'of nothing' : expected.join()} in ${text}`, async () => {
      const { warnings } = await parse(text);

      assert.equal(warnings.length, expected.length, warnings.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(warnings[index] ?? '', pattern);
    });
  }
});

describe('mssql:// URLs', () => {
  const forms: [text: string, settings: ConnectionSettings][] = [
    ['mssql://joe:pw@SQL01/IQM', mssql],
    ['sqlserver://joe:pw@SQL01:1433/IQM?encrypt=true', mssql],
    [
      'mssql://joe:pw@SQL01:1533/IQM?encrypt=true&trustServerCertificate=true',
      {
        ...mssql,
        hosts: [{ host: 'SQL01', port: 1533 }],
        tls: { mode: 'require' },
      },
    ],
    ['mssql://joe:pw@SQL01/INST/IQM', { ...mssql, hosts: [{ host: 'SQL01' }], instance: 'INST' }],
    ['mssql://SQL01/IQM?integrated=true', integrated],
    ['mssql://SQL01/IQM?user=CORP%5Cjoe&password=pw', { ...mssql, domain: 'CORP' }],
    ['mssql://CORP%5Cjoe:p%40%2F%25w@SQL01/IQM', { ...mssql, domain: 'CORP', password: 'p@/%w' }],
    [
      'mssql://joe:pw@[::1]:1434/IQM',
      { ...mssql, hosts: [{ host: '::1', port: 1434 }], tls: { mode: 'prefer' } },
    ],
    [
      'mssql://joe:pw@SQL01/IQM?applicationName=a&application_intent=ReadOnly&connectTimeout=3',
      {
        ...mssql,
        applicationName: 'a',
        readOnlyIntent: true,
        connectTimeoutMs: 3000,
      },
    ],
  ];
  for (const [text, expected] of forms) {
    it(text, async () => {
      assert.deepEqual((await parse(text)).settings, expected);
    });
  }
});

const postgres = {
  engine: 'postgres' as const,
  hosts: [{ host: 'db1', port: 5432 }],
  database: 'app',
  user: 'joe',
  password: 'pw',
  tls: { mode: 'verify-full' as const },
  connectTimeoutMs: 15_000,
};

describe('PostgreSQL settings', () => {
  const forms: [text: string, settings: ConnectionSettings][] = [
    ['postgres://joe:pw@db1/app', postgres],
    ['postgresql://joe:pw@db1:5432/app', postgres],
    ['postgres://joe:pw@db1', { ...postgres, database: 'joe' }],
    ['postgres://joe:p%40%2F%3Aw@db1/my%20app', { ...postgres, password: 'p@/:w', database: 'my app' }],
    ['postgres://joe:p@w@db1/app', { ...postgres, password: 'p@w' }],
    [
      'postgres://joe:pw@db1:5433,db2,[fe80::1]:5434/app?target_session_attrs=read-write',
      {
        ...postgres,
        hosts: [
          { host: 'db1', port: 5433 },
          { host: 'db2', port: 5432 },
          { host: 'fe80::1', port: 5434 },
        ],
        targetSessionAttributes: 'read-write',
      },
    ],
    [
      'postgres://joe:pw@localhost/app',
      { ...postgres, hosts: [{ host: 'localhost', port: 5432 }], tls: { mode: 'prefer' } },
    ],
    [
      'postgres://joe:pw@127.0.0.1,db2/app',
      {
        ...postgres,
        hosts: [
          { host: '127.0.0.1', port: 5432 },
          { host: 'db2', port: 5432 },
        ],
      },
    ],
    [
      'postgres://joe:pw@/app?host=/run/postgresql',
      { ...postgres, hosts: [{ host: '/run/postgresql', port: 5432 }], tls: { mode: 'prefer' } },
    ],
    [
      'postgres://joe:pw@%2Frun%2Fpostgresql/app',
      { ...postgres, hosts: [{ host: '/run/postgresql', port: 5432 }], tls: { mode: 'prefer' } },
    ],
    ...(['disable', 'require', 'verify-ca', 'verify-full'] as const).map(
      (mode): [string, ConnectionSettings] => [
        `postgres://joe:pw@db1/app?sslmode=${mode}`,
        { ...postgres, tls: { mode } },
      ],
    ),
    ['postgres://joe:pw@db1/app?sslmode=allow', { ...postgres, tls: { mode: 'prefer' } }],
    ['postgres://joe:pw@db1/app?ssl=true', postgres],
    ['postgres://joe:pw@db1/app?sslmode=require&sslrootcert=system', postgres],
    // A backslash in a path is no escape, as it is for libpq in everything else.
    ...[
      [String.raw`C:\certs\ca.pem`, String.raw`C:\certs\ca.pem`],
      [String.raw`C:\\certs\\ca.pem`, String.raw`C:\certs\ca.pem`],
      [String.raw`'C:\my certs\ca.pem'`, String.raw`C:\my certs\ca.pem`],
      [String.raw`\\files\certs\ca.pem`, String.raw`\\files\certs\ca.pem`],
    ].map(([written, meant = '']): [string, ConnectionSettings] => [
      `host=db1 dbname=app user=joe password=p\\w sslrootcert=${written}`,
      { ...postgres, tls: { mode: 'verify-full', caFile: resolve(base, meant) } },
    ]),
    [
      'postgres://joe:pw@db1/app?sslmode=require&sslrootcert=ca.pem&sslcert=/c.pem&sslkey=/k.pem',
      {
        ...postgres,
        tls: {
          mode: 'verify-ca',
          caFile: resolve(base, 'ca.pem'),
          certFile: resolve('/c.pem'),
          keyFile: resolve('/k.pem'),
        },
      },
    ],
    [
      'postgres://joe:pw@db1/app?application_name=a%20b&connect_timeout=3',
      { ...postgres, applicationName: 'a b', connectTimeoutMs: 3000 },
    ],
    ["host=db1 port = 5432 dbname=app user=joe password='p w\\''", { ...postgres, password: "p w'" }],
    [
      'host=db.corp hostaddr=10.0.0.1 dbname=app user=joe password=pw',
      {
        ...postgres,
        hosts: [{ host: '10.0.0.1', port: 5432 }],
        tls: { mode: 'verify-full', serverName: 'db.corp' },
      },
    ],
    ['Host=db1;Port=5432;Database=app;Username=joe;Password=pw;SSL Mode=VerifyFull;Pooling=true', postgres],
    [
      'Server=db1;Port=5432;User Id=joe;Password=pw;Database=app;SslMode=Require',
      { ...postgres, tls: { mode: 'require' } },
    ],
    [
      'Host=db1:5433,db2;Database=app;Username=joe;Password=pw',
      {
        ...postgres,
        hosts: [
          { host: 'db1', port: 5433 },
          { host: 'db2', port: 5432 },
        ],
      },
    ],
  ];
  for (const [text, expected] of forms) {
    it(text, async () => {
      assert.deepEqual((await parse(text)).settings, expected);
    });
  }

  it('takes what is missing from the environment, as psql does', async () => {
    const env = {
      PGHOST: 'db1',
      PGPORT: '5433',
      PGDATABASE: 'app',
      PGUSER: 'joe',
      PGPASSWORD: 'pw',
      PGSSLMODE: 'require',
      PGAPPNAME: 'theirs',
    };

    const { settings } = await parse('postgresql://', env);
    const explicit = await parse('postgresql://ann:other@db2:1/b?sslmode=verify-full', env);

    assert.deepEqual(settings, {
      ...postgres,
      hosts: [{ host: 'db1', port: 5433 }],
      tls: { mode: 'require' },
      applicationName: 'theirs',
    });
    assert.equal(describeSettings(explicit.settings), 'PostgreSQL at db2:1, database b, user ann');
    assert.equal('tls' in explicit.settings && explicit.settings.tls.mode, 'verify-full');
  });

  const refused: [text: string, message: RegExp][] = [
    ['postgres://joe:pw@db1/app?sslmode=perhaps', /sslmode/],
    ['postgres://joe:pw@db1:99999/app', /port/],
    ['postgres://joe:p/w@db1/app', /before its @/],
    ['postgres://joe:100%@db1/app', /%/],
    ['postgres://joe:p w@db1/app', /white space/],
    ['postgres://joe:pw@db1/app/more', /too many parts/],
    ['postgres://joe:pw@db1/app?sslcert=c.pem', /sslcert and sslkey/],
    ['postgres://joe:pw@db1/app?target_session_attrs=standby', /read-only server/],
    ['postgres://joe:pw@db1/app?connect_timeout=soon', /connect_timeout/],
    ['postgres://joe:pw@db1/app?channel_binding=require', /channel_binding/],
    ['postgres://joe:pw@db1/app?sslcrl=crl.pem', /sslcrl/],
    ['postgres://joe:pw@db1,5433/app', /"5433" is not a host of PostgreSQL: a comma separates hosts/],
    ['host=db1,5433 dbname=app user=joe', /"5433" is not a host of PostgreSQL/],
    ['Host=db1,5433;Database=app;Username=joe', /"5433" is not a host of PostgreSQL/],
    ['postgres://joe:pw@db1,db2,db3/app?port=1,2', /3 hosts but 2 ports/],
    ['postgres://joe:pw@db1/app?service=nowhere', /service file/],
    ['mysql://joe:pw@db1/app', /mysql/],
    ['db1.example', /format of the connection setting is unknown/],
    ['', /format of the connection setting is unknown/],
    ['a=b;c=d', /format of the connection setting is unknown/],
    ['embedded:', /no directory/],
    ['embedded:postgres://joe:pw@db1/app', /connection string was given as the directory/],
    ['embedded:mssql://joe:pw@db1/app', /connection string was given as the directory/],
    ['embedded:jdbc:sqlserver://db1;user=joe', /connection string was given as the directory/],
    ['embedded:Server=db1;Database=app;User Id=joe;Password=pw', /connection string was given as/],
    ['embedded:host=db1 dbname=app user=joe', /connection string was given as the directory/],
    ['embedded:embedded:x', /connection string was given as the directory/],
    ['postgres://postgres:p@ss/w#rd@db1/app', /holds a \/ before its @/],
    ['postgres://postgres:p@ss/word@db1', /holds a \/ before its @/],
    ['mssql://sa:p@ss/w#rd@db1/app', /holds a \/ before its @/],
  ];
  for (const [text, message] of refused) {
    it(`refuses ${text || 'nothing'}`, async () => {
      const problem = await refusal(text);

      assert.equal(problem.code, 'connection-setting-invalid');
      assert.match(problem.message, message);
      assert.ok(problem.hint);
      assert.doesNotMatch(`${problem.message} ${problem.hint}`, /p@ss|w#rd|joe:pw/);
      if (/holds a \/ before/.test(problem.message))
        assert.match(problem.hint, /@ as %40, \/ as %2F, # as %23/);
    });
  }

  it('names unknown parameters and plain text over the network in warnings', async () => {
    const { warnings } = await parse('postgres://joe:pw@db1/app?sslmode=prefer&pgbouncer=true&keepalives=1');

    assert.deepEqual(warnings, [
      'The parameter pgbouncer of the connection setting is unknown and was ignored.',
      'The connection to db1 is not encrypted: password and data may travel in plain text.',
    ]);
  });
});

describe('a connection setting', () => {
  it('may be the embedded database in a directory', async () => {
    const { settings } = await parse('embedded:./data');

    assert.deepEqual(settings, { engine: 'embedded', directory: resolve(base, 'data') });
    assert.equal(describeSettings(settings), `the embedded database in ${resolve(base, 'data')}`);
  });

  const passwords: [text: string, passwordInText: boolean][] = [
    ['postgres://joe:pw@db1/app', true],
    ['postgres://joe@db1/app?password=pw', true],
    ['postgres://joe@db1:5432/app', false],
    ['mssql://joe:pw@SQL01/IQM', true],
    ['mssql://joe@[::1]:1433/IQM', false],
    [`Server=SQL01;${rest}`, true],
    ['Server=SQL01;Database=IQM;UID=joe;PWD=pw', true],
    ['Server=SQL01;Database=IQM;User Id=joe', false],
    ['host=db1 user=joe password=pw', true],
    ['Host=db1;Username=joe', false],
    ['embedded:x', false],
    ['env:SETTING', false],
  ];
  for (const [text, expected] of passwords) {
    it(`${expected ? 'shows' : 'hides'} the password in ${text}`, async () => {
      const { passwordInText } = await parse(text, { SETTING: 'postgres://joe:pw@db1/app' });

      assert.equal(passwordInText, expected);
    });
  }

  const descriptions: [text: string, description: string][] = [
    ['postgres://joe:s3cret@db1,[::1]:2/app', 'PostgreSQL at db1:5432, [::1]:2, database app, user joe'],
    [
      'Server=SQL01\\INST;Database=IQM;User Id=CORP\\joe;Password=s3cret',
      'SQL Server at SQL01\\INST, database IQM, user CORP\\joe',
    ],
    ['mssql://joe:s3cret@SQL01/IQM', 'SQL Server at SQL01:1433, database IQM, user joe'],
  ];
  for (const [text, description] of descriptions) {
    it(`is described as ${description}`, async () => {
      assert.equal(describeSettings((await parse(text)).settings), description);
    });
  }

  it('is understood or refused as a whole, whatever it is, and never shown', async () => {
    const pieces = [
      ...[
        'Server=',
        'Password=',
        'User Id=',
        'Database=',
        'Encrypt=',
        'host=',
        'port=',
        'dbname=',
        'Driver={',
      ],
      ...[
        'postgres://',
        'mssql://',
        'embedded:',
        'env:',
        '@',
        ':',
        ';',
        ';;',
        '=',
        '==',
        '"',
        "'",
        '{',
        '}',
        '/',
      ],
      ...[
        '?',
        '&',
        '#',
        '%',
        '%2F',
        '%zz',
        '\\',
        ',',
        ' ',
        '\n',
        '[',
        ']',
        '::1',
        'S3CRET',
        'tcp:',
        '1433',
        'x',
      ],
    ];
    // A fixed sequence (MINSTD), so that a failure can be seen again.
    let state = 20_240_601;
    const next = (limit: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % limit;
    };
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]).join('');

      const said = await parse(text).then(
        ({ warnings, settings }) => [...warnings, describeSettings({ ...settings, ...hidden })],
        (error) => {
          assert.ok(error instanceof Problem, `${JSON.stringify(text)}: ${error?.stack}`);
          return error.code === 'connection-setting-invalid' ? [error.message, error.hint ?? ''] : [];
        },
      );

      assert.doesNotMatch(said.join(' '), /S3CRET/, text);
    }
  });
});

/** What a description may show, and here would be mistaken for a secret. */
const hidden = {
  hosts: [{ host: 'h' }],
  database: 'd',
  user: 'u',
  instance: 'i',
  domain: 'w',
  directory: '/d',
};
