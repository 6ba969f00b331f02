import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, it } from 'node:test';
import { readSchemaFiles } from '../../src/database/migrator/files.js';
import { migrate } from '../../src/database/migrator/migrate.js';
import { verifySchema } from '../../src/database/migrator/verify.js';
import { openTestDatabase, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

const VERSION_BEFORE = 8;
const MINUTE = 60_000;

forEachEngine('the upgrade that bounds tables', (engine) => {
  let product: Product;

  before(async () => {
    const test = await engine.freshDatabase();
    const database = await openTestDatabase(test.url);
    const files = await readSchemaFiles(database.dialect.name);
    const migrations = files.migrations.filter(({ version }) => version <= VERSION_BEFORE);
    await migrate(database, '0.0.0-test', { ...files, migrations });
    const core = { database, clock: () => product.now, random: randomBytes, actor: 'cli:tester@test' };
    product = { database, url: test.url, test, now: new Date(), core, close: () => database.close() };
  });
  after(() => product.close());

  it('keeps the access tokens that an endpoint issued, and deletes all others', async () => {
    const now = Date.now();
    const plant = (id: string, token: string, from: number, to: number) =>
      product.database.transaction(({ knex, dialect, schema }) =>
        knex('access_token')
          .withSchema(schema)
          .insert({
            access_token_id: id,
            token_public_id: token,
            digest: Buffer.alloc(32, 1),
            created_at: dialect.bindInstant(new Date(now + from * MINUTE)),
            expires_at: dialect.bindInstant(new Date(now + to * MINUTE)),
          }),
      );
    await plant('good', 'few', -30, 30);
    await plant('brief', 'few', -30, 5);
    await plant('expired', 'few', -90, -30);
    await plant('long', 'few', -1, 600);
    await plant('ten years', 'few', -5_000_000, 30);
    await plant('to come', 'few', 30, 90);
    await plant('backwards', 'few', 30, 20);
    for (let index = 0; index < 12; index++) await plant(`many ${index}`, 'many', -20 + index, 30);

    if (engine.name !== 'mssql')
      await product.test.query('grant select, insert on scim.access_token to pg_monitor');
    await migrate(product.database, '0.0.0-test');

    assert.deepEqual(
      (await rowsOf(product, 'scim.access_token')).map((row) => row.access_token_id).sort(),
      ['brief', 'good', ...Array.from({ length: 10 }, (_, index) => `many ${index + 2}`)].sort(),
    );
    assert.deepEqual(await verifySchema(product.database), { ok: true, findings: [] });
    if (engine.name === 'mssql') return;
    const [right] = await product.test.query(
      `select has_table_privilege('pg_monitor', 'scim.access_token', 'INSERT') as whole,
              has_column_privilege('pg_monitor', 'scim.access_token', 'digest', 'INSERT') as digest,
              has_column_privilege('pg_monitor', 'scim.access_token', 'expires_at', 'INSERT') as expires_at`,
    );
    assert.deepEqual(right, { whole: false, digest: true, expires_at: false });
  });
});
