import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closedPort, listen, noIpv6 } from '../support/fake-servers/listen.js';
import { fakePostgres } from '../support/fake-servers/postgres.js';
import { fakeTds } from '../support/fake-servers/tds.js';
import { connectionFailure } from '../support/faults/attempt-connection.js';
import { integratedServer } from '../support/kerberos/sql-server.js';

/** The same on both engines: how a host and port are written, and the keyword for the time-out. */
const engines = [
  {
    label: 'PostgreSQL',
    setting: (host: string, port: number) => `postgres://joe:s3cret@${host}:${port}/app?connect_timeout=1`,
    timeout: /connect_timeout/,
  },
  {
    label: 'SQL Server',
    setting: (host: string, port: number) =>
      `Server=${host},${port};Database=app;User ID=joe;Password=s3cret;Connect Timeout=1`,
    timeout: /Connect Timeout/,
  },
];

for (const { label, setting, timeout } of engines) {
  describe(`reaching ${label}`, () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      it(`says that nothing listens on a closed port of ${host}`, async () => {
        const port = await closedPort();

        const problem = await connectionFailure(setting(host, port));

        assert.equal(problem.code, 'database-unreachable');
        assert.match(problem.message, new RegExp(`${label} at ${host}:${port}.*nothing listens`));
      });
    }

    it('says that a host name does not exist', async () => {
      const problem = await connectionFailure(setting('no-such-host.invalid', 1433));

      assert.equal(problem.code, 'database-host-unknown');
      assert.match(problem.message, /no-such-host\.invalid/);
    });

    it('gives up on a server that says nothing', async () => {
      const server = await listen((socket) => socket.resume());

      const problem = await connectionFailure(setting('127.0.0.1', server.port));

      await server.close();
      assert.equal(problem.code, 'database-timeout');
      assert.match(problem.message, /within 1 seconds/);
      assert.match(problem.hint ?? '', timeout);
    });

    it('says that something else hung up', async () => {
      const server = await listen((socket) => socket.once('data', () => socket.destroy()));

      const problem = await connectionFailure(setting('127.0.0.1', server.port));

      await server.close();
      assert.equal(problem.code, 'database-unreachable');
      assert.match(problem.message, /closed the connection/);
    });

    it('keeps the password out of what it says', async () => {
      const problem = await connectionFailure(setting('127.0.0.1', await closedPort()));

      assert.equal(problem.kind, 'configuration');
      assert.doesNotMatch(`${problem.message} ${problem.hint}`, /s3cret/);
    });
  });
}

describe('an answer of SQL Server that cannot be read', () => {
  for (const [about, answer] of [
    ['is no token at all', Buffer.from([1, 2, 3])],
    ['is a challenge of NTLM that ends too soon', Buffer.from([0xed, 4, 0, 1, 2, 3, 4])],
  ] as const) {
    it(`ends the connection and not the process: it ${about}`, async () => {
      const server = await integratedServer({
        accept: () => ({ account: '', reply: Buffer.alloc(0) }),
        answers: () => answer,
      });

      const problem = await connectionFailure(
        `Server=127.0.0.1,${server.port};Database=app;User ID=CORP\\joe;Password=s3cret`,
      );

      await server.close();
      assert.equal(problem.code, 'database-connection-failed');
      assert.match(problem.message, /an answer that cannot be read/);
    });
  }
});

describe('how PostgreSQL refuses', () => {
  const refusals: [code: string, message: string, expected: string][] = [
    ['28P01', 'password authentication failed for user "joe"', 'database-login-failed'],
    ['28000', 'role "joe" does not exist', 'database-login-failed'],
    [
      '28000',
      'no pg_hba.conf entry for host "10.0.0.1", user "joe", database "app", SSL encryption',
      'database-access-denied',
    ],
    [
      '28000',
      'no pg_hba.conf entry for host "10.0.0.1", user "joe", database "app", no encryption',
      'tls-required',
    ],
    ['28000', 'connection requires a valid client certificate', 'tls-client-certificate'],
    ['3D000', 'database "app" does not exist', 'database-missing'],
    ['42501', 'permission denied for database "app"', 'database-access-denied'],
    ['55000', 'database "app" is not currently accepting connections', 'database-access-denied'],
    ['53300', 'sorry, too many clients already', 'database-too-many-connections'],
    ['57P03', 'the database system is starting up', 'database-starting'],
    ['XX000', 'something new', 'database-connection-failed'],
  ];
  for (const [code, message, expected] of refusals) {
    it(`${code} ${message}: ${expected}`, async () => {
      const server = await fakePostgres({ refusal: { code, message } });

      const problem = await connectionFailure(`postgres://joe:pw@127.0.0.1:${server.port}/app`);

      await server.close();
      assert.equal(problem.code, expected, problem.message);
      assert.ok(problem.hint);
    });
  }

  it('tries the next host after one that is starting up, none after a refused login', async () => {
    const starting = await fakePostgres({ refusal: { code: '57P03', message: 'starting up' } });
    const refusing = await fakePostgres({ refusal: { code: '28P01', message: 'no' } });
    const missing = await fakePostgres({ refusal: { code: '3D000', message: 'no' } });
    const hosts = (...servers: { port: number }[]) =>
      `postgres://joe:pw@${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/app`;

    const afterStarting = await connectionFailure(hosts(starting, missing));
    const afterRefusal = await connectionFailure(hosts(refusing, missing));
    const afterNobody = await connectionFailure(hosts({ port: await closedPort() }, missing));

    await Promise.all([starting, refusing, missing].map((server) => server.close()));
    assert.equal(afterStarting.code, 'database-missing');
    assert.equal(afterRefusal.code, 'database-login-failed');
    assert.equal(afterNobody.code, 'database-missing');
  });
});

describe('how SQL Server refuses', () => {
  const failed = { number: 18456, message: "Login failed for user 'joe'." };

  for (const [number, expected] of [
    [40613, 'database-starting'],
    [17188, 'database-starting'],
    [976, 'database-starting'],
    [40501, 'database-busy'],
    [701, 'database-busy'],
    [4060, 'database-missing'],
    [10928, 'database-too-many-connections'],
    [18456, 'database-password-missing'],
    [33557097, 'database-password-missing'],
  ] as const) {
    it(`with ${number}, where no password is set: ${expected}`, async () => {
      const server = await fakeTds({ refusal: [{ number, message: 'It says why.' }, failed] });

      const problem = await connectionFailure(`Server=127.0.0.1,${server.port};Database=app;User ID=joe`);

      await server.close();
      assert.equal(problem.code, expected, problem.message);
      if (/starting|busy/.test(expected)) assert.match(problem.message, /It says why\.$/);
    });
  }

  const refusals: [name: string, refusal: { number: number; message: string }[], expected: string][] = [
    ['a wrong password', [failed], 'database-login-failed'],
    [
      'an untrusted domain',
      [{ number: 18452, message: 'Login failed. Untrusted domain.' }],
      'database-login-failed',
    ],
    ['a locked login', [{ number: 18486, message: 'locked out' }, failed], 'database-login-failed'],
    ['an expired password', [{ number: 18487, message: 'expired' }, failed], 'database-login-failed'],
    // The driver keeps only the last of them.
    [
      'a missing database',
      [{ number: 4060, message: 'Cannot open database "app".' }, failed],
      'database-missing',
    ],
    [
      'a database without this user',
      [{ number: 916, message: 'not able to access' }, failed],
      'database-access-denied',
    ],
    ['too many connections', [{ number: 17809, message: 'too many' }], 'database-too-many-connections'],
    ['a paused server', [{ number: 17142, message: 'paused' }], 'database-starting'],
    ['a server in upgrade', [{ number: 18401, message: 'script upgrade mode' }, failed], 'database-starting'],
    ['a secondary replica', [{ number: 978, message: 'replica' }, failed], 'database-read-only'],
    ['anything else', [{ number: 99999, message: 'something new' }], 'database-connection-failed'],
  ];
  for (const [name, refusal, expected] of refusals) {
    it(`${name}: ${expected}`, async () => {
      const server = await fakeTds({ refusal });

      const problem = await connectionFailure(
        `Server=127.0.0.1,${server.port};Database=app;User ID=joe;Password=pw`,
      );

      await server.close();
      assert.equal(problem.code, expected, problem.message);
      assert.ok(problem.hint);
    });
  }

  it('says that there is no password where none was given', async () => {
    const server = await fakeTds({ refusal: [failed] });

    const problem = await connectionFailure(`mssql://joe@127.0.0.1:${server.port}/app`);

    await server.close();
    assert.equal(problem.code, 'database-password-missing');
  });

  it('is reached over IPv6', { skip: noIpv6 }, async () => {
    const server = await fakeTds({ refusal: [failed], host: '::1' });

    const byUrl = await connectionFailure(`mssql://joe:pw@[::1]:${server.port}/app`);
    const byKeyword = await connectionFailure(
      `Server=[::1],${server.port};Database=app;User ID=joe;Password=pw`,
    );

    await server.close();
    assert.deepEqual([byUrl.code, byKeyword.code], ['database-login-failed', 'database-login-failed']);
    assert.match(byUrl.message, new RegExp(`\\[::1\\]:${server.port}`));
  });

  it('is offered NTLM, and no password, where the login has a domain', async () => {
    const server = await fakeTds({ refusal: [{ number: 18452, message: 'Login failed.' }] });

    const problem = await connectionFailure(
      `Server=127.0.0.1,${server.port};Database=app;User ID=CORP\\joe;Password=s3cret`,
    );

    await server.close();
    const [login = Buffer.alloc(0)] = server.plainLogins;
    const negotiate = login.subarray(login.indexOf('NTLMSSP\0'));
    assert.equal(negotiate.readUInt32LE(8), 1, 'the first message of NTLM');
    assert.ok(negotiate.includes('CORP'));
    // A password of a login proper is only scrambled: nibbles swapped, then 0xA5.
    const scrambled = Buffer.from('s3cret', 'utf16le');
    for (const [at, byte] of scrambled.entries()) scrambled[at] = (((byte & 15) << 4) | (byte >> 4)) ^ 0xa5;
    assert.ok(!login.includes(scrambled) && !login.includes(Buffer.from('s3cret', 'utf16le')));
    assert.equal(problem.code, 'database-login-failed');
    assert.match(problem.message, /CORP\\joe/);
    assert.match(problem.hint ?? '', /NTLM/);
  });

  it('says that a named instance needs SQL Server Browser, or a port', async () => {
    const problem = await connectionFailure(
      'Server=127.0.0.1\\NOSUCH;Database=app;User ID=joe;Password=pw;Connect Timeout=1',
    );

    assert.equal(problem.code, 'database-instance-unknown');
    assert.match(problem.hint ?? '', /1434.*Server=host,port/);
  });
});
