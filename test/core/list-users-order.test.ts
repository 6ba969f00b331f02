import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp, ProvisionedUser } from '../../src/core/provisioning/types.js';
import type { AttributePath, ListQuery } from '../../src/words/filter.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type Alphabet, alphabetOf, textsIn } from '../support/filters/alphabet.js';
import { USER_ATTRIBUTES } from '../support/filters/attributes.js';
import { nanoseconds, type Resource, valuesOf } from '../support/filters/evaluate.js';
import { populate, resourceOf } from '../support/filters/population.js';

/** Whatever may have no value is last, or first where the order descends. */
type Key = string | number | bigint | undefined;

forEachEngine('an order of users', (engine) => {
  let product: Product;
  let idp: Idp;
  let resources: Map<string, Resource>;
  let alphabet: Alphabet;

  before(async () => {
    product = await freshProduct(engine);
    idp = await populate(product);
    const all = await list({ page: { kind: 'index', startIndex: 1, count: 1000 } });
    resources = new Map(all.items.map((user) => [user.id, resourceOf(user)]));
    alphabet = await alphabetOf(product.database);
    await alphabet.learn([...resources.values()].flatMap(textsIn));
  });
  after(() => product.close());

  const list = (query: ListQuery) => listUsers(product.core, idp, query, { withGroups: false });

  async function walk(query: Omit<ListQuery, 'page'>, count: number): Promise<ProvisionedUser[]> {
    const seen: ProvisionedUser[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list({ ...query, page: { kind: 'cursor', count, ...(cursor && { cursor }) } });
      assert.equal(page.total, resources.size);
      seen.push(...page.items);
      cursor = page.nextCursor;
      if (!cursor) return seen;
      assert.equal(page.items.length, count);
    }
  }

  /** What a user is ordered by; of many values the primary one, or else the first. */
  function keyOf(attribute: AttributePath, id: string): Key {
    const resource = resources.get(id);
    const values = valuesOf(attribute, resource);
    const primary = valuesOf({ ...attribute, path: [...attribute.path.slice(0, -1), 'primary'] }, resource);
    const value = values[Math.max(0, attribute.multiValued ? primary.indexOf(true) : 0)];
    if (value === undefined || value === null) return undefined;
    if (attribute.type === 'dateTime') return nanoseconds(String(value));
    if (typeof value !== 'string') return Number(value);
    // SQL Server takes no notice of blanks at the end.
    const text = (attribute.caseExact ? value : alphabet.fold(value)).slice(0, 400);
    return engine.name === 'mssql' ? text.replace(/ +$/, '') : text;
  }

  function compare(one: Key, other: Key): number {
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined);
    if (one === other) return 0;
    if (typeof one === 'string' && typeof other === 'string') return alphabet.order(one, other);
    return one < other ? -1 : 1;
  }

  /** One of each kind, and from each place: Babelfish takes long over JSON. */
  const FEW =
    'externalId userName displayName active emails.value emails.type meta.created title phoneNumbers.value level vip since';
  const few = FEW.split(' ');
  // Groups order nothing, nor does what is the same for all; ids are in the order of their engine.
  const ordering = USER_ATTRIBUTES.filter(({ path }) => !['groups', 'id'].includes(path[0] as string)).filter(
    ({ path }) =>
      engine.name !== 'mssql' || few.includes(path.join('.')) || few.includes(path.at(-1) as string),
  );
  for (const attribute of ordering) {
    it(`by ${attribute.path.join('.')} is kept from page to page, both ways`, async () => {
      const up = (await walk({ sortBy: attribute }, 19)).map(({ id }) => id);
      const down = (await walk({ sortBy: attribute, descending: true }, 30)).map(({ id }) => id);

      assert.deepEqual([...up].sort(), [...resources.keys()].sort());
      assert.deepEqual(down, [...up].reverse());
      const keys = up.map((id) => keyOf(attribute, id));
      for (const [at, key] of keys.entries()) {
        const before = keys[at - 1];
        assert.ok(at === 0 || compare(before, key) <= 0, `${String(before)} before ${String(key)}`);
      }
      const byIndex: string[] = [];
      for (let startIndex = 1; startIndex <= up.length; startIndex += 40) {
        const page = await list({ sortBy: attribute, page: { kind: 'index', startIndex, count: 40 } });
        byIndex.push(...page.items.map(({ id }) => id));
      }
      assert.deepEqual(byIndex, up);
    });
  }

  it('by what orders nothing is that in which they were provisioned', async () => {
    const oldest = (await walk({}, 50)).map(({ id }) => id);
    for (const attribute of USER_ATTRIBUTES.filter(({ path }) => path[0] === 'groups')) {
      assert.deepEqual(
        (await walk({ sortBy: attribute }, 50)).map(({ id }) => id),
        oldest,
      );
    }
    const ids = USER_ATTRIBUTES[0] as AttributePath;
    assert.deepEqual((await walk({ sortBy: ids }, 9)).map(({ id }) => id).sort(), [...oldest].sort());
  });
});
