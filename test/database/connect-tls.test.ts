import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadDialect } from '../../src/database/open.js';
import type { Problem } from '../../src/problem.js';
import { type CertificateName, tlsFixture } from '../support/fake-servers/listen.js';
import { fakePostgres } from '../support/fake-servers/postgres.js';
import { fakeTds } from '../support/fake-servers/tds.js';
import { connectionFailure, serverSettings } from '../support/faults/attempt-connection.js';

const authority = tlsFixture('authority');
const loginRefused = 'database-login-failed';

/** What a certificate and the TLS part of the setting come to. `login` says: TLS was fine, the login came. */
const cases: [certificate: CertificateName, setting: string, code: string, mends: RegExp][] = [
  ['trusted', `sslmode=verify-full&sslrootcert=${authority}`, loginRefused, /password/],
  ['trusted', 'sslmode=verify-full', 'tls-untrusted', /sslrootcert=FILE.*sslmode=require/],
  ['trusted', 'sslmode=require', loginRefused, /password/],
  ['self-signed', 'sslmode=verify-full', 'tls-untrusted', /sslrootcert=FILE/],
  ['self-signed', `sslmode=verify-full&sslrootcert=${tlsFixture('self-signed')}`, loginRefused, /password/],
  ['other-name', `sslmode=verify-full&sslrootcert=${authority}`, 'tls-name-mismatch', /sslmode=verify-ca/],
  ['other-name', `sslmode=verify-ca&sslrootcert=${authority}`, loginRefused, /password/],
  ['expired', `sslmode=verify-full&sslrootcert=${authority}`, 'tls-expired', /Renew.*sslmode=require/],
  ['expired', `sslmode=verify-ca&sslrootcert=${authority}`, 'tls-expired', /sslmode=require/],
  ['expired', 'sslmode=require', loginRefused, /password/],
  [
    'not-yet-valid',
    `sslmode=verify-full&sslrootcert=${tlsFixture('not-yet-valid')}`,
    'tls-not-yet-valid',
    /clocks.*sslmode=require/,
  ],
];

describe('TLS of PostgreSQL', () => {
  for (const [certificate, setting, code, mends] of cases) {
    it(`${certificate}.pem with ${setting.replace(/sslrootcert=.*\//, 'sslrootcert=')}: ${code}`, async () => {
      const server = await fakePostgres({ certificate });

      const problem = await connectionFailure(`postgres://joe:pw@localhost:${server.port}/app?${setting}`);

      await server.close();
      assert.equal(problem.code, code, problem.message);
      assert.match(problem.hint ?? '', mends);
    });
  }

  it('names the names on a certificate that is for another host', async () => {
    const server = await fakePostgres({ certificate: 'other-name' });

    const { message } = await connectionFailure(
      `postgres://joe:pw@localhost:${server.port}/app?sslmode=verify-full&sslrootcert=${authority}`,
    );

    await server.close();
    assert.match(message, /not for localhost but for db\.example, db2\.example/);
  });

  it('verifies the name of host where hostaddr is what it connects to', async () => {
    const server = await fakePostgres({ certificate: 'other-name' });
    // In this form, a backslash takes the next character literally.
    const file = authority.replaceAll('\\', '\\\\');

    const problem = await connectionFailure(
      `host=db.example hostaddr=127.0.0.1 port=${server.port} dbname=app user=joe password=pw sslmode=verify-full sslrootcert=${file}`,
    );

    await server.close();
    assert.equal(problem.code, loginRefused, problem.message);
  });

  for (const mode of ['require', 'verify-ca', 'verify-full']) {
    it(`${mode} never talks to a server without TLS`, async () => {
      const server = await fakePostgres({});

      const problem = await connectionFailure(
        `postgres://joe:pw@127.0.0.1:${server.port}/app?sslmode=${mode}`,
      );

      await server.close();
      assert.equal(problem.code, 'tls-refused');
      assert.match(problem.hint ?? '', /sslmode=disable/);
    });
  }

  it('prefer goes on without TLS where there is none, and so does loopback by default', async () => {
    const server = await fakePostgres({});

    const preferred = await connectionFailure(
      `postgres://joe:pw@127.0.0.1:${server.port}/app?sslmode=prefer`,
    );
    const byDefault = await connectionFailure(`postgres://joe:pw@127.0.0.1:${server.port}/app`);

    await server.close();
    assert.deepEqual([preferred.code, byDefault.code], [loginRefused, loginRefused]);
  });
});

describe('TLS of SQL Server', () => {
  const settings: [certificate: CertificateName, setting: string, code: string, mends: RegExp][] = [
    ['trusted', 'Encrypt=True', 'tls-untrusted', /ServerCertificate=FILE.*TrustServerCertificate=True/],
    ['self-signed', 'Encrypt=True', 'tls-untrusted', /TrustServerCertificate=True/],
    [
      'other-name',
      `Encrypt=True;ServerCertificate=${authority}`,
      'tls-name-mismatch',
      /HostNameInCertificate=db\.example/,
    ],
    ['expired', `Encrypt=True;ServerCertificate=${authority}`, 'tls-expired', /TrustServerCertificate=True/],
    [
      'not-yet-valid',
      `Encrypt=True;ServerCertificate=${tlsFixture('not-yet-valid')}`,
      'tls-not-yet-valid',
      /clocks.*TrustServerCertificate=True/,
    ],
  ];
  for (const [certificate, setting, code, mends] of settings) {
    it(`${certificate}.pem with ${setting.replace(/=\/.*\//, '=')}: ${code}`, async () => {
      const server = await fakeTds({ certificate });

      const problem = await connectionFailure(
        `Server=localhost,${server.port};Database=app;User ID=joe;Password=pw;${setting}`,
      );

      await server.close();
      assert.equal(problem.code, code, problem.message);
      assert.match(problem.hint ?? '', mends);
    });
  }

  // What follows a good handshake is encrypted login, which the fake server does not understand.
  for (const [certificate, setting] of [
    ['trusted', `Encrypt=True;ServerCertificate=${authority}`],
    ['other-name', `Encrypt=True;ServerCertificate=${authority};HostNameInCertificate=db.example`],
    ['expired', 'Encrypt=True;TrustServerCertificate=True'],
    ['self-signed', 'Encrypt=True;TrustServerCertificate=True'],
  ] as const) {
    it(`${certificate}.pem with ${setting.replace(/=\/.*\//, '=')} is taken`, async () => {
      const server = await fakeTds({ certificate });

      const problem = await connectionFailure(
        `Server=localhost,${server.port};Database=app;User ID=joe;Password=pw;Connect Timeout=1;${setting}`,
      );

      await server.close();
      assert.equal(problem.code, 'database-timeout', problem.message);
      assert.deepEqual(server.plainLogins, []);
    });
  }

  for (const setting of [
    'Encrypt=True',
    'Encrypt=True;TrustServerCertificate=True',
    'HostNameInCertificate=h',
  ]) {
    it(`${setting} sends no password to a server, or somebody between, that will not encrypt`, async () => {
      const server = await fakeTds({ refusal: [{ number: 18456, message: 'Login failed' }] });

      const problem = await connectionFailure(
        `Server=127.0.0.1,${server.port};Database=app;User ID=joe;Password=pw;${setting}`,
      );

      await server.close();
      assert.equal(problem.code, 'tls-refused', problem.message);
      assert.match(problem.hint ?? '', /Encrypt=False/);
      assert.deepEqual(server.plainLogins, []);
    });
  }

  it('goes on without TLS on loopback by default, and with Encrypt=False', async () => {
    const server = await fakeTds({ refusal: [{ number: 18456, message: 'Login failed' }] });
    const setting = `Server=127.0.0.1,${server.port};Database=app;User ID=joe;Password=pw`;

    const byDefault = await connectionFailure(setting);
    const disabled = await connectionFailure(`${setting};Encrypt=False`);

    await server.close();
    assert.deepEqual([byDefault.code, disabled.code], [loginRefused, loginRefused]);
    assert.equal(server.plainLogins.length, 2);
  });

  it('says so where the server takes encrypted connections only', async () => {
    const server = await fakeTds({ encryptionRequired: true });

    const problem = await connectionFailure(
      `Server=127.0.0.1,${server.port};Database=app;User ID=joe;Password=pw;Encrypt=False`,
    );

    await server.close();
    assert.equal(problem.code, 'tls-required');
    assert.match(problem.hint ?? '', /Encrypt=True/);
  });
});

describe('what TLS itself complains of', () => {
  const complaints: [code: string, failure: string, mends: Record<'postgres' | 'mssql', RegExp>][] = [
    ['ERR_SSL_EE_KEY_TOO_SMALL', 'tls-weak', { postgres: /2048 bits/, mssql: /2048 bits/ }],
    ['ERR_SSL_CA_MD_TOO_WEAK', 'tls-weak', { postgres: /SHA-256/, mssql: /SHA-256/ }],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed', { postgres: /TLS 1\.2/, mssql: /TLS 1\.2/ }],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-failed', { postgres: /TLS 1\.2/, mssql: /TLS 1\.2/ }],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'tls-client-certificate',
      { postgres: /sslcert=FILE and sslkey=FILE/, mssql: /a login that needs no client certificate/ },
    ],
    [
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'tls-client-certificate',
      { postgres: /sslcert=FILE and sslkey=FILE/, mssql: /a login that needs no client certificate/ },
    ],
  ];
  const texts = { postgres: 'postgres://joe:pw@db1/app', mssql: 'mssql://joe:pw@db1/app' };
  for (const engine of ['postgres', 'mssql'] as const) {
    for (const [code, failure, mends] of complaints) {
      it(`${code} of ${engine}: ${failure}`, async () => {
        const { connectionProblem } = await loadDialect(engine);
        const error = Object.assign(new Error('ssl'), { code });

        const problem = connectionProblem(error, await serverSettings(texts[engine])) as Problem;

        assert.equal(problem.code, failure);
        assert.match(problem.hint ?? '', mends[engine]);
      });
    }
  }
});
