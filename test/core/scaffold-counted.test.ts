import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Condition } from '../../src/binding/value.js';
import { Exploration } from '../../src/core/scaffold/explore.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

// Which people are counted, by what the binding says of them.
forEachEngine('people who are counted', (engine) => {
  const schema = engine.name === 'mssql' ? 'dbo' : 'public';
  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { host: false });
    const { query } = product.test;
    await query(
      `create table ${schema}.members (id int not null primary key, login varchar(40) not null, kind varchar(10), level int)`,
    );
    await query(
      `create table ${schema}.cards (id int not null primary key, member_id int not null references ${schema}.members (id))`,
    );
    const rows: [number, string | null, number | null][] = [
      [1, 'Person', 1],
      [2, 'Person', 2],
      [3, 'Robot', 1],
      [4, 'Robot', null],
      [5, null, 2],
      [6, null, null],
    ];
    for (const [id, kind, level] of rows) {
      await query(
        `insert into ${schema}.members values (${id}, 'm${id}', ${kind === null ? 'null' : `'${kind}'`}, ${level})`,
      );
      await query(`insert into ${schema}.cards values (${id}, ${id})`);
    }
  });
  after(() => product.close());

  const robots: Condition = { column: 'kind', in: ['Robot'] };
  const first: Condition = { column: 'level', in: [1] };
  const CASES: readonly [string, Condition, number][] = [
    ['some values', robots, 2],
    ['a value in another case', { column: 'kind', in: ['ROBOT'], ignoreCase: true }, 2],
    ['no value in another case', { not: { column: 'kind', in: ['rObOt'], ignoreCase: true } }, 4],
    ['no null', { not: { column: 'kind', in: [null] } }, 4],
    ['neither null nor a value', { not: { column: 'kind', in: [null, 'Robot'] } }, 2],
    ['null or a value', { column: 'kind', in: [null, 'Robot'] }, 4],
    ['two columns', { all: [robots, first] }, 1],
    ['what is not one of two', { not: { any: [robots, first] } }, 3],
    ['what is not no value', { not: { not: robots } }, 2],
    // What cannot be told by one column after another counts all.
    ['what is not both of two', { not: { all: [robots, first] } }, 6],
    ['one of two', { any: [robots, first] }, 6],
  ];
  for (const [told, where, people] of CASES)
    it(`are those with ${told}`, async () => {
      const exploration = await Exploration.begin(product.database, product.now);
      const { tables } = await exploration.candidates();
      const users = tables.find(({ id }) => id === `${schema}.members`);
      assert.ok(users);

      const { presence } = await exploration.gather(users, { login: 'login' }, where);

      assert.deepEqual(
        presence.map((one) => [one.table, one.people, one.having]),
        [[`${schema}.cards`, people, people]],
      );
    });
});
