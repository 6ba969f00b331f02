import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { after, before, it, test } from 'node:test';
import { listUsers, ROOM_OF_PAGE } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { UnsentAnswers } from '../../src/scim/server/fairness/unsent.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, linkMany } from '../support/people/provisioned.js';

const USERS = 50;
/** JSON of so many characters is kept with a user at most. */
const LARGE = { title: 'x'.repeat(60_000) };

forEachEngine('pages of users who have much', (engine) => {
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine);
    idp = await addIdp(product, 'okta');
    await linkMany(product, idp, USERS);
    const attributes = JSON.stringify(LARGE);
    await product.database.transaction(({ knex, schema }) =>
      knex('identity').withSchema(schema).update({ attributes }),
    );
  });
  after(() => product.close());

  it('end early, and the next by index goes on behind the last', async () => {
    const names: string[] = [];
    for (let startIndex = 1; startIndex <= USERS; ) {
      const { total, items } = await listUsers(product.core, idp, {
        page: { kind: 'index', startIndex, count: 200 },
      });
      assert.equal(total, USERS);
      assert.equal(items.length, Math.min(17, USERS - startIndex + 1));
      names.push(...items.map(({ userName }) => userName));
      startIndex += items.length;
    }
    assert.equal(new Set(names).size, USERS);
  });

  it('end early, and the next by cursor goes on behind the last', async () => {
    const names: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined, isDone = false; !isDone; ) {
      const page = await listUsers(product.core, idp, {
        page: { kind: 'cursor', count: 200, ...(cursor !== undefined && { cursor }) },
      });
      assert.equal(page.total, USERS);
      names.push(...page.items.map(({ userName }) => userName));
      cursor = page.nextCursor;
      isDone = cursor === undefined;
      pages++;
    }
    assert.deepEqual([pages, new Set(names).size, names.length], [3, USERS, USERS]);
  });

  it('take in as many as there is room for by what they have, and one at least', async () => {
    const pageOf = async (...sizes: number[]) => {
      await product.database.transaction(async ({ knex, schema }) => {
        const rows = await knex('identity').withSchema(schema).select('identity_id').orderBy('identity_id');
        for (const [at, { identity_id }] of rows.entries()) {
          const attributes = JSON.stringify({ title: 'x'.repeat(sizes[at] ?? 0) });
          await knex('identity').withSchema(schema).where({ identity_id }).update({ attributes });
        }
      });
      const sortBy = { path: ['id'], type: 'string', caseExact: true, multiValued: false } as const;
      const page = { kind: 'index', startIndex: 1, count: 200 } as const;
      return (await listUsers(product.core, idp, { page, sortBy })).items.length;
    };

    assert.equal(await pageOf(ROOM_OF_PAGE.text + 1), 1);
    assert.equal(await pageOf(10, ROOM_OF_PAGE.text), 1);
    assert.equal(await pageOf(10, 10, ROOM_OF_PAGE.text), 2);
    assert.equal(await pageOf(ROOM_OF_PAGE.text / 2, ROOM_OF_PAGE.text / 4), USERS);
    // Filled nearly to the end, it is not shortened; with a little more, by one user. The JSON around a title counts, too.
    const each = Math.floor(ROOM_OF_PAGE.text / USERS);
    assert.equal(await pageOf(...Array(USERS).fill(each - 50)), USERS);
    assert.equal(await pageOf(...Array(USERS).fill(each + 50)), USERS - 1);
  });
});

test('answers that nobody takes make room when they end', () => {
  const unsent = new UnsentAnswers(1_000_000);
  const answers = Array.from({ length: 10 }, () => new EventEmitter());
  for (const answer of answers) {
    unsent.assertRoom('okta');
    unsent.note('okta', 100_000, answer);
    // Small ones do not count.
    unsent.note('okta', 10_000, new EventEmitter());
  }
  assert.throws(() => unsent.assertRoom('okta'), /do not take their answers/);
  unsent.assertRoom('entra');
  answers[3]?.emit('close');
  unsent.assertRoom('okta');
  for (const answer of answers) answer.emit('close');
  unsent.assertRoom('okta');
});
