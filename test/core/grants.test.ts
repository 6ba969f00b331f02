import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type GrantedRole, grantRoles, grantScript } from '../../src/core/rights/grant.js';
import { parseRights, ROLES, rightsOf, roleName, TABLE_NAMES } from '../../src/core/rights/roles.js';
import { isHostView, rightInWords } from '../../src/database/dialect/rights.js';
import { scriptClients } from '../database/script-clients.js';
import { installProduct, type Product, rowsOf } from '../support/databases/product.js';
import { type Cast, createCast } from '../support/databases/roles.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/running/problem.js';

/** Always empty: they are there so that SQL Server refuses to truncate another. */
const NEVER_USED = /_no_truncate$/;

const GOOD = { errors: [], exitCode: 0 };

/** What the roles are to have, as `grantRoles` reports it. */
const EXPECTED = ROLES.map((role) => ({
  role,
  changesSchema: role === 'installer',
  rights: rightsOf(role)
    .tables.filter(({ table }) => role !== 'installer' || isHostView(table))
    .map(({ table, rights, columns }) => ({
      on: table,
      rights: rights.map((right) => rightInWords(right, columns)),
    })),
}));

const withoutNames = (roles: GrantedRole[]) =>
  roles.map(({ name: _name, members: _members, ...rest }) => rest);

describe('the table of the roles', () => {
  it('reads rights, also of single columns', () => {
    assert.deepEqual(parseRights('token', 'SELECT, UPDATE(a, b)'), {
      table: 'token',
      rights: ['SELECT', 'UPDATE'],
      columns: ['a', 'b'],
    });
    for (const wrong of ['', 'SELEKT', 'SELECT, TRUNCATE']) assert.throws(() => parseRights('token', wrong));
  });
});

forEachEngine(
  'the roles',
  (engine) => {
    let cast: Cast;
    let product: Product;
    before(async () => {
      cast = createCast(engine);
      product = await cast.install();
    });
    after(async () => {
      await product.close();
      await cast.drop();
    });

    it('know every table and view of the schema, and none that is not there', async () => {
      const lines = await product.database.read(({ knex, dialect, schema }) =>
        dialect.catalogue((query) => query(knex), schema),
      );
      const tables = lines.flatMap((line) => /^(?:column|view) (\w+)\./.exec(line)?.[1] ?? []);
      const there = [...new Set(tables)].filter((table) => !NEVER_USED.test(table));

      assert.deepEqual(there.sort(), TABLE_NAMES.filter((table) => !isHostView(table)).sort());
    });

    it('are given exactly their rights, and given again, nothing changes', async () => {
      const events = async () =>
        (await rowsOf(product, `${cast.schema}.event`)).filter(({ action }) => action === 'role.grant');
      const earlier = (await events()).length;
      assert.equal(earlier, 1 + ROLES.length);

      const roles = await grantRoles(product.core, { roles: ROLES });

      assert.deepEqual(withoutNames(roles), EXPECTED);
      assert.deepEqual(
        roles.map(({ role, name, members }) => [role, name, members]),
        ROLES.map((role) => [role, roleName(role, cast.schema), [cast.loginOf(role)]]),
      );
      const { product: server } = await product.database.read(({ knex, dialect }) =>
        dialect.serverInfo(knex),
      );
      // Babelfish keeps no list of rights, so that what was granted again cannot be told from what is new.
      assert.equal((await events()).length, server === 'Babelfish' ? earlier + 1 : earlier);
    });

    it('lose what they were given beside that', async () => {
      const quoted = roleName('auditor', cast.schema);
      await product.test.query(`grant update on ${cast.schema}.installation to ${quoted}`);
      const lacks = () =>
        product.database.read(async ({ knex, dialect, schema }) => {
          const [state] = await dialect.roles(knex, schema, [quoted]);
          return state?.tables?.find(({ table }) => table === 'installation')?.rights;
        });
      const before = await lacks();
      if (before !== undefined) assert.deepEqual(before, ['SELECT', 'UPDATE']);

      await grantRoles(product.core, { roles: ['auditor'] });

      if (before !== undefined) assert.deepEqual(await lacks(), ['SELECT']);
    });

    it('are rehearsed with dryRun, and refused to a login that is not there', async () => {
      const login = `${cast.schema}_nobody`;
      const events = (await rowsOf(product, `${cast.schema}.event`)).length;

      assert.equal(
        (await problemOf(grantRoles(product.core, { roles: ['auditor'], login }))).code,
        'login-unknown',
      );
      const ofRole = { roles: ['installer'] as const, login: `${cast.schema}_INSTALLER` };
      assert.equal((await problemOf(grantRoles(product.core, ofRole))).code, 'login-is-role');
      const [rehearsed] = await grantRoles(
        product.core,
        { roles: ['auditor'], login: cast.loginOf('operator') },
        { dryRun: true },
      );
      const [now] = await grantRoles(product.core, { roles: ['auditor'] }, { dryRun: true });

      assert.deepEqual(rehearsed?.members, [cast.loginOf('auditor'), cast.loginOf('operator')]);
      assert.deepEqual(now?.members, [cast.loginOf('auditor')]);
      // The refusal.
      assert.equal((await rowsOf(product, `${cast.schema}.event`)).length, events + 1);
    });

    // A DBA's own program, or what stands in for it where there is none.
    const client = scriptClients.find(({ engine: of, absent }) => of === engine.name && !absent);
    it(`are the same by the script, run twice with ${client?.name ?? 'no client'}`, {
      skip: client ? false : 'none of the programs that run scripts is installed',
    }, async () => {
      assert.ok(client);
      const other = createCast(engine);
      const test = await engine.freshDatabase();
      const { dialect } = product.database;
      const options = { dialect, schema: other.schema, toolVersion: '0.0.0-test' };
      try {
        // The installer's role first, then the schema; the rest then has something to be about.
        const setUp = await grantScript({ roles: ['installer'] }, options);
        assert.deepEqual(await client.run(test.url, setUp), GOOD);
        const early = await grantScript({ roles: ROLES }, options);
        const stopped = await client.run(test.url, early);
        assert.ok(stopped.errors.length > 0 && stopped.exitCode !== 0);
        const scripted = await installProduct(test, { schema: other.schema });
        try {
          const script = await grantScript({ roles: ROLES, login: cast.loginOf('auditor') }, options);
          // A client may be set so that every statement begins a transaction; the script commits nevertheless.
          const implicit = engine.name === 'mssql' ? `set implicit_transactions on;\nGO\n${script}` : script;
          assert.deepEqual(await client.run(test.url, implicit), GOOD);
          assert.deepEqual(await client.run(test.url, script), GOOD);
          if (engine.name === 'mssql') {
            const within = await client.run(test.url, `begin transaction;\nGO\n${script}`);
            assert.match(within.errors.join(), /50012/);
            const ofOwner = await grantScript({ roles: ROLES, login: 'dbo' }, options);
            assert.match((await client.run(test.url, ofOwner)).errors.join(), /50013/);
          }

          const roles = await grantRoles(scripted.core, { roles: ROLES }, { dryRun: true });
          assert.deepEqual(withoutNames(roles), EXPECTED);
          assert.deepEqual(
            new Set(roles.flatMap(({ members }) => members)),
            new Set([cast.loginOf('auditor')]),
          );
          const trail = await rowsOf(scripted, `${other.schema}.event`);
          const granted = trail.filter(({ action }) => action === 'role.grant');
          assert.deepEqual(
            granted.map(({ outcome, details }) => [outcome, details]),
            Array(2).fill([
              'done',
              JSON.stringify({
                roles: ROLES.map((role) => roleName(role, other.schema)),
                login: cast.loginOf('auditor'),
              }),
            ]),
          );
        } finally {
          await scripted.close();
        }
      } finally {
        await test.drop();
        if (engine.name === 'postgres') {
          const server = await engine.freshDatabase();
          for (const role of ROLES) await server.query(`drop role if exists ${roleName(role, other.schema)}`);
        }
      }
    });
  },
  { only: ['postgres', 'mssql'] },
);
