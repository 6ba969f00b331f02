import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding } from '../../src/binding/binding.js';
import type { Counter } from '../../src/binding/value.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

// An application that counts its keys in a row: the last that was given, or the next.
forEachEngine('keys that a row counts', (engine) => {
  const schema = engine.name === 'mssql' ? 'dbo' : 'public';
  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { host: false });
  });
  after(() => product.close());

  const bindingOf = (table: string, counter: Counter): Binding => ({
    format: 1,
    users: {
      ...{ table, key: { column: 'id', made: { counter } } },
      login: { read: { column: 'login' } },
      email: { read: { column: 'mail' } },
      displayName: { read: { column: 'title' } },
      enabled: { yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0] } },
      enable: { state: { constant: 1 } },
      disable: { state: { constant: 0 } },
    },
    providers: { declared: { name: 'Corp' } },
    seats: { none: {} },
  });

  for (const [gives, step] of [
    ['last', 1],
    ['next', 1],
    ['last', 10],
    ['next', 10],
  ] as const)
    it(`are taken in turn with the application, where it holds the ${gives} and counts by ${step}`, async () => {
      const [table, ids] = [`${schema}.${gives}_${step}`, `${schema}.ids_${gives}_${step}`];
      const { query } = product.test;
      await query(
        `create table ${table} (id int not null primary key, login varchar(100) not null, mail varchar(100), title varchar(100), state int not null)`,
      );
      await query(`create table ${ids} (name varchar(20) not null primary key, number int not null)`);
      const held = gives === 'last' ? 40 : 40 + step;
      await query(`insert into ${ids} values ('members', ${held}), ('orders', 7)`);
      await query(`insert into ${table} values (40, 'anna@x.example', null, 'Anna', 1)`);
      const application = async (login: string) => {
        const next = gives === 'last' ? `number + ${step}` : 'number';
        await query(
          `insert into ${table} select ${next}, '${login}', null, 'New', 1 from ${ids} where name = 'members'`,
        );
        await query(`update ${ids} set number = number + ${step} where name = 'members'`);
      };
      const scimctl = (login: string) =>
        product.database.transaction(({ knex }) =>
          knex('host_user')
            .withSchema('scim')
            .insert({ login_name: login, email: login, display_name: 'New', is_enabled: true }),
        );
      await applyScaffold(
        product.core,
        bindingOf(table, {
          ...{ table: ids, column: 'number', where: { name: { constant: 'members' } } },
          ...(step !== 1 && { step }),
          ...(gives === 'next' && { gives }),
        }),
      );

      await application('a@x.example');
      await scimctl('b@x.example');
      await application('c@x.example');
      await scimctl('d@x.example');

      const keys = (await rowsOf(product, table)).map(({ id }) => Number(id)).sort((a, b) => a - b);
      assert.deepEqual(
        keys,
        [0, 1, 2, 3, 4].map((at) => 40 + at * step),
      );
      assert.equal((await rowsOf(product, ids)).find(({ name }) => name === 'orders')?.number, 7);
    });

  it('are taken for rows that a change makes, too', async () => {
    const [table, contacts, badges, ids] = ['people', 'contacts', 'badges', 'ids'].map(
      (name) => `${schema}.${name}`,
    ) as [string, string, string, string];
    const { query } = product.test;
    const named = (what: string) => ({
      number: { table: ids, column: 'number', where: { name: { constant: what } } },
    });
    const keyOf = (what: string) => ({ column: 'id', made: { counter: named(what).number } });
    const boolean = engine.name === 'mssql' ? 'bit' : 'boolean';
    for (const statement of [
      `create table ${table} (id int not null primary key, login varchar(100) not null, title varchar(100), present ${boolean} not null)`,
      `create table ${contacts} (id int not null primary key, person int not null, address varchar(100) not null)`,
      `create table ${badges} (id int not null primary key, person int not null)`,
      `create table ${ids} (name varchar(20) not null primary key, number int not null)`,
      `insert into ${ids} values ('people', 1), ('contacts', 10), ('badges', 100)`,
    ])
      await query(statement);
    const before = bindingOf(table, named('people').number);
    const has = { exists: { table: badges, match: { person: { column: 'id' } } } };
    await applyScaffold(
      product.core,
      {
        ...before,
        users: {
          ...before.users,
          related: {
            contact: {
              ...{ table: contacts, match: { person: { column: 'id' } }, join: 'optional', present: 'email' },
              key: keyOf('contacts'),
            },
            badge: {
              ...{ table: badges, match: { person: { column: 'id' } }, join: 'none', present: 'enabled' },
              key: keyOf('badges'),
            },
          },
          email: { read: { column: 'address', of: 'contact' } },
          enabled: { yes: has, no: { not: has } },
          enable: {},
          disable: {},
          insert: { present: { constant: true } },
        },
      },
      { replace: true },
    );
    const users = () =>
      product.database.read(({ knex }) =>
        knex('host_user').withSchema('scim').select('*').orderBy('login_name'),
      );
    const change = (login: string, columns: object) =>
      product.database.transaction(({ knex }) =>
        knex('host_user').withSchema('scim').where({ login_name: login }).update(columns),
      );
    for (const [login, email] of [
      ['a', null],
      ['b', 'b@x.example'],
    ] as const)
      await product.database.transaction(({ knex }) =>
        knex('host_user')
          .withSchema('scim')
          .insert({ login_name: login, email, display_name: 'New', is_enabled: true }),
      );

    await change('a', { email: 'a@x.example' });
    await change('b', { is_enabled: false });
    await change('b', { is_enabled: true });

    assert.deepEqual(
      (await users()).map(({ login_name, email, is_enabled }) => [login_name, email, Boolean(is_enabled)]),
      [
        ['a', 'a@x.example', true],
        ['b', 'b@x.example', true],
      ],
    );
    for (const one of [contacts, badges]) {
      const keys = (await rowsOf(product, one)).map(({ id }) => Number(id));
      assert.equal(new Set(keys).size, 2);
      const [{ number } = {}] = (await rowsOf(product, ids)).filter(({ name }) => one.endsWith(String(name)));
      assert.equal(Math.max(...keys), Number(number), 'the counter holds what was given last');
    }
  });
});
