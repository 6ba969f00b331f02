import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { runChecks } from '../../src/core/check/run-checks.js';
import { hostStatus } from '../../src/core/host/status.js';
import { readSeats } from '../../src/core/seats.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import { finishRotation, rotateToken } from '../../src/core/tokens/rotate.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { testedBlock } from './markdown.js';

const DAY_MS = 86_400_000;

forEachEngine('the statement of docs/tokens.md that records the last use', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine);
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
    product = await freshProduct(engine, { host: false });
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
        ['host_user', ['is_locked_temporarily', 'external_id', 'sso_subject']],
        ['host_sso_provider', ['certificate_expires_at', 'declared_by', 'declared_at']],
        ['host_licence', ['declared_by', 'declared_at']],
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
