import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import type { IssuedToken } from '../../src/core/tokens/issue.js';
import { pruneTokens, tokensToPrune } from '../../src/core/tokens/prune.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import { rotateToken } from '../../src/core/tokens/rotate.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { dumpOf } from '../support/databases/dump.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

const DAY = 86_400_000;

forEachEngine('tokens that ended long ago', (engine) => {
  let product: Product;
  const began = Date.now();
  const ago = (days: number) => new Date(began - days * DAY);
  /** By the days ago when they ended, or the name of a live one. */
  const ended = new Map<string, IssuedToken>();

  before(async () => {
    product = await freshProduct(engine);
    product.now = ago(400);
    for (const name of ['entra', 'okta', 'gone'])
      await addServiceAccount(product.core, { name, kind: 'generic' });
    ended.set('expired', await createToken(product.core, 'entra', { expiresInMs: 100 * DAY }));
    ended.set('revoked', await createToken(product.core, 'okta', { expiresInMs: null }));
    ended.set('removed', await createToken(product.core, 'gone', { expiresInMs: null }));
    product.now = ago(200);
    await revokeToken(product.core, ended.get('revoked')?.id ?? '');
    ended.set('retired', await createToken(product.core, 'entra', { expiresInMs: null }));
    ended.set('live', await rotateToken(product.core, 'entra', { expiresInMs: 1000 * DAY, overlapMs: DAY }));
    product.now = ago(150);
    await removeAccount(product.core, 'gone');
    product.now = ago(20);
    ended.set('recent', await createToken(product.core, 'okta', { expiresInMs: 5 * DAY }));
    product.now = new Date(began);
  });
  after(() => product.close());

  const idsOf = (names: readonly string[]) => names.map((name) => ended.get(name)?.id ?? '').sort();
  const ids = (tokens: readonly { id: string }[]) => tokens.map(({ id }) => id).sort();
  const stored = async () => (await rowsOf(product, 'scim.token')).map((row) => String(row.public_id)).sort();

  it('are found by the first of their ends, those of removed IdPs included, and live ones never', async () => {
    const old = ['expired', 'revoked', 'removed', 'retired'];
    assert.deepEqual(ids(await tokensToPrune(product.core, ago(90))), idsOf(old));
    assert.deepEqual(
      ids(await tokensToPrune(product.core, ago(160))),
      idsOf(['expired', 'revoked', 'retired']),
    );
    assert.deepEqual(ids(await tokensToPrune(product.core, ago(250))), idsOf(['expired']));
    // Expiry in the future is no end.
    assert.deepEqual(ids(await tokensToPrune(product.core, ago(-5000))), idsOf([...old, 'recent']));
    const before = await dumpOf(product.database);
    assert.deepEqual(ids(await pruneTokens(product.core, ago(90), { dryRun: true })), idsOf(old));
    assert.equal(await dumpOf(product.database), before);
  });

  it('are deleted once, and the trail keeps what they were, without a digest', async () => {
    const secret = ended.get('revoked')?.token ?? '';
    const rows = await rowsOf(product, 'scim.token');
    const runs = await Promise.all([1, 2].map(() => pruneTokens(product.core, ago(90))));

    const old = idsOf(['expired', 'revoked', 'removed', 'retired']);
    assert.deepEqual(ids(runs.flat()), old);
    assert.deepEqual(await stored(), idsOf(['live', 'recent']));
    assert.equal((await verifyToken(product.core, ended.get('live')?.token ?? '')).valid, true);
    assert.deepEqual(await verifyToken(product.core, secret).then(({ valid, reason }) => [valid, reason]), [
      false,
      'unknown',
    ]);
    const told = (await rowsOf(product, 'scim.event')).filter(({ action }) => action === 'token.prune');
    assert.deepEqual(told.map(({ target_id: id }) => id).sort(), old);
    for (const event of told) {
      const row = rows.find(({ public_id: id }) => id === event.target_id);
      const details = JSON.parse(String(event.details));
      const at = (column: string) => (row?.[column] as Date | null)?.toISOString() ?? null;
      assert.deepEqual(
        [
          details.createdBy,
          details.createdAt,
          details.expiresAt,
          details.retiresAt,
          details.revokedAt,
          details.endedAt,
        ],
        [
          'cli:tester@test',
          at('created_at'),
          at('expires_at'),
          at('retires_at'),
          at('revoked_at'),
          at('ended_at'),
        ],
      );
      const digest = (row?.digest as Buffer | undefined)?.toString('hex') ?? '';
      assert.equal(digest.length, 64);
      assert.ok(!String(event.details).includes(digest));
    }
    assert.deepEqual(await pruneTokens(product.core, ago(90)), []);
  });

  it('are deleted however many there are', async () => {
    const [row] = await rowsOf(product, 'scim.token');
    assert.ok(row);
    await product.database.transaction(async ({ knex, dialect, schema }) => {
      for (let index = 0; index < 120; index++) {
        await knex('token')
          .withSchema(schema)
          .insert({
            public_id: `many-${index}`,
            service_account_id: row.service_account_id,
            hash_scheme: 'sha256',
            digest: Buffer.alloc(32, 1),
            created_at: dialect.bindInstant(ago(300)),
            created_by: 'x',
            ended_at: dialect.bindInstant(ago(200)),
          });
      }
    });
    assert.equal((await pruneTokens(product.core, ago(90), { dryRun: true })).length, 120);
    assert.equal((await pruneTokens(product.core, ago(90))).length, 120);
    assert.deepEqual(await stored(), idsOf(['live', 'recent']));
  });
});
