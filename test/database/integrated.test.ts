import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tlsFixture } from '../support/fake-servers/listen.js';
import { connectionFailure, withConnection } from '../support/faults/attempt-connection.js';
import { type Acceptor, loadAcceptor } from '../support/kerberos/acceptor.js';
import { createRealm, noKerberos, type Realm } from '../support/kerberos/realm.js';
import { type SilentServer, silentServer } from '../support/kerberos/silent.js';
import {
  accepted,
  type IntegratedServer,
  type IntegratedServerOptions,
  integratedServer,
  routing,
} from '../support/kerberos/sql-server.js';
import { runCli } from '../support/processes/cli.js';

const skip = await noKerberos();

describe('integrated security on Linux', { skip }, () => {
  let realm: Realm;
  let accept: Acceptor;
  let joeKeytab: string;
  let servers: IntegratedServer[] = [];

  /** The service that the keytab of every server here holds; the ports of the servers are in no directory. */
  const SPN = 'MSSQLSvc/sql01.example.com:1433';

  before(async () => {
    realm = await createRealm();
    for (const principal of ['joe', 'ann', SPN]) await realm.add(principal);
    const serverKeytab = await realm.keytab('server.keytab', SPN);
    joeKeytab = await realm.keytab('joe.keytab', 'joe');
    // The libraries read the environment of the process, and nothing else.
    Object.assign(process.env, realm.env, { KRB5_KTNAME: serverKeytab });
    accept = await loadAcceptor();
  });
  after(() => realm?.stop());
  beforeEach(async () => {
    process.env.KRB5CCNAME = await realm.kinit('joe', joeKeytab);
  });
  afterEach(async () => {
    for (const server of servers) await server.close();
    servers = [];
  });

  const serve = async (options: Partial<IntegratedServerOptions> = {}) => {
    const server = await integratedServer({ accept, ...options });
    servers.push(server);
    return server;
  };
  const setting = ({ port }: { port: number }, more = '') =>
    `Server=127.0.0.1,${port};Database=IQM;Integrated Security=SSPI;Server SPN=${SPN};Connect Timeout=5;${more}`;
  const query = (text: string) => withConnection(text, (knex) => knex.raw('select 1 as one'));
  const withEnvironment = async <T>(env: Record<string, string>, work: () => Promise<T>): Promise<T> => {
    const before = { ...process.env };
    Object.assign(process.env, env);
    try {
      return await work();
    } finally {
      for (const name of Object.keys(env)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  };

  for (const answers of ['together', 'apart'] as const) {
    it(`logs in without a password, where the answer comes ${answers}`, async () => {
      const server = await serve({ answers });

      await query(setting(server));

      assert.deepEqual(server.logins, [{ account: 'joe@EXAMPLE.COM', user: '', serverName: '127.0.0.1' }]);
    });
  }

  it('logs in for each spelling of the keyword', async () => {
    const server = await serve();

    await query(setting(server).replace('Integrated Security=SSPI', 'Trusted_Connection=yes'));
    await query(`mssql://127.0.0.1:${server.port}/IQM?integrated=true&serverSpn=${encodeURIComponent(SPN)}`);

    assert.equal(server.logins.length, 2);
  });

  it('asks for the service of host and port, where no other is named', async () => {
    const server = await serve();
    await realm.add(`MSSQLSvc/localhost:${server.port}`);
    await realm.keytab('server.keytab', `MSSQLSvc/localhost:${server.port}`);

    await query(`Server=localhost,${server.port};Database=IQM;Trusted_Connection=yes`);

    assert.equal(server.logins.length, 1);
  });

  it('goes where the server routes to, with a ticket for the server there', async () => {
    const second = await serve();
    const first = await serve({ answers: (to) => accepted(to, routing('127.0.0.1', second.port)) });

    await query(setting(first));

    assert.equal(first.logins.length, 1);
    assert.equal(second.logins.length, 1);
  });

  it('binds the login to a connection that is encrypted', async () => {
    const server = await serve({ certificate: 'self-signed', bound: true });

    await query(setting(server, 'Encrypt=True;TrustServerCertificate=True'));

    assert.deepEqual(server.refused, []);
    assert.equal(server.logins.length, 1);
  });

  it('logs in with TLS before anything else (Encrypt=Strict)', async () => {
    const server = await serve({ certificate: 'trusted', strict: true });

    await query(
      setting(
        server,
        `Encrypt=Strict;ServerCertificate=${tlsFixture('authority')};HostNameInCertificate=localhost`,
      ),
    );

    assert.equal(server.logins.length, 1);
  });

  it('gets new tickets by itself from the keytab of a service', async () => {
    const server = await serve();
    const cache = `FILE:${realm.directory}/service.tickets`;

    await withEnvironment({ KRB5_CLIENT_KTNAME: joeKeytab, KRB5CCNAME: cache }, async () => {
      await query(setting(server));
      await rm(cache.replace('FILE:', ''));
      await query(setting(server));
    });

    assert.equal(server.logins.length, 2);
  });

  it('keeps the connections of a pool when tickets expire, and opens new ones with new tickets', async () => {
    const server = await serve();
    // Kerberos counts whole seconds: a ticket for one second can be over at once.
    await realm.kinit('joe', joeKeytab, '4s');

    await withConnection(setting(server), async (knex) => {
      const first = await knex.client.acquireConnection();
      await sleep(4_000);
      await assert.rejects(knex.raw('select 1 as one'), { code: 'kerberos-ticket-expired' });
      await realm.kinit('joe', joeKeytab);
      await knex.raw('select 1 as one');
      await knex.client.releaseConnection(first);
      await Promise.all([knex.raw('select 1 as one'), knex.raw('select 1 as one')]);
    });

    assert.equal(server.logins.length, 2);
  });

  it('makes a new context for each connection, and keeps connections of two accounts apart', async () => {
    const server = await serve();
    const ann = await realm.kinit('ann', await realm.keytab('ann.keytab', 'ann'));

    await withConnection(setting(server), async (knex) => {
      const connection = await knex.client.acquireConnection();
      await assert.rejects(
        withEnvironment({ KRB5CCNAME: ann }, () => knex.raw('select 1 as one')),
        { code: 'kerberos-account-changed', message: /joe@EXAMPLE\.COM .* ann@EXAMPLE\.COM/ },
      );
      await knex.client.releaseConnection(connection);
    });
    await withEnvironment({ KRB5CCNAME: ann }, () => query(setting(server)));

    assert.deepEqual(
      server.logins.map(({ account }) => account),
      ['joe@EXAMPLE.COM', 'ann@EXAMPLE.COM'],
    );
  });

  it('is the login of the first account that is accepted, whoever was refused before', async () => {
    const ann = await realm.kinit('ann', await realm.keytab('ann.keytab', 'ann'));
    const server = await serve({
      accept: (token, binding) => {
        const found = accept(token, binding);
        if (found.account.startsWith('joe')) throw new Error('joe has no login');
        return found;
      },
    });

    await withConnection(setting(server), async (knex) => {
      await assert.rejects(knex.raw('select 1 as one'));
      await withEnvironment({ KRB5CCNAME: ann }, () => knex.raw('select 1 as one'));
    });

    assert.deepEqual(
      server.logins.map(({ account }) => account),
      ['ann@EXAMPLE.COM'],
    );
  });

  describe('says what is wrong', () => {
    it('when there is no ticket', async () => {
      const server = await serve();

      const problem = await withEnvironment({ KRB5CCNAME: `FILE:${realm.directory}/none` }, () =>
        connectionFailure(setting(server)),
      );

      assert.equal(problem.code, 'kerberos-ticket-missing');
      assert.match(problem.hint ?? '', /KRB5_CLIENT_KTNAME/);
      assert.equal(server.logins.length, 0);
      const env = { KRB5CCNAME: `FILE:${realm.directory}/new`, KRB5_CLIENT_KTNAME: joeKeytab };
      await withEnvironment(env, () => query(setting(server)));
    });

    it('when the ticket has expired', async () => {
      const server = await serve();
      await realm.kinit('joe', joeKeytab, '1s');
      await sleep(2_000);

      const problem = await connectionFailure(setting(server));

      await realm.kinit('joe', joeKeytab);
      assert.equal(problem.code, 'kerberos-ticket-expired');
      assert.match(problem.hint ?? '', /Run kinit again/);
      await query(setting(server));
    });

    it('when the domain does not know the server', async () => {
      const server = await serve();

      const problem = await connectionFailure(
        `Server=localhost,${server.port};Database=IQM;Integrated Security=SSPI`,
      );

      assert.equal(problem.code, 'kerberos-server-unknown');
      assert.match(problem.hint ?? '', new RegExp(`setspn -S MSSQLSvc/localhost:${server.port} `));
    });

    it('when no domain controller answers', async () => {
      const server = await serve();
      // Without a ticket for the service yet.
      await realm.kinit('joe', joeKeytab);
      await realm.stop();
      try {
        const problem = await connectionFailure(setting(server));

        assert.equal(problem.code, 'kerberos-failed');
        assert.match(problem.message, /No Kerberos domain controller can be reached/);
      } finally {
        await realm.start();
      }
    });

    it('when the server refuses the account', async () => {
      const server = await serve({
        accept: () => {
          throw new Error('no');
        },
      });

      const problem = await connectionFailure(setting(server));

      assert.equal(problem.code, 'database-login-failed');
      assert.match(problem.message, /untrusted domain/);
    });

    it('when the login is passed on by somebody between, to a server that requires it to be bound', async () => {
      const server = await serve({
        certificate: 'self-signed',
        accept: (token) => accept(token, Buffer.from('tls-unique:of another connection')),
      });

      const problem = await connectionFailure(setting(server, 'Encrypt=True;TrustServerCertificate=True'));

      assert.equal(problem.code, 'database-login-failed');
      // GSS_S_BAD_BINDINGS
      assert.match(server.refused.join(), /^40000: /);
    });

    it('when the server does not prove who it is, and no certificate does', async () => {
      const server = await serve({ answers: 'without-proof' });

      const problem = await connectionFailure(setting(server));

      assert.equal(problem.code, 'kerberos-server-unproven');
    });

    for (const answers of ['short', 'garbage'] as const) {
      it(`when its answer is ${answers}`, async () => {
        const server = await serve({ answers });

        const problem = await connectionFailure(setting(server));

        assert.match(problem.code, /^(kerberos-failed|database-connection-failed)$/);
      });
    }
  });

  describe('says why a keytab gives no ticket', () => {
    let tries = 0;
    /** The problem of a service that has this keytab and no ticket yet. */
    const failureWith = async (keytab: string, env: Record<string, string> = {}) => {
      const server = await serve();
      const cache = `FILE:${realm.directory}/keytab-${tries++}`;
      const problem = await withEnvironment({ KRB5_CLIENT_KTNAME: keytab, KRB5CCNAME: cache, ...env }, () =>
        connectionFailure(setting(server)),
      );
      assert.equal(server.logins.length, 0);
      assert.doesNotMatch(problem.hint ?? '', /let KRB5_CLIENT_KTNAME name/);
      return problem;
    };
    const keytabOf = async (account: string) => {
      await realm.add(account);
      return realm.keytab(`${account}.keytab`, account);
    };

    const refusals: [what: string, account: string, change: string, reason: RegExp][] = [
      ['its key is not the current one', 'rekeyed', 'cpw -randkey rekeyed', /Decrypt integrity check failed/],
      ['the account is disabled', 'disabled', 'modprinc -allow_tix disabled', /have been revoked/],
      ['the account was deleted', 'deleted', 'delprinc -force deleted', /not found in Kerberos database/],
    ];
    for (const [what, account, change, reason] of refusals) {
      it(`when ${what}`, async () => {
        const keytab = await keytabOf(account);
        await realm.admin(change);

        const problem = await failureWith(keytab);

        assert.equal(problem.code, 'kerberos-failed');
        assert.match(problem.message, reason);
        assert.match(problem.hint ?? '', new RegExp(`klist -kte ${keytab} `));
      });
    }

    it('when no domain controller listens', async () => {
      await realm.stop();
      try {
        const problem = await failureWith(joeKeytab);

        assert.equal(problem.code, 'kerberos-failed');
        assert.match(
          problem.message,
          /^No Kerberos domain controller can be reached: Cannot contact any KDC for /,
        );
      } finally {
        await realm.start();
      }
    });

    for (const [what, change, reason] of [
      ['names no default realm', (text: string) => text.replace(/ default_realm.*/, ''), /default realm/],
      [
        'cannot be read',
        (text: string) => text.replace('[realms]', '[realms'),
        /Improper format of Kerberos/,
      ],
      ['names no domain controller', (text: string) => text.replace(/ kdc = .*/, ''), /Cannot find KDC/],
    ] as const) {
      it(`when krb5.conf ${what}`, async () => {
        const changed = join(realm.directory, `${what.replaceAll(' ', '-')}.conf`);
        await writeFile(changed, change(await readFile(realm.env.KRB5_CONFIG ?? '', 'utf8')));

        const problem = await failureWith(joeKeytab, { KRB5_CONFIG: changed });

        assert.equal(problem.code, 'kerberos-failed');
        assert.match(problem.message, reason);
        assert.match(problem.hint ?? '', /krb5\.conf/);
      });
    }

    for (const [what, content] of [
      ['does not exist', undefined],
      ['is garbage', 'This is a text, and long enough to have been a keytab.'],
      ['has no key', Buffer.from([5, 2])],
    ] as const) {
      it(`when the file ${what}`, async () => {
        const file = join(realm.directory, what.replaceAll(' ', '-'));
        if (content !== undefined) await writeFile(file, content);

        const problem = await failureWith(`FILE:${file}`);

        assert.equal(problem.code, 'kerberos-ticket-missing');
        assert.match(problem.message, new RegExp(`the keytab ${file},`));
        assert.match(problem.hint ?? '', new RegExp(`klist -k ${file} `));
      });
    }
  });

  describe('says that the domain is silent', () => {
    let kdc: SilentServer;
    let env: Record<string, string>;
    beforeEach(async () => {
      kdc = await silentServer();
      const text = await readFile(realm.env.KRB5_CONFIG ?? '', 'utf8');
      env = {
        KRB5_CONFIG: join(realm.directory, 'silent.conf'),
        KRB5CCNAME: `FILE:${realm.directory}/silent-${kdc.port}`,
        KRB5_CLIENT_KTNAME: joeKeytab,
      };
      await writeFile(env.KRB5_CONFIG ?? '', text.replace(/ kdc = .*/, ` kdc = 127.0.0.1:${kdc.port}`));
    });
    afterEach(() => kdc.close());

    it('in the time that a connection may take, and leaves the threads of the process to others', async () => {
      const server = await serve();

      const { problems, took } = await withEnvironment(env, async () => {
        const attempts = Promise.all(
          Array.from({ length: 5 }, () =>
            connectionFailure(setting(server).replace('Timeout=5', 'Timeout=3')),
          ),
        );
        await kdc.asked;
        const began = performance.now();
        await Promise.all([lookup('localhost'), readFile(joeKeytab)]);
        return { took: performance.now() - began, problems: await attempts };
      });

      assert.ok(took < 1_000, `${took} ms`);
      for (const { code, message } of problems) {
        assert.equal(code, 'kerberos-failed');
        assert.match(message, /^No Kerberos domain controller answered in time/);
      }
      assert.equal(server.logins.length, 0);
      // What nobody waits for any more is not begun: the next one has its turn as soon as the call has ended.
      await kdc.close();
      await query(setting(server));
    });

    it('in a command, which ends then', async () => {
      const server = await serve();
      const began = performance.now();

      const { code, stderr } = await runCli(
        ['db', 'status', '--timeout', '2s', '--database', setting(server).replace(/Connect Timeout=5;/, '')],
        { env: { ...realm.env, ...env } },
      );

      const took = performance.now() - began;
      assert.equal(code, 3);
      assert.match(stderr, /No Kerberos domain controller answered in time[\s\S]*--timeout\.\s*$/);
      // The call alone takes more than 25 seconds.
      assert.ok(took > 2_000 && took < 18_000, `${took} ms`);
    });
  });
});
