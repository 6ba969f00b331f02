import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding, Related } from '../../src/binding/binding.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

// An application that keeps several addresses of each person.
forEachEngine('an account that a related table has several rows for', (engine) => {
  const schema = engine.name === 'mssql' ? 'dbo' : 'public';
  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { host: false });
    for (const statement of [
      `create table ${schema}.members (id int not null primary key, login varchar(100) not null, state int not null)`,
      `create table ${schema}.addresses (member int not null, address varchar(100) not null primary key, at int not null)`,
      `insert into ${schema}.members values (1, 'anna', 1), (2, 'bela', 1), (3, 'carl', 1)`,
      `insert into ${schema}.addresses values (1, 'anna@x.example', 1), (1, 'anna@y.example', 2), (2, 'bela@x.example', 1)`,
    ])
      await product.test.query(statement);
  });
  after(() => product.close());

  const bindingOf = (chosen: Pick<Related, 'join' | 'order' | 'where'>): Binding => ({
    format: 1,
    users: {
      ...{ table: `${schema}.members`, key: { column: 'id', made: 'database' }, create: 'enable-only' },
      related: { mail: { table: `${schema}.addresses`, match: { member: { column: 'id' } }, ...chosen } },
      login: { read: { column: 'login' } },
      email: { read: { column: 'address', of: 'mail' } },
      displayName: { read: { column: 'login' } },
      enabled: { yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0] } },
      enable: { state: { constant: 1 } },
      disable: { state: { constant: 0 } },
    },
    providers: { declared: { name: 'Corp' } },
    seats: { none: {} },
  });
  const addresses = async () =>
    (await rowsOf(product, 'scim.host_user'))
      .sort((a, b) => Number(a.user_id) - Number(b.user_id))
      .map(({ email }) => email);

  for (const join of ['optional', 'required'] as const)
    it(`is not shown twice: ${join}`, async () => {
      await assert.rejects(applyScaffold(product.core, bindingOf({ join })), {
        code: 'host-key-shared',
        message: '1 account would be in several rows of scim.host_user.',
      });
      assert.deepEqual(
        await product.database.read((session) => session.dialect.scaffold.existing(session, 'scim')),
        [],
      );
    });

  it('is shown with the row that the binding says counts', async () => {
    await applyScaffold(product.core, bindingOf({ join: 'first', order: 'at' }));
    assert.deepEqual(await addresses(), ['anna@x.example', 'bela@x.example', null]);

    const where = { column: 'at', in: [1] };
    await applyScaffold(product.core, bindingOf({ join: 'optional', where }));
    assert.deepEqual(await addresses(), ['anna@x.example', 'bela@x.example', null]);
  });

  it('is applied with a warning if several accounts have one login, as those of different tenants may', async () => {
    const join = { join: 'first', order: 'at' } as const;
    const { warnings: before } = await applyScaffold(product.core, bindingOf(join));
    await product.test.query(`insert into ${schema}.members values (4, 'carl', 1)`);

    const { warnings } = await applyScaffold(product.core, bindingOf(join));

    assert.deepEqual(
      warnings.filter((one) => !before.includes(one)),
      [
        '1 login name is in several rows of scim.host_user, so a login name does not identify an account. If the rows are of different tenants, name one tenant in `users.where`.',
      ],
    );
  });
});
