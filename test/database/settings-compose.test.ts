import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeSetting } from '../../src/database/settings/compose.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import type { ServerSettings } from '../../src/database/settings/settings.js';
import {
  parseTypedServer,
  settingFromParts,
  typedServer,
  withLogin,
  withServer,
} from '../../src/database/settings/typed.js';
import { Problem } from '../../src/problem.js';

const options = { cwd: '/srv/app', env: {}, homeDirectory: '/nonexistent', platform: 'linux' as const };
const parsed = async (text: string) =>
  (await parseConnectionSetting(text, options)).settings as ServerSettings;

describe('a connection setting that is composed of settings', {
  skip: process.platform === 'win32' && 'POSIX paths',
}, () => {
  const examples: Record<string, string> = {
    'postgresql://joe:x@db1:5433/app?sslmode=require': 'postgresql://joe@db1:5433/app?sslmode=require',
    'postgresql://j%40e:x@db1,db2:5433/my%20app?target_session_attrs=read-write':
      'postgresql://j%40e@db1,db2:5433/my%20app?target_session_attrs=read-write',
    'host=db1 hostaddr=10.0.0.7 dbname=app user=joe sslrootcert=ca.pem connect_timeout=5':
      'postgresql://joe@db1/app?hostaddr=10.0.0.7&sslmode=verify-full&sslrootcert=%2Fsrv%2Fapp%2Fca.pem&connect_timeout=5',
    'postgresql://joe@/app?host=/run/postgresql': 'postgresql://joe@%2Frun%2Fpostgresql/app',
    'postgresql://joe@[::1]:5433/app?sslcert=c.pem&sslkey=k.pem&application_name=it':
      'postgresql://joe@[::1]:5433/app?sslcert=%2Fsrv%2Fapp%2Fc.pem&sslkey=%2Fsrv%2Fapp%2Fk.pem&application_name=it',
    'Server=SQL01\\INST;Database=app;User ID=CORP\\joe;Password=x;Encrypt=True;TrustServerCertificate=True':
      'Server=SQL01\\INST;Database=app;User ID=CORP\\joe;Encrypt=True;TrustServerCertificate=True',
    'mssql://joe:x@sql01:1533/a%3Bb?encrypt=false':
      'Server=sql01,1533;Database="a;b";User ID=joe;Encrypt=False',
    'Server=localhost;Database=app;User ID=joe;Encrypt=True':
      'Server=localhost;Database=app;User ID=joe;Encrypt=True',
    'Server=sql01;Database=app;UID=joe;ServerCertificate=ca.pem;HostNameInCertificate=sql;ApplicationIntent=ReadOnly;MultiSubnetFailover=True;App=it;Timeout=5':
      'Server=sql01;Database=app;User ID=joe;ServerCertificate=/srv/app/ca.pem;HostNameInCertificate=sql;Application Name=it;Connect Timeout=5;ApplicationIntent=ReadOnly;MultiSubnetFailover=True',
    'Server=sql01;Database=app;Trusted_Connection=yes;ServerSPN=MSSQLSvc/sql01:1433;Encrypt=Strict':
      'Server=sql01;Database=app;Integrated Security=SSPI;Server SPN=MSSQLSvc/sql01:1433;Encrypt=Strict',
    'Server=sql01;Database=app;UID=joe;MultiSubnetFailover=no':
      'Server=sql01;Database=app;User ID=joe;MultiSubnetFailover=False',
    'embedded:try': 'embedded:/srv/app/try',
  };
  for (const [text, expected] of Object.entries(examples)) {
    it(`is read as the same settings again: ${expected}`, async () => {
      const { password: _, ...settings } = await parsed(text);

      const composed = composeSetting(await parsed(text));

      assert.equal(composed, expected);
      assert.deepEqual(await parsed(composed), settings);
    });
  }

  const servers: [
    ServerSettings['engine'],
    typed: string,
    hosts: ServerSettings['hosts'],
    instance?: string,
  ][] = [
    ['mssql', 'SQL01\\INST', [{ host: 'SQL01' }], 'INST'],
    ['mssql', 'sql01,1533', [{ host: 'sql01', port: 1533 }]],
    ['mssql', 'sql01', [{ host: 'sql01', port: 1433 }]],
    ['postgres', 'db1', [{ host: 'db1', port: 5432 }]],
    [
      'postgres',
      'db1,db2:5433',
      [
        { host: 'db1', port: 5432 },
        { host: 'db2', port: 5433 },
      ],
    ],
    ['postgres', '[::1]:5433', [{ host: '::1', port: 5433 }]],
    ['postgres', '/run/postgresql', [{ host: '/run/postgresql', port: 5432 }]],
  ];
  for (const [engine, server, hosts, instance] of servers) {
    it(`is made of parts: ${engine} at ${server}`, async () => {
      const settings = await parsed(settingFromParts({ engine, server, database: 'a b', login: 'j@e' }));

      assert.deepEqual([settings.hosts, settings.instance], [hosts, instance]);
      assert.deepEqual([settings.database, settings.user], ['a b', 'j@e']);
      assert.equal(typedServer(settings), server);
    });
  }

  it('takes no whole connection string for the name of a server', async () => {
    for (const server of ['', 'postgresql://joe:x@db1/app', 'Server=sql01', 'joe@db1', 'db1:x'])
      await assert.rejects(
        parseTypedServer({ engine: 'postgres', server, database: 'x', login: 'x' }, options),
        Problem,
        server,
      );
  });

  it('keeps what is set about TLS when the server changes, and the default a default', async () => {
    const local = await parsed('Server=localhost;Database=app;User ID=joe');
    const trusting = await parsed('Server=sql01;Database=app;User ID=joe;TrustServerCertificate=True');

    assert.equal((await withServer(local, 'sql02\\X', options)).tls.mode, 'verify-full');
    assert.equal((await withServer(trusting, 'sql02', options)).tls.mode, 'require');
  });

  it('takes a Windows account by its domain, and no password of another login', async () => {
    const settings = await parsed('Server=sql01;Database=app;User ID=joe;Password=x');

    const { user, domain, password } = withLogin(settings, 'CORP\\ann');

    assert.deepEqual([user, domain, password], ['ann', 'CORP', undefined]);
  });
});
