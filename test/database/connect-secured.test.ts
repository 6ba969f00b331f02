import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { openDatabase } from '../../src/database/open.js';
import { forEachEngine } from '../support/engines.js';
import { noIpv6, tlsFixture } from '../support/fake-servers/listen.js';
import { fakePostgres } from '../support/fake-servers/postgres.js';
import { connectionFailure, serverSettings } from '../support/faults/attempt-connection.js';
import { keepPostgres } from '../support/postgres/keep.js';
import type { RunningServer } from '../support/postgres/server.js';

const ACCESS = `
host    all postgres      127.0.0.1/32 scram-sha-256
hostssl all scim_operator all          cert
hostssl all encrypted     all          scram-sha-256
`;

const pem = (name: string) => readFileSync(tlsFixture(name), 'utf8');
const authority = `sslrootcert=${tlsFixture('authority')}`;
const client = `sslcert=${tlsFixture('client')}&sslkey=${tlsFixture('key-for-tests-only')}`;

/** Who is logged in where, as the product sees it. */
async function greet(text: string) {
  const database = await openDatabase(await serverSettings(text), { schema: 'scim', jitter: () => 0 });
  try {
    return await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
  } finally {
    await database.close();
  }
}

// A server of its own: TLS, client certificates and IPv6 are settings of a whole server.
forEachEngine(
  'a PostgreSQL server that is strict about connections',
  (engine) => {
    let server: RunningServer;
    let port: string;
    const at = (user: string, parameters: string, host = 'localhost') =>
      `postgres://${user}@${host}:${port}/postgres?${parameters}`;

    before(async () => {
      server = await keepPostgres({
        configuration: `ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\nssl_ca_file = 'clients.pem'\nlisten_addresses = '127.0.0.1${noIpv6 ? '' : ',::1'}'`,
        files: {
          'server.pem': pem('trusted'),
          'server.key': pem('key-for-tests-only'),
          'clients.pem': pem('client'),
          'pg_hba.conf': ACCESS,
        },
      });
      port = new URL(server.url).port;
      const admin = await openDatabase(await serverSettings(server.url), { schema: 'scim', jitter: () => 0 });
      await admin.transaction(async ({ knex }) => {
        await knex.raw('create role scim_operator login');
        await knex.raw("create role encrypted login password 'pw'");
      });
      await admin.close();
    });
    after(() => server?.stop());

    it('lets a client certificate log in', async () => {
      const info = await greet(at('scim_operator', `sslmode=verify-full&${authority}&${client}`));

      assert.equal(info.login, 'scim_operator');
      assert.equal(info.encrypted, true);
    });

    it('asks for a client certificate where there is none', async () => {
      const problem = await connectionFailure(at('scim_operator', `sslmode=verify-full&${authority}`));

      assert.equal(problem.code, 'tls-client-certificate', problem.message);
      assert.match(problem.hint ?? '', /sslcert=FILE and sslkey=FILE/);
    });

    it('refuses a client certificate of somebody else, and of an authority that it does not know', async () => {
      const stranger = `sslcert=${tlsFixture('self-signed')}&sslkey=${tlsFixture('key-for-tests-only')}`;

      const other = await connectionFailure(at('encrypted', `sslmode=verify-full&${authority}&${stranger}`));

      assert.equal(other.code, 'tls-client-certificate', other.message);
      assert.match(other.message, /does not accept the client certificate/);
    });

    it('takes a password over TLS only', async () => {
      const info = await greet(at('encrypted:pw', `sslmode=verify-full&${authority}`));
      const problem = await connectionFailure(at('encrypted:pw', 'sslmode=disable'));

      assert.equal(info.encrypted, true);
      assert.equal(problem.code, 'tls-required');
      assert.match(problem.hint ?? '', /sslmode=verify-full/);
    });

    it('is encrypted on loopback too, where it offers TLS', async () => {
      assert.equal((await greet(server.url)).encrypted, true);
    });

    it('is reached over IPv6, and verified by its address', { skip: noIpv6 }, async () => {
      const info = await greet(at('encrypted:pw', `sslmode=verify-full&${authority}`, '[::1]'));

      assert.equal(info.server, `::1 port ${port}`);
      assert.equal(info.encrypted, true);
    });

    it('is passed over where it takes no writes and one that does is among the hosts', async () => {
      const test = await engine.freshDatabase();
      const elsewhere = new URL(test.url);
      const name = elsewhere.pathname.slice(1);
      const admin = await openDatabase(await serverSettings(server.url), { schema: 'scim', jitter: () => 0 });
      await admin.read(({ knex }) => knex.raw(`create database "${name}"`));
      // Whatever the administrator of the other one is called, here the same login works.
      const [user, password] = [elsewhere.username, elsewhere.password].map(decodeURIComponent);
      await admin.read(async ({ knex }) => {
        if (user !== 'postgres') await knex.raw(`create role "${user}" login`);
        await knex.raw(`alter role "${user}" password '${password}'`);
        await knex.raw(`alter database "${name}" set default_transaction_read_only = on`);
      });
      await admin.close();
      const silent = await fakePostgres({ refusal: { code: '57P03', message: 'starting up' } });
      const several = `postgres://${elsewhere.username}:${elsewhere.password}@127.0.0.1:${silent.port},127.0.0.1:${port},${elsewhere.host}/${name}`;

      const any = await greet(`${several}?sslmode=prefer`);
      const writable = await greet(`${several}?sslmode=prefer&target_session_attrs=read-write`);

      await silent.close();
      assert.match(any.server ?? '', new RegExp(` port ${port}$`));
      assert.doesNotMatch(writable.server ?? '', new RegExp(` port ${port}$`));
      assert.equal(writable.database, name);
    });
  },
  { only: ['postgres'] },
);
