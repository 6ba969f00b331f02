import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import knexFactory from 'knex';
import { Connection, type ConnectionConfiguration } from 'tedious';
import { mssqlKnexConfig } from '../../src/database/mssql/driver/connect.js';
import { postgresKnexConfig } from '../../src/database/postgres/driver/connect.js';
import { serverSettings } from '../support/faults/attempt-connection.js';

interface DriverConfig {
  server: string;
  authentication: { type: string; options: Record<string, unknown> };
  options: Record<string, unknown>;
}

/** What the driver makes of the setting after knex has had its hands on it. */
async function driverConfig(text: string, statementTimeoutMs?: number): Promise<DriverConfig> {
  const use = statementTimeoutMs === undefined ? {} : { statementTimeoutMs };
  const knex = knexFactory(await mssqlKnexConfig(await serverSettings(text), use));
  const client = knex.client as { _generateConnection(): ConnectionConfiguration };
  const { config } = new Connection(client._generateConnection()) as unknown as { config: DriverConfig };
  await knex.destroy();
  return config;
}

const picked = (from: Record<string, unknown>, names: object) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]));

describe('what tedious is told', () => {
  const login = 'Database=IQM;User ID=joe;Password=pw';
  const cases: [text: string, options: Record<string, unknown>][] = [
    [
      `Server=SQL01;${login}`,
      {
        port: 1433,
        instanceName: undefined,
        database: 'IQM',
        encrypt: true,
        trustServerCertificate: false,
        appName: 'scimctl',
        connectTimeout: 15_000,
        requestTimeout: 90_000,
        cancelTimeout: 5000,
        maxRetriesOnTransientErrors: 0,
        readOnlyIntent: false,
        multiSubnetFailover: true,
        lowerCaseGuids: true,
        useUTC: true,
        abortTransactionOnError: true,
      },
    ],
    [`Server=SQL01\\INST;${login}`, { port: undefined, instanceName: 'INST' }],
    [`Server=SQL01\\INST,1533;${login}`, { port: 1533, instanceName: undefined }],
    [
      `Server=tcp:SQL01,1433;${login};Application Name=Theirs;MultiSubnetFailover=True;ApplicationIntent=ReadOnly;Connect Timeout=7`,
      { appName: 'Theirs', multiSubnetFailover: true, readOnlyIntent: true, connectTimeout: 7000 },
    ],
    [
      `Server=SQL01;${login};Encrypt=True;TrustServerCertificate=True`,
      { encrypt: true, trustServerCertificate: true, serverName: undefined },
    ],
    // An address is no name that TLS could be told; where nothing is verified, any name does.
    [`Server=10.0.0.1;${login};TrustServerCertificate=True`, { encrypt: true, serverName: 'localhost' }],
    [`Server=10.0.0.1;${login}`, { encrypt: true, trustServerCertificate: false, serverName: undefined }],
    [`Server=SQL01;${login};HostNameInCertificate=sql.corp`, { serverName: 'sql.corp' }],
    [`Server=SQL01;${login};Encrypt=False`, { encrypt: false }],
  ];
  for (const [text, options] of cases) {
    it(text, async () => {
      const config = await driverConfig(text);

      assert.deepEqual(picked(config.options, options), options);
      assert.deepEqual({ ...config.authentication.options }, { userName: 'joe', password: 'pw' });
      assert.equal((config.options.cryptoCredentialsDetails as { minVersion: string }).minVersion, 'TLSv1.2');
    });
  }

  it('logs in with NTLM where the login has a domain', async () => {
    const { authentication } = await driverConfig('Server=SQL01;Database=IQM;User ID=corp\\joe;Password=pw');

    assert.equal(authentication.type, 'ntlm');
    assert.deepEqual({ ...authentication.options }, { userName: 'joe', password: 'pw', domain: 'CORP' });
  });

  it('takes the time-out of statements from the caller', async () => {
    const { options } = await driverConfig(`Server=SQL01;${login}`, 1234);

    assert.equal(options.requestTimeout, 1234);
  });

  it('is not read from a certificate file that is not there', async () => {
    const settings = await serverSettings(`Server=SQL01;${login};ServerCertificate=/no/such/ca.pem`);

    await assert.rejects(mssqlKnexConfig(settings), { code: 'tls-file-unreadable', kind: 'configuration' });
  });
});

describe('what PostgreSQL’s driver is told', () => {
  it('needs its certificate files', async () => {
    const settings = await serverSettings('postgres://joe:pw@db1/app?sslrootcert=/no/such/ca.pem');

    await assert.rejects(postgresKnexConfig(settings), {
      code: 'tls-file-unreadable',
      kind: 'configuration',
    });
  });

  it('waits long enough for every host to be tried', async () => {
    const config = await postgresKnexConfig(
      await serverSettings('postgres://joe:pw@db1,db2,db3/app?connect_timeout=10'),
    );

    assert.equal(config.pool?.createTimeoutMillis, 35_000);
    assert.ok((config.acquireConnectionTimeout ?? 0) > 35_000);
  });
});
