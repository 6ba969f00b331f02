import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding } from '../../src/binding/binding.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { hostStatus } from '../../src/core/host/status.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { person } from '../support/people/people.js';
import { eq } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('an application without e-mail addresses', (engine) => {
  const mssql = engine.name === 'mssql';
  const table = `${mssql ? 'dbo' : 'public'}.staff`;
  const binding: Binding = {
    format: 1,
    users: {
      table,
      key: { column: 'id', made: 'database' },
      login: { read: { column: 'login' }, maxLength: 20 },
      displayName: { read: { column: 'title' } },
      enabled: { yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0] } },
      enable: { state: { constant: 1 } },
      disable: { state: { constant: 0 } },
      loginRule: 'local-part',
    },
    providers: { declared: { name: 'Corp', by: 'alice', at: '2026-11-28' } },
    seats: { none: { by: 'alice', at: '2026-11-28' } },
  };
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine, { host: false });
    const text = mssql ? 'nvarchar' : 'varchar';
    await product.test.query(
      `create table ${table} (id int ${mssql ? 'identity' : 'generated always as identity'} primary key,
         login ${text}(20) not null unique, title ${text}(200) not null, state int not null)`,
    );
    await applyScaffold(product.core, binding);
    idp = {
      ...(await addServiceAccount(product.core, { name: 'entra', kind: 'entra' })),
      loginRule: 'local-part',
    };
  });
  after(() => product.close());

  it('takes users, and their addresses are kept for the IdP', async () => {
    const { user } = await createUser(product.core, idp, person('ada'));
    const email = 'ada.lovelace@contoso.example';

    const { user: changed } = await changeUser(product.core, idp, user.id, (now) => ({ ...now, email }));

    assert.equal(user.email, 'ada@contoso.example');
    assert.equal(changed.email, email);
    assert.deepEqual(await readUser(product.core, idp, user.id), changed);
    const [row] = (await rowsOf(product, table)).filter(({ login }) => login === 'ada');
    assert.equal(row?.state, 1);
  });

  it('has its users found by the address that the IdP said', async () => {
    const { user } = await createUser(product.core, idp, person('grace'));
    const found = async (address: string) => {
      const page = { kind: 'index', startIndex: 1, count: 10 } as const;
      const filter = eq(['emails', 'value'], address, false, true);
      return (await listUsers(product.core, idp, { page, filter })).items.map(({ id }) => id);
    };

    assert.deepEqual(await found('grace@contoso.example'), [user.id]);
    assert.deepEqual(await found('nobody@contoso.example'), []);
  });

  it('has no second account for a user whom it has already', async () => {
    await product.test.query(`insert into ${table} (login, title, state) values ('joan', 'Joan', 1)`);

    assert.equal((await problemOf(createUser(product.core, idp, person('joan')))).code, 'user-name-taken');
  });

  it('takes every write that provisioning needs', async () => {
    const { writes } = await hostStatus(product.database);

    assert.deepEqual(
      writes.filter(({ result }) => result !== 'writable'),
      [],
    );
    assert.ok(writes.every(({ column }) => column !== 'email'));
  });
});
