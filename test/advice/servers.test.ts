import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import pg from 'pg';
import { grantRoles } from '../../src/core/rights/grant.js';
import { ROLES } from '../../src/core/rights/roles.js';
import { installProduct } from '../support/databases/product.js';
import { postgresServer, query, withDatabase } from '../support/engines/postgres.js';
import { forEachEngine } from '../support/engines.js';
import { tlsFixture } from '../support/fake-servers/listen.js';
import { keepPostgres } from '../support/postgres/keep.js';
import type { RunningServer } from '../support/postgres/server.js';
import { playCases } from './advice-case.js';
import { SERVERS, type ServerScene } from './cases/servers.js';

const ACCESS = `
host    all postgres      127.0.0.1/32 scram-sha-256
hostssl all certified     all          cert map=client
hostssl all encrypted     all          scram-sha-256
hostnossl all encrypted   all          reject
host    all all           all          scram-sha-256
`;
const LOGINS = ['joe', '"Joe Doe"', 'auditor', 'operator', 'setup', 'encrypted', 'certified'];
const pem = (name: string) => readFileSync(tlsFixture(name), 'utf8');

async function hold(url: string, text: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query(text);
  return () => client.end();
}

// A server of its own: what a server lets in, and as whom, is said for the whole of it.
forEachEngine(
  'the advice about a server, its logins and their rights',
  () => {
    let server: RunningServer;
    before(async () => {
      server = await keepPostgres({
        configuration: `ssl = on\nssl_cert_file = 'trusted.pem'\nssl_key_file = 'server.key'\nssl_ca_file = 'client.pem'`,
        files: {
          ...Object.fromEntries(
            ['trusted', 'expired', 'not-yet-valid', 'client'].map((name) => [`${name}.pem`, pem(name)]),
          ),
          'server.key': pem('key-for-tests-only'),
          'pg_hba.conf': ACCESS,
          // The certificate for tests is that of a login whose name one of our roles has.
          'pg_ident.conf': 'client scim_operator certified\n',
        },
      });
      const engine = postgresServer(server.url, {});
      const app = await engine.create('app');
      for (const name of ['empty', 'bare', 'closed', 'guarded']) await engine.create(name);
      for (const login of LOGINS) await app.query(`create role ${login} login password 'pw'`);
      const { core, close } = await installProduct(app);
      await grantRoles(core, { roles: ROLES });
      for (const role of ['auditor', 'operator'] as const)
        await grantRoles(core, { roles: [role], login: role });
      await close();
    });
    after(() => server?.stop());

    const admin = (database = 'app') => withDatabase(server.url, database);
    const sql = async (text: string, database?: string) => query(admin(database), text);
    playCases(SERVERS, (): ServerScene => ({ admin, sql, hold: (text) => hold(admin(), text) }));
  },
  { only: ['postgres'] },
);
