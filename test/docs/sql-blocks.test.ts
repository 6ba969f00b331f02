import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sealEvents } from '../../src/core/audit/seal.js';
import { runChecks } from '../../src/core/check/run-checks.js';
import type { Core } from '../../src/core/core.js';
import { hostStatus } from '../../src/core/host/status.js';
import { markHosting } from '../../src/core/installation.js';
import { readSeats } from '../../src/core/seats.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount, setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { createToken, rotateToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import { finishRotation } from '../../src/core/tokens/finish.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import type { Database } from '../../src/database/database.js';
import { forEachEngine } from '../support/engines.js';
import { installProduct, openTestDatabase, type Product, rowsOf } from '../support/product.js';
import { testedBlock } from './markdown.js';

const DAY_MS = 86_400_000;

forEachEngine('the statement of docs/tokens.md that records the last use', (engine) => {
  let product: Product;
  before(async () => {
    product = await installProduct(await engine.freshDatabase());
  });
  after(() => product.close());

  it('is seen in lists, written once a minute, and proves that a new token works', async () => {
    const { core } = product;
    await addServiceAccount(core, { name: 'entra', kind: 'entra' });
    await createToken(core, 'entra', { expiresInMs: null });
    const { id } = await rotateToken(core, 'entra', { expiresInMs: null, overlapMs: DAY_MS });
    await assert.rejects(finishRotation(core, 'entra', {}), /has never been used/);
    const sql = await testedBlock(
      'docs/tokens.md',
      `last use on ${engine.name === 'mssql' ? 'mssql' : 'postgres'}`,
    );
    const record = () =>
      product.database.transaction(({ knex }) =>
        knex.raw(sql.replace(/\$1|@id/, '?').replace(';', ''), [id]),
      );
    const lastUsed = async () =>
      (await readTokens(core)).find((token) => token.id === id)?.lastUsedAt?.getTime();

    await record();
    const first = await lastUsed();
    assert.ok(first !== undefined && Math.abs(first - Date.now()) < 60_000);
    await record();
    assert.equal(await lastUsed(), first);
    assert.equal((await finishRotation(core, 'entra', {})).length, 1);
  });
});

async function runSql({ database }: Product, sql: string): Promise<void> {
  await database.transaction(async ({ knex, dialect }) => {
    for (const batch of dialect.splitScript(sql)) await knex.raw(batch);
  });
}

forEachEngine('the host views of docs/host-views.md', (engine) => {
  let product: Product;
  const block = (what: string) =>
    testedBlock('docs/host-views.md', `${what} on ${engine.name === 'mssql' ? 'mssql' : 'postgres'}`);
  before(async () => {
    product = await installProduct(await engine.freshDatabase(), { host: false });
    await runSql(product, await block('tables'));
    await runSql(product, await block('views'));
    const users = engine.name === 'mssql' ? 'dbo.SY_Users' : 'public.sy_users';
    const column = engine.name === 'mssql' ? 'IsSystem, FullName' : 'is_system, full_name';
    await runSql(product, `insert into ${users} (Login, ${column}) values ('sa', '1', 'Administrator')`);
    await runSql(
      product,
      engine.name === 'mssql'
        ? "insert into dbo.SY_IdentityProviders values ('A3C4B1DE-5F27-4E0B-9D2C-71E86B0F4A55', N'SAML of ours', 1)"
        : "insert into public.sy_identity_providers values ('a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'SAML of ours', true)",
    );
    const licences = engine.name === 'mssql' ? 'dbo.SY_Licences' : 'public.sy_licences';
    await runSql(product, `insert into ${licences} values (1, 5), (2, 3)`);
  });
  after(() => product.close());

  it('are bound, and hold every write', async () => {
    const { bound, views, writes } = await hostStatus(product.database);

    assert.equal(bound, true);
    assert.deepEqual(
      views.map(({ view, without }) => [view, without]),
      [
        ['host_user', []],
        ['host_sso_provider', ['certificate_expires_at']],
        ['host_licence', []],
      ],
    );
    assert.deepEqual(
      writes.filter(({ writable }) => !writable),
      [],
    );
    assert.equal(writes.length, 9);
  });

  it('carry an IdP, a token, seats, and an account with all its fields', async () => {
    const { ssoProviderId } = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    await createToken(product.core, 'entra', { expiresInMs: 90 * DAY_MS });
    const user = {
      login_name: 'anna@contoso.example',
      email: 'anna@contoso.example',
      display_name: 'Anna Schmidt',
      given_name: 'Anna',
      family_name: 'Schmidt',
      is_enabled: true,
      sso_provider_id: ssoProviderId,
      licence_type: 'Concurrent',
    };

    await product.database.transaction(async ({ knex, schema }) => {
      await knex('host_user').withSchema(schema).insert(user);
    });

    const rows = await rowsOf(product, 'scim.host_user');
    const found = rows.find(({ login_name }) => login_name === user.login_name);
    assert.ok(found?.user_id);
    assert.deepEqual({ ...found, ...user }, found);
    assert.equal(found.is_protected, false);
    assert.deepEqual(
      (await readSeats(product.core)).map(({ licenceType, total, free }) => [licenceType, total, free]),
      [
        ['Concurrent', 5, 4],
        ['Dedicated', 3, 3],
      ],
    );
    const { status } = await runChecks({
      connect: async () => product.database,
      clock: product.core.clock,
      names: ['schema', 'host', 'saml', 'seats', 'token'],
    });
    assert.equal(status, 'pass');
  });

  it('leave a system account alone', async () => {
    const disable = product.database.transaction(async ({ knex, schema }) => {
      await knex('host_user').withSchema(schema).where({ login_name: 'sa' }).update({ is_enabled: false });
    });

    await assert.rejects(disable, /a system account is not provisioned/);
  });
});

forEachEngine(
  'the rights of docs/databases.md',
  (engine) => {
    let product: Product;
    let operator: Database;
    /** Babelfish has no VIEW DEFINITION, so that only its administrator sees triggers. */
    let seesTriggers = true;
    const login = `scimctl_test_operator_${process.pid}`;
    const password = 'Only-for-this-test-1';
    before(async () => {
      product = await installProduct(await engine.freshDatabase());
      const { product: server } = await product.database.read(({ knex, dialect }) =>
        dialect.serverInfo(knex),
      );
      seesTriggers = server !== 'Babelfish';
      const grants = (await testedBlock('docs/databases.md', `operator on ${engine.name}`))
        .split('\n')
        .filter((line) => seesTriggers || !line.startsWith('grant view definition '))
        .join('\n');
      await runSql(product, grants.replaceAll('scim_operator', `${login}_role`));
      const [create, join] =
        engine.name === 'mssql'
          ? [
              `create login ${login} with password = '${password}'; create user ${login} for login ${login};`,
              `alter role ${login}_role add member ${login}`,
            ]
          : [`create role ${login} login password '${password}'`, `grant ${login}_role to ${login}`];
      for (const statement of create.split(/;\s*/).filter(Boolean)) await product.test.query(statement);
      await product.test.query(join);
      const url = new URL(product.url);
      [url.username, url.password] = [login, password];
      operator = await openTestDatabase(url.href);
    });
    after(async () => {
      await operator?.close();
      await product.close();
      await product.test.drop();
      await dropLogin();
    });
    /** Logins and roles outlive the database. */
    const dropLogin = async () => {
      const server = await engine.freshDatabase();
      if (engine.name === 'mssql') return void (await server.query(`drop login ${login}`));
      await server.query(`drop role ${login}`);
      await server.query(`drop role ${login}_role`);
    };

    it('are all that the operator’s commands need', async () => {
      const core: Core = { ...product.core, database: operator };
      const { checks } = await runChecks({ connect: async () => operator, clock: core.clock });
      const failed = checks.filter(({ status }) => status === 'fail').map(({ name }) => name);
      assert.deepEqual(failed, seesTriggers ? [] : ['schema']);

      await addServiceAccount(core, { name: 'entra', kind: 'entra' });
      const { token } = await createToken(core, 'entra', { expiresInMs: 90 * DAY_MS });
      await rotateToken(core, 'entra', { expiresInMs: null, overlapMs: DAY_MS });
      assert.equal((await verifyToken(core, token)).valid, true);
      await finishRotation(core, 'entra', { force: true });
      for (const { id } of await readTokens(core)) await revokeToken(core, id);
      await setAccountEnabled(core, 'entra', false);
      await removeAccount(core, 'entra');
      await markHosting(core, 'cloud');
      assert.deepEqual(await pendingUsers(core), []);
      assert.ok((await sealEvents(core, { marginMs: 0 })).events > 5);
    });

    it('are no more than that', async () => {
      for (const statement of [
        'delete from scim.token',
        'delete from scim.service_account',
        'update scim.host_user set is_enabled = null',
        'create table scim.mine (id int)',
        'drop view scim.live_token',
      ]) {
        await assert.rejects(
          operator.transaction(({ knex }) => knex.raw(statement)),
          statement,
        );
      }
    });
  },
  { only: ['postgres', 'mssql'] },
);
