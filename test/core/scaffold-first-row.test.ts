import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding, Related } from '../../src/binding/binding.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

type Row = Record<string, unknown>;

// An application that keeps several addresses and several entries of each person, of which the first one counts.
forEachEngine('a write of an account with several rows in a related table', (engine) => {
  const mssql = engine.name === 'mssql';
  const schema = mssql ? 'dbo' : 'public';
  const [on, off] = mssql ? ['1', '0'] : ['true', 'false'];
  const text = mssql ? 'nvarchar' : 'varchar';
  let product: Product;
  const run = (sql: string) => product.test.query(sql);
  const update = (set: string, logins: readonly string[]) =>
    product.database.transaction(({ knex }) =>
      knex.raw(
        `update scim.host_user set ${set} where login_name in (${logins.map((one) => `'${one}'`).join()})`,
      ),
    );

  const table = async (name: string): Promise<string[]> =>
    (await rowsOf(product, `${schema}.${name}`))
      .map(({ person, at, address, state }: Row) => [person, at, address ?? state].join(' '))
      .sort();
  /** What a write has taken away and added, row by row. */
  const changesOf = async (name: string, write: () => Promise<unknown>): Promise<[string[], string[]]> => {
    const old = await table(name);
    await write();
    const now = await table(name);
    return [old.filter((one) => !now.includes(one)), now.filter((one) => !old.includes(one))];
  };

  const binding = (address: Partial<Related> = {}): Binding => ({
    format: 1,
    users: {
      ...{ table: `${schema}.people`, key: { column: 'id', made: 'database' }, create: 'enable-only' },
      related: {
        mail: {
          table: `${schema}.addresses`,
          match: { person: { column: 'id' } },
          ...{ join: 'first', order: 'at', present: 'email' },
          insert: { at: { constant: 9 } },
          ...address,
        },
        entry: {
          table: `${schema}.entries`,
          match: { person: { column: 'id' } },
          ...{ join: 'first', order: 'at' },
          enable: { state: { constant: 1 } },
          disable: { state: { constant: 0 } },
        },
      },
      login: { read: { column: 'login' } },
      email: { read: { column: 'address', of: 'mail' } },
      displayName: { read: { column: 'login' }, write: false },
      enabled: {
        yes: { column: 'state', of: 'entry', in: [1] },
        no: { column: 'state', of: 'entry', in: [0] },
      },
    },
    providers: { declared: { name: 'Corp' } },
    seats: { none: {} },
  });

  before(async () => {
    product = await freshProduct(engine, { host: false });
    for (const statement of [
      `create table ${schema}.people (id int not null primary key, login ${text}(100) not null)`,
      // The order says nothing where two rows have the same, and the key has more columns than the person.
      `create table ${schema}.addresses (person int not null, at int not null, address ${text}(100) not null, primary key (person, address))`,
      `create table ${schema}.entries (id int not null primary key, person int not null, at int not null, state int not null)`,
      `create table ${schema}.heap (person int not null, at int not null, address ${text}(100) not null)`,
    ])
      await run(statement);
  });
  after(() => product.close());

  const fill = async () => {
    for (const name of ['people', 'addresses', 'entries']) await run(`delete from ${schema}.${name}`);
    await run(`insert into ${schema}.people values (1, 'anna'), (2, 'bela'), (3, 'carl')`);
    await run(
      `insert into ${schema}.addresses values (1, 2, 'b@one'), (1, 1, 'z@one'), (1, 3, 'a@one'),
         (2, 5, 'y@two'), (2, 5, 'x@two'), (3, 1, 'c@three')`,
    );
    await run(
      `insert into ${schema}.entries values (1, 1, 2, 1), (2, 1, 1, 1), (3, 1, 3, 1), (4, 2, 1, 1), (5, 2, 2, 1), (6, 3, 1, 1)`,
    );
  };

  it('changes the row that is read, and no other one', async () => {
    await fill();
    await applyScaffold(product.core, binding());
    const shown = async () =>
      Object.fromEntries(
        (await rowsOf(product, 'scim.host_user')).map(({ login_name, email }) => [login_name, email]),
      );
    assert.deepEqual(await shown(), { anna: 'z@one', bela: 'x@two', carl: 'c@three' });

    assert.deepEqual(await changesOf('addresses', () => update(`email = 'new@one'`, ['anna'])), [
      ['1 1 z@one'],
      ['1 1 new@one'],
    ]);
    assert.deepEqual(
      await changesOf('addresses', () =>
        update(mssql ? `email = login_name + '@new'` : `email = login_name || '@new'`, [
          'anna',
          'bela',
          'carl',
        ]),
      ),
      [
        ['1 1 new@one', '2 5 x@two', '3 1 c@three'],
        ['1 1 anna@new', '2 5 bela@new', '3 1 carl@new'],
      ],
    );
    assert.deepEqual(await shown(), { anna: 'anna@new', bela: 'bela@new', carl: 'carl@new' });
  });

  it('deletes the row that is read, and no other one', async () => {
    await fill();
    await applyScaffold(product.core, binding());
    assert.deepEqual(await changesOf('addresses', () => update('email = null', ['anna', 'bela'])), [
      ['1 1 z@one', '2 5 x@two'],
      [],
    ]);
  });

  it('writes the state to the row from which it is read', async () => {
    await fill();
    await applyScaffold(product.core, binding());
    assert.deepEqual(await changesOf('entries', () => update(`is_enabled = ${off}`, ['anna', 'carl'])), [
      ['1 1 1', '3 1 1'],
      ['1 1 0', '3 1 0'],
    ]);
    assert.deepEqual(await changesOf('entries', () => update(`is_enabled = ${on}`, ['anna'])), [
      ['1 1 0'],
      ['1 1 1'],
    ]);
    assert.equal((await table('addresses')).length, 6);
  });

  it('is refused beforehand where no unique index tells the rows apart, unless they are only read', async () => {
    await fill();
    const heap = `${schema}.heap`;
    await assert.rejects(applyScaffold(product.core, binding({ table: heap })), {
      code: 'binding-contradicts',
      message: `No unique index of ${heap} tells the rows of one user apart, so a write could reach several of them.`,
    });
    const { users, ...rest } = binding();
    const mail: Related = { table: heap, match: { person: { column: 'id' } }, join: 'first', order: 'at' };
    await applyScaffold(product.core, {
      ...rest,
      users: {
        ...users,
        related: { ...users.related, mail },
        email: { read: { column: 'address', of: 'mail' }, write: false },
      },
    });
  });
});
