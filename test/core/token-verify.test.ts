import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import type { IssuedToken } from '../../src/core/tokens/issue.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { watchStatements } from '../support/databases/statements.js';
import { forEachEngine } from '../support/engines.js';

const DAY_MS = 86_400_000;

forEachEngine('verifying a token', (engine) => {
  let product: Product;
  let issued: IssuedToken;
  before(async () => {
    product = await freshProduct(engine);
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    issued = await createToken(product.core, 'entra', { expiresInMs: DAY_MS });
  });
  after(() => product.close());

  const reasonNow = async (text = issued.token) => (await verifyToken(product.core, text)).reason;

  test('costs one statement, and none for a token that was mistyped', async () => {
    const statements: string[] = [];
    const stop = await watchStatements(product.database, (sql) => statements.push(sql));
    assert.equal(await reasonNow(), 'valid');
    assert.equal(statements.length, 1);
    const mistyped = issued.token.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    assert.equal(await reasonNow(mistyped), 'checksum');
    assert.equal(statements.length, 1);
    stop();
  });

  test('tells one who knows an id, but not the secret, nothing more', async () => {
    const other = await createToken(product.core, 'entra', { expiresInMs: DAY_MS });
    await revokeToken(product.core, other.id);
    const { digest } = await product.database.read(async ({ knex }) => {
      const [row] = await knex('token').withSchema('scim').where({ public_id: other.id }).select('digest');
      return row;
    });
    // Given: the revoked token's digest stands under the id of the live one.
    await product.database.transaction(async ({ knex }) => {
      await knex('token').withSchema('scim').where({ public_id: issued.id }).update({ digest });
    });
    assert.deepEqual(await verifyToken(product.core, issued.token), {
      valid: false,
      reason: 'digest',
      id: issued.id,
    });
    // Then: the other token does not open that door either, since its id is part of what is hashed.
    assert.equal(await reasonNow(other.token), 'revoked');
    await revokeToken(product.core, issued.id);
    issued = await createToken(product.core, 'entra', { expiresInMs: DAY_MS });
  });

  test('follows the operator and the clock at once', async () => {
    await setAccountEnabled(product.core, 'entra', false);
    assert.equal(await reasonNow(), 'account-disabled');
    await setAccountEnabled(product.core, 'entra', true);
    assert.equal(await reasonNow(), 'valid');
    const { now } = product;
    product.now = new Date(now.getTime() + DAY_MS);
    assert.equal(await reasonNow(), 'expired');
    product.now = new Date(now.getTime() + DAY_MS - 1);
    assert.equal(await reasonNow(), 'valid');
    product.now = now;
  });
});
