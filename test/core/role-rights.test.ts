import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { sealEvents } from '../../src/core/audit/seal.js';
import { runChecks } from '../../src/core/check/run-checks.js';
import type { Core } from '../../src/core/core.js';
import { markHosting } from '../../src/core/host/installation.js';
import { hostStatus } from '../../src/core/host/status.js';
import { explainDenial } from '../../src/core/rights/denied.js';
import { grantRoles } from '../../src/core/rights/grant.js';
import { ROLES, type Role, roleName } from '../../src/core/rights/roles.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount, setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import { finishRotation, rotateToken } from '../../src/core/tokens/rotate.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { disableUser } from '../../src/core/users/disable.js';
import { listLinkedUsers } from '../../src/core/users/linked.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import type { Database } from '../../src/database/database.js';
import { readSchemaFiles } from '../../src/database/migrator/files.js';
import { migrate } from '../../src/database/migrator/migrate.js';
import { Problem } from '../../src/problem.js';
import { openTestDatabase, type Product } from '../support/databases/product.js';
import { type Cast, createCast, isBabelfish } from '../support/databases/roles.js';
import { forEachEngine } from '../support/engines.js';
import { link } from '../support/people/provisioned.js';

const DAY_MS = 86_400_000;

forEachEngine(
  'a login with one role',
  (engine) => {
    let cast: Cast;
    let product: Product;
    let onBabelfish = false;
    const databases = new Map<Role, Database>();
    const as = (role: Role): Core => ({ ...product.core, database: databases.get(role) as Database });
    const run = (role: Role, sql: string) =>
      as(role).database.transaction(({ knex }) => knex.raw(sql.replaceAll('scim.', `${cast.schema}.`)));
    const refused = (role: Role, sql: string) =>
      assert.rejects(run(role, sql), { fault: 'permission-denied' }, `${role}: ${sql}`);

    before(async () => {
      cast = createCast(engine);
      product = await cast.install();
      for (const role of ROLES)
        databases.set(role, await openTestDatabase(cast.as(role, product), cast.schema));
      onBabelfish = await isBabelfish(product);
    });
    after(async () => {
      for (const database of databases.values()) await database.close();
      await product.close();
      await cast.drop();
    });

    it('has, by check rights, all that its role has', async () => {
      for (const role of ROLES) {
        const { database } = as(role);
        const { checks } = await runChecks({ connect: async () => database, clock: product.core.clock });
        // A machine that is busy takes its time, which looks like a clock that is wrong.
        const relevant = checks.filter(({ name }) => name !== 'clock');
        const failed = relevant.filter(({ status }) => status === 'fail').map(({ name }) => name);
        // Babelfish has no ALTER to grant.
        assert.deepEqual(failed, onBabelfish && role === 'installer' ? ['rights'] : [], role);
        const found = checks.find(({ name }) => name === 'rights')?.details;
        assert.deepEqual(found?.roles, [role]);
      }
    });

    it('operator: does all of the everyday work, and no more', async () => {
      const core = as('operator');
      const account = await addServiceAccount(core, { name: 'entra', kind: 'entra' });
      await link(product, account, '10', { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
      const { token } = await createToken(core, 'entra', { expiresInMs: 90 * DAY_MS });
      await rotateToken(core, 'entra', { expiresInMs: null, overlapMs: DAY_MS });
      assert.equal((await verifyToken(core, token)).valid, true);
      await finishRotation(core, 'entra', { force: true });
      for (const { id } of await readTokens(core)) await revokeToken(core, id);
      await setAccountEnabled(core, 'entra', false);
      await removeAccount(core, 'entra');
      await markHosting(core, 'cloud');
      await markHosting(core, 'on-premises');
      assert.equal((await listLinkedUsers(core)).length, 1);
      assert.equal((await disableUser(core, '10')).changed, true);
      assert.deepEqual(await pendingUsers(core), []);
      assert.ok((await sealEvents(core, { waitMs: 0 })).events > 5);
      await run(
        'operator',
        "update scim.host_user set display_name = 'Aisha' where login_name like 'aisha%'",
      );

      for (const statement of [
        'delete from scim.token',
        'delete from scim.service_account',
        "insert into scim.host_user (login_name, display_name) values ('x', 'x')",
        'insert into scim.idp_group_member values (null, null)',
        'drop view scim.live_token',
        'create table scim.mine (id int)',
      ]) {
        await assert.rejects(run('operator', statement), statement);
      }
    });

    it('endpoint: provisions, and does no more', async () => {
      await addServiceAccount(product.core, { name: 'okta', kind: 'okta' });
      const { id: tokenId } = await createToken(product.core, 'okta', { expiresInMs: null });
      const { writes } = await hostStatus(as('endpoint').database);
      assert.equal(writes.length, 9);
      assert.deepEqual(
        writes.filter(({ writable }) => !writable),
        [],
      );
      await run('endpoint', `update scim.token set last_used_at = created_at where public_id = '${tokenId}'`);
      const group = randomUUID();
      const now = engine.name === 'mssql' ? 'sysutcdatetime()' : 'now()';
      await run(
        'endpoint',
        `insert into scim.idp_group (group_id, service_account_id, display_name, created_at, updated_at)
         select '${group}', service_account_id, 'Staff', ${now}, ${now} from scim.service_account where name = 'okta'`,
      );
      await run('endpoint', `delete from scim.idp_group where group_id = '${group}'`);
      await run(
        'endpoint',
        "update scim.service_account set token_changes = token_changes + 1 where name = 'okta'",
      );

      // An access token lasts for an hour, whoever plants it.
      const digest =
        engine.name === 'mssql'
          ? 'convert(varbinary(32), replicate(0x01, 32))'
          : "decode(repeat('01', 32), 'hex')";
      const plant = (id: string, columns = '', values = '') =>
        `insert into scim.access_token (access_token_id, token_public_id, digest${columns}) values ('${id}', '${tokenId}', ${digest}${values})`;
      await run('endpoint', plant('an-hour'));
      const years = plant('ten-years', ', expires_at', ", '2036-01-01'");
      if (engine.name === 'mssql') await run('endpoint', years);
      else await refused('endpoint', years);
      const planted = await as('endpoint').database.read(({ knex }) =>
        knex('access_token').withSchema(cast.schema).select('expires_at'),
      );
      assert.equal(planted.length, engine.name === 'mssql' ? 2 : 1);
      for (const { expires_at: expires } of planted)
        assert.ok(expires.getTime() < Date.now() + 3_700_000, String(expires));
      await run('endpoint', "delete from scim.access_token where access_token_id like '%-%'");

      for (const statement of [
        'update scim.access_token set expires_at = null',
        'update scim.token set expires_at = null',
        "update scim.service_account set deprovision_policy = 'disable'",
        'update scim.service_account set is_enabled = null',
        'delete from scim."identity"',
        "update scim.installation set hosting = 'on-premises'",
        'delete from scim.schema_history',
        'delete from app.users',
      ]) {
        await refused('endpoint', statement);
      }
    });

    it('is told that it is not its own rights, where a host view asks too much', {
      skip: engine.name === 'mssql' && 'ownership cannot be taken from a trigger here',
    }, async () => {
      await product.test.query('alter function app.write_host_user() security invoker');
      const needs = { host_user: 'SELECT, UPDATE' };
      const write = run('endpoint', 'update scim.host_user set is_enabled = not is_enabled');
      const fault = await write.catch((error: unknown) => error);

      const problem = await explainDenial(fault, needs, as('endpoint').database);

      assert.ok(problem instanceof Problem);
      assert.match(problem.message, /refused the login \S+, although it has every right in the schema/);
      assert.match(problem.hint ?? '', /host-views\.md/);
      await product.test.query('alter function app.write_host_user() security definer');
    });

    it('cannot take the rights of a trigger for itself', {
      skip: engine.name === 'mssql' && 'there are no such functions here',
    }, async () => {
      await product.test.query(`grant usage on schema app to ${roleName('auditor', cast.schema)}`);
      const hang = run(
        'auditor',
        `create temp view mine as select 1 as user_id;
         create trigger mine_write instead of insert on mine for each row execute function app.write_host_user()`,
      );
      await assert.rejects(hang, /permission denied for function/);
    });

    it('auditor: reads everything and changes nothing', async () => {
      const names = ['token', 'event', 'event_seal', 'live_token', 'host_user', 'host_licence'];
      for (const name of names) await run('auditor', `select count(*) as rows_there from scim.${name}`);
      for (const statement of [
        "update scim.installation set hosting = 'cloud'",
        'delete from scim.token',
        'update scim.host_user set is_enabled = null',
        'update scim.token set last_used_at = created_at',
      ]) {
        await refused('auditor', statement);
      }
    });

    it('installer: upgrades a schema that another installer has installed', {
      skip: engine.name === 'mssql' && 'Babelfish has no right to make a table in a schema of another owner',
    }, async () => {
      const other = createCast(engine);
      const test = await engine.freshDatabase();
      const admin = await openTestDatabase(test.url, other.schema);
      const core = { ...product.core, database: admin };
      // Two logins with the role, neither of which may make a schema.
      const installers = [cast.loginOf('installer'), cast.loginOf('auditor')];
      for (const login of installers) await grantRoles(core, { roles: ['installer'], login });
      const files = await readSchemaFiles(admin.dialect.name);
      for (const [at, login] of installers.entries()) {
        const url = new URL(cast.as('installer', product));
        [url.username, url.pathname] = [login, new URL(test.url).pathname];
        const database = await openTestDatabase(url.href, other.schema);
        const migrations = at === 0 ? files.migrations.slice(0, 1) : files.migrations;
        await migrate(database, '0.0.0-test', { ...files, migrations });
        await database.close();
      }
      const owners = await test.query(
        `select distinct tableowner from pg_tables where schemaname = '${other.schema}'`,
      );
      await admin.close();
      await test.drop();
      const server = await engine.freshDatabase();
      await server.query(`drop role ${roleName('installer', other.schema)}`);

      assert.deepEqual(owners, [{ tableowner: roleName('installer', other.schema) }]);
    });
  },
  { only: ['postgres', 'mssql'] },
);
