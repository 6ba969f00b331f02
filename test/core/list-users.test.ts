import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import type { AttributePath, IndexPage, ListQuery } from '../../src/words/filter.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, linkHostUsers } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

const text = (...path: string[]): AttributePath => ({
  path,
  type: 'string',
  caseExact: false,
  multiValued: false,
});
const userName = text('userName');
const index = (startIndex: number, count: number): IndexPage => ({ kind: 'index', startIndex, count });

forEachEngine('lists of users', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  /** In the order in which they were provisioned. */
  let names: string[];

  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    okta = await addIdp(product, 'okta');
    names = await linkHostUsers(product, entra, 9);
  });
  after(() => product.close());

  const list = (query: Partial<ListQuery>, idp = entra) =>
    listUsers(product.core, idp, { page: index(1, 100), ...query });
  const listed = async (query: Partial<ListQuery>, idp = entra) =>
    (await list(query, idp)).items.map((user) => user.userName);

  it('have an IdP’s own users alone, oldest first', async () => {
    assert.deepEqual(await listed({}), names);
    assert.deepEqual(await list({}, okta), { total: 0, items: [] });
  });

  it('come in pages by index, each with the total', async () => {
    const page = await list({ page: index(4, 3) });
    assert.equal(page.total, 9);
    assert.deepEqual(
      page.items.map((user) => user.userName),
      names.slice(3, 6),
    );
    assert.deepEqual(await list({ page: index(1, 0) }), { total: 9, items: [] });
    assert.deepEqual(await list({ page: index(10, 5) }), { total: 9, items: [] });
    assert.equal((await list({ page: index(7, 3) })).total, 9);
  });

  it('come in pages by cursor that miss nobody while others are added', async () => {
    const seen: string[] = [];
    let added: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list({ page: { kind: 'cursor', count: 4, ...(cursor && { cursor }) } });
      seen.push(...page.items.map((user) => user.userName));
      if (added.length === 0) added = await linkHostUsers(product, entra, 2);
      assert.equal(page.total, 9);
      cursor = page.nextCursor;
      if (!cursor) break;
    }
    names.push(...added);
    assert.deepEqual(seen, names);
  });

  it('are sorted either way, without regard to case', async () => {
    const sorted = [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    assert.deepEqual(await listed({ sortBy: userName }), sorted);
    assert.deepEqual(await listed({ sortBy: userName, descending: true }), sorted.reverse());
  });

  it('refuse a cursor that was made up, or is of another list', async () => {
    const page = await list({ page: { kind: 'cursor', count: 2 } });
    const cursor = page.nextCursor ?? '';
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const made = (change: (fields: unknown[]) => unknown) =>
      Buffer.from(JSON.stringify(change([...position]))).toString('base64url');
    const forged = [
      'x',
      '%',
      '',
      made(() => ({})),
      made(([list, , id, total]) => [list, "'; drop table x", id, total]),
      made(([list, key, , total]) => [list, key, "' or 1=1", total]),
      made(([list, key, , total]) => [list, key, randomUUID().toUpperCase(), total]),
      made(([list, key, id]) => [list, key, id, -1]),
      made(([list, , id, total]) => [list, null, id, total]),
      made(([list, , id, total]) => [list, 1e300, id, total]),
    ];
    for (const each of forged) {
      const refused = await problemOf(list({ page: { kind: 'cursor', count: 2, cursor: each } }));
      assert.equal(refused.code, 'cursor-invalid');
    }
    const elsewhere = list({ page: { kind: 'cursor', count: 2, cursor }, sortBy: userName });
    assert.equal((await problemOf(elsewhere)).code, 'cursor-invalid');
  });
});
