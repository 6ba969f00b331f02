import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding, Judgement } from '../../src/binding/binding.js';
import type { Condition } from '../../src/binding/value.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

/** Who is protected, by what the binding may say it. */
const BY_ANOTHER_TABLE: Judgement = { yes: { column: 'kind', of: 'staff', in: ['boss'] } };
const BY_WHO_IS_NOT: Judgement = { no: { column: 'rank', in: [1] } };
const PLAIN: Judgement = { yes: { column: 'rank', in: [9] } };

forEachEngine('what a new account copies from others', (engine) => {
  const schema = engine.name === 'mssql' ? 'dbo' : 'public';
  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { host: false });
  });
  after(() => product.close());

  type Tables = (name: string) => string;

  const bindingWith = (table: Tables, isProtected: Judgement, where?: Condition): Binding => ({
    format: 1,
    users: {
      table: table('accounts'),
      key: { column: 'id', made: { field: 'login' } },
      related: {
        staff: {
          ...{ table: table('staff'), match: { account: { column: 'id' } }, join: 'required' },
          ...{ present: 'always', insert: { kind: { constant: 'clerk' } } },
        },
        grants: {
          ...{
            table: table('grants'),
            match: { account: { column: 'id' } },
            join: 'none',
            present: 'always',
          },
          insert: { role: { copied: { column: 'role' } } },
        },
      },
      login: { read: { column: 'login' } },
      email: { read: { column: 'email' } },
      displayName: { read: { column: 'name' } },
      enabled: { yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0] } },
      protected: isProtected,
      insert: {
        rank: { constant: 1 },
        role: { copied: { column: 'role', ...(where && { where }) } },
      },
      enable: { state: { constant: 1 } },
      disable: { state: { constant: 0 } },
    },
    providers: { declared: { name: 'SAML' } },
    seats: { none: {} },
  });

  /** Two clerks, and administrators who are newer and more. */
  async function install(table: Tables): Promise<void> {
    const { query } = product.test;
    await query(
      `create table ${table('accounts')} (id varchar(60) not null primary key, login varchar(60) not null, email varchar(60), name varchar(60), rank int not null, role int not null, state int not null)`,
    );
    await query(
      `create table ${table('staff')} (account varchar(60) not null primary key, kind varchar(10) not null)`,
    );
    await query(
      `create table ${table('grants')} (account varchar(60) not null primary key, role int not null)`,
    );
    for (const [at, kind] of ['clerk', 'clerk', 'boss', 'boss', 'boss'].entries()) {
      const [id, isBoss] = [`u${at}`, kind === 'boss'];
      await query(
        `insert into ${table('accounts')} values ('${id}', '${id}', '${id}@x.example', '${id}', ${isBoss ? 9 : 1}, ${isBoss ? 1 : 2}, 1)`,
      );
      await query(`insert into ${table('staff')} values ('${id}', '${kind}')`);
      await query(`insert into ${table('grants')} values ('${id}', ${isBoss ? 1 : 2})`);
    }
  }

  const cases: readonly [string, Judgement, Condition?][] = [
    ['a column of the users', PLAIN],
    ['a column of a related table', BY_ANOTHER_TABLE],
    ['who is not protected alone', BY_WHO_IS_NOT],
    [
      'a column of a related table, beside a condition of its own',
      BY_ANOTHER_TABLE,
      { column: 'state', in: [1] },
    ],
    [
      'who is not protected alone, beside a condition on a related table',
      BY_WHO_IS_NOT,
      { column: 'kind', of: 'staff', null: false },
    ],
  ];
  for (const [number, [by, isProtected, where]] of cases.entries()) {
    it(`is not the role of an administrator, whom the binding knows by ${by}`, async () => {
      const table = (name: string) => `${schema}.${name}_${number}`;
      await install(table);

      await applyScaffold(product.core, bindingWith(table, isProtected, where));
      await product.database.transaction(({ knex }) =>
        knex('host_user')
          .withSchema('scim')
          .insert({
            ...{ login_name: 'new', email: 'new@x.example', display_name: 'New', is_enabled: true },
          }),
      );

      const [account] = await product.test.query(`select role from ${table('accounts')} where id = 'new'`);
      const [grant] = await product.test.query(`select role from ${table('grants')} where account = 'new'`);
      assert.deepEqual([account?.role, grant?.role], [2, 2]);
    });
  }
});
