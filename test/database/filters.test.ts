import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp, ProvisionedUser } from '../../src/core/provisioning/types.js';
import type { Session } from '../../src/database/database.js';
import type { Dialect } from '../../src/database/dialect/dialect.js';
import { fittedTo } from '../../src/database/mssql/dialect.js';
import { jsonByPath } from '../../src/database/mssql/json-by-path.js';
import { compileFilter } from '../../src/database/queries/filters/compile.js';
import { userAttributes } from '../../src/database/queries/filters/user-attributes.js';
import { hostUserShape, rememberedHostViews } from '../../src/database/queries/host/host-user-shape.js';
import { selectRows } from '../../src/database/queries/rows.js';
import { spacedGroupNames, spacedUserNames } from '../../src/database/queries/spaced-names.js';
import { usersFrom, visibleTo } from '../../src/database/queries/users/users.js';
import { joined, raw, sql } from '../../src/database/sql/fragment.js';
import type { AttributePath, Filter, FilterValue, ListQuery } from '../../src/words/filter.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type Alphabet, alphabetOf, textsIn } from '../support/filters/alphabet.js';
import { USER_ATTRIBUTES } from '../support/filters/attributes.js';
import { evaluate, type Resource, valuesOf } from '../support/filters/evaluate.js';
import { HOSTILE, INJECTIONS } from '../support/filters/hostile.js';
import { expectedResources, populate, resourceOf } from '../support/filters/population.js';
import { operatorsOf, randomFilter, seeded } from '../support/filters/random.js';

type Value = Exclude<FilterValue, null>;

/** So many conditions are asked for in one query: what is tested is the conditions. */
const AT_ONCE = 40;
/** And of all that there are, so many are taken by chance: Babelfish takes long over JSON. */
const MOST = { embedded: 150, postgres: 400, mssql: 40 };

/** As it is in a database of that level. JSON_VALUE of Babelfish makes the text `null` of a null. */
async function olderDialect({ dialect, knex }: Session, level: number): Promise<Dialect> {
  const { product } = await dialect.serverInfo(knex);
  const older = fittedTo(level);
  if (product !== 'Babelfish') return older;
  const json = jsonByPath((text, path) => `nullif(json_value(${text}, ${path}), N'null')`);
  return { ...older, search: { ...older.search, ...json } };
}

forEachEngine('a filter over users', (engine) => {
  let product: Product;
  let idp: Idp;
  let users: ProvisionedUser[];
  let resources: Resource[];
  let alphabet: Alphabet;

  /** SQL Server looks for no more than that within a text. */
  const longest = engine.name === 'mssql' ? 4_000 : 10_000;

  const list = (query: Partial<ListQuery>) =>
    listUsers(product.core, idp, { page: { kind: 'index', startIndex: 1, count: 1000 }, ...query });

  before(async () => {
    product = await freshProduct(engine);
    idp = await populate(product);
    users = (await list({})).items;
    const expected = await expectedResources(product, idp);
    resources = users.map(({ id }) => expected.get(id) ?? assert.fail(`${id} is not for this IdP to see`));
    assert.equal(users.length, expected.size);
    alphabet = await alphabetOf(product.database);
  });
  after(() => product.close());

  it('speaks of what the IdP sees of its users, and of nothing else', () => {
    assert.deepEqual(users.map(resourceOf), resources);
    const shown = users.filter(({ seesAccount }) => seesAccount).length;
    assert.ok(shown > 10 && users.length - shown > 10, `${shown} of ${users.length}`);
  });

  /** What an attribute is compared with: values that are there, pieces of them, and hostile ones. */
  function valuesFor(attribute: AttributePath): Value[] {
    if (attribute.type === 'boolean') return [true, false];
    const there = resources
      .flatMap((resource) => valuesOf(attribute, resource))
      .filter((value) => value !== undefined && value !== null) as Value[];
    const some = [...new Set(there)].slice(0, 12);
    if (attribute.type === 'integer' || attribute.type === 'decimal') return [...some, 0, -7, 0.1, 1e300];
    if (attribute.type === 'dateTime') {
      return [...some, '2024-02-29T12:00:00.0001Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00'];
    }
    const pieces = some.flatMap((value) => [String(value).slice(1, 3), String(value).toUpperCase()]);
    const all = [...new Set([...some, ...pieces, ...HOSTILE, ''])];
    return all.filter((value) => String(value).length <= longest);
  }

  /** The ids of those whom the database lets through each of the filters. */
  function matching(filters: readonly Filter[], level?: number): Promise<Set<string>[]> {
    return product.database.read(async (asked) => {
      const session =
        level === undefined
          ? asked
          : { ...asked, knex: asked.knex, dialect: await olderDialect(asked, level) };
      const shape = await hostUserShape(session);
      const hostColumns =
        (await rememberedHostViews(session)).find(({ name }) => name === 'host_user')?.columns ?? [];
      const spaced = {
        users: await spacedUserNames(session, idp.id),
        groups: await spacedGroupNames(session, idp.id),
      };
      const scope = { session, shape, columns: hostColumns, serviceAccountId: idp.id, spaced };
      const attributes = userAttributes(scope);
      const { search, bindInstant } = session.dialect;
      const found = filters.map(() => new Set<string>());
      for (let from = 0; from < filters.length; from += AT_ONCE) {
        const columns = filters.slice(from, from + AT_ONCE).map((filter, at) => {
          const condition = compileFilter({ search, bindInstant }, attributes, filter);
          return sql`case when ${condition} then 1 else 0 end as ${raw(`f${at}`)}`;
        });
        const query = sql`select i.identity_id as id, ${joined(columns, ', ')}
          from ${usersFrom(session, shape)} where ${visibleTo(idp.id)}`;
        for (const row of await selectRows<Record<string, unknown> & { id: string }>(session, query)) {
          for (const [at, ids] of found.slice(from, from + AT_ONCE).entries()) {
            if (row[`f${at}`] === 1) ids.add(row.id);
          }
        }
      }
      return found;
    });
  }

  const some = (filters: readonly Filter[], most: number = MOST[engine.name]): Filter[] => {
    const random = seeded(filters.length);
    return filters.filter(() => random() < most / filters.length);
  };

  /** Every filter lets through exactly whom the evaluator does. */
  async function assertAgrees(filters: readonly Filter[], level?: number): Promise<void> {
    const found = await matching(filters, level);
    const texts = [...filters.flatMap(textsIn), ...resources.flatMap(textsIn)];
    await alphabet.learn([...texts, ...texts.map((text) => text.trim())]);
    for (const [at, filter] of filters.entries()) {
      const expected = users
        .filter((_, user) => evaluate(filter, resources[user], alphabet))
        .map(({ id }) => id);
      const isLong = (id: string) =>
        level !== undefined &&
        filter.kind === 'compare' &&
        /x{4001}/.test(JSON.stringify(resources[users.findIndex((user) => user.id === id)]));
      const compared = [...(found[at] ?? [])].sort().filter((id) => !isLong(id));
      assert.deepEqual(
        compared,
        expected.sort().filter((id) => !isLong(id)),
        JSON.stringify(filter),
      );
    }
  }

  for (const attribute of USER_ATTRIBUTES) {
    it(`compares ${attribute.path.join('.')} by every operator, and their contraries`, async () => {
      const filters: Filter[] = [
        { kind: 'present', attribute },
        { kind: 'compare', attribute, operator: 'eq', value: null },
        { kind: 'compare', attribute, operator: 'ne', value: null },
        ...operatorsOf(attribute).flatMap((operator) =>
          valuesFor(attribute).map((value): Filter => ({ kind: 'compare', attribute, operator, value })),
        ),
      ];

      await assertAgrees(some(filters.flatMap((filter): Filter[] => [filter, { kind: 'not', filter }])));
    });
  }

  it('means the same in a database of a compatibility level without OPENJSON', {
    skip: engine.name !== 'mssql' && 'only SQL Server has them',
  }, async () => {
    const filters = USER_ATTRIBUTES.flatMap((attribute): Filter[] => [
      { kind: 'present', attribute },
      ...operatorsOf(attribute).flatMap((operator) =>
        valuesFor(attribute)
          .slice(0, 2)
          .map((value): Filter => ({ kind: 'compare', attribute, operator, value })),
      ),
    ]);

    await assertAgrees(some(filters, 2 * AT_ONCE), 100);
  });

  it('takes every attempt at injection for the text that it is', async () => {
    const filters = USER_ATTRIBUTES.filter(({ type }) => type === 'string').flatMap((attribute) =>
      INJECTIONS.flatMap((value) =>
        (['eq', 'co', 'ge'] as const).map(
          (operator): Filter => ({ kind: 'compare', attribute, operator, value }),
        ),
      ),
    );

    await assertAgrees(some(filters, 5 * MOST[engine.name]));
    assert.equal((await list({})).total, users.length);
  });

  it('agrees with the evaluator, whatever it is made of', async () => {
    const random = seeded(5);
    const vocabulary = { attributes: USER_ATTRIBUTES, valuesOf: valuesFor };

    const filters = Array.from({ length: MOST[engine.name] }, () => randomFilter(vocabulary, random, 4));

    await assertAgrees(filters);
    // The same through the whole of a list.
    for (const filter of filters.slice(0, 40)) {
      const page = await list({ filter });
      const expected = users.filter((_, user) => evaluate(filter, resources[user], alphabet));
      assert.deepEqual(page.items, expected, JSON.stringify(filter));
      assert.equal(page.total, expected.length);
    }
  });

  it('may be as deep and as long as a request can be', async () => {
    const attribute = USER_ATTRIBUTES[2] as AttributePath;
    let deep: Filter = { kind: 'present', attribute };
    for (let level = 0; level < 60; level++)
      deep = {
        kind: 'not',
        filter: { kind: 'and', filters: [deep, deep].slice(0, 1 + (level < 5 ? 1 : 0)) },
      };
    const long: Filter = {
      kind: 'or',
      filters: Array.from({ length: 500 }, (_, at) => ({
        kind: 'compare',
        attribute,
        operator: 'eq',
        value: `user-${at}`,
      })),
    };

    await assertAgrees([
      deep,
      long,
      { kind: 'compare', attribute, operator: 'co', value: 'x'.repeat(100_000) },
    ]);
  });
});
