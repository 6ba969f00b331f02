import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Users } from '../../src/binding/binding.js';
import { applyScaffold, planScaffold } from '../../src/core/host/scaffold.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { FIXED_COLUMNS, fixedLengthBinding } from '../support/fixed-length-application.js';
import { person } from '../support/people/people.js';
import { problemOf } from '../support/running/problem.js';

// As old applications are: texts of fixed length, and a key that is the login name.
forEachEngine('an application with columns of fixed length whose key is the login', (engine) => {
  const table = `${engine.name === 'mssql' ? 'dbo' : 'public'}.usermast`;
  const binding = (more?: Partial<Users>) => fixedLengthBinding(table, more);
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine, { host: false });
    await product.test.query(
      `create table ${table} (${Object.entries(FIXED_COLUMNS)
        .map(
          ([name, length]) => `${name} char(${length}) ${name === 'usrid' ? 'not null primary key' : 'null'}`,
        )
        .join(', ')})`,
    );
    await product.test.query(
      `insert into ${table} values ('ada@contoso.example', 'ada@contoso.example', 'Ada', 'Lovelace', 'A')`,
    );
    await applyScaffold(product.core, binding());
    idp = {
      ...(await addServiceAccount(product.core, { name: 'entra', kind: 'entra' })),
      renamesOnMatch: false,
    };
  });
  after(() => product.close());
  const shown = async (login: string) =>
    (await rowsOf(product, 'scim.host_user')).find(({ login_name }) => login_name === login);

  it('is shown without the blanks that fill the columns', async () => {
    const { email, display_name, given_name } = (await shown('ada@contoso.example')) ?? {};
    assert.deepEqual([email, display_name, given_name], ['ada@contoso.example', 'Ada Lovelace', 'Ada']);
  });

  it('has its accounts matched by their addresses', async () => {
    const people = [{ at: 0, profile: person('ada') }];
    const [foreseen] = (await preflight(product.core, people, { idp: 'entra', rehearse: true })).people;
    assert.deepEqual([foreseen?.outcome, foreseen?.detail], ['match', undefined]);
    assert.equal((await createUser(product.core, idp, person('ada'))).how, 'matched');
  });

  it('gets new accounts, and has them disabled and enabled', async () => {
    const { user, how } = await createUser(product.core, idp, person('ben'));
    assert.equal(how, 'created');
    for (const active of [false, true]) {
      await changeUser(product.core, { ...idp, deprovisionPolicy: 'disable' }, user.id, (now) => ({
        ...now,
        active,
      }));
      assert.equal(Boolean((await shown('ben@contoso.example'))?.is_enabled), active);
    }
  });

  it('keeps the key of an account that the IdP renames, and says so', async () => {
    const { user } = await createUser(product.core, idp, person('cyd'));
    const renamed = 'cyd.new@contoso.example';
    const problem = await problemOf(
      changeUser(product.core, idp, user.id, (now) => ({ ...now, userName: renamed, email: renamed })),
    );
    assert.equal(problem.code, 'host-write-ignored');
    assert.match(problem.message, /login name/);
    assert.ok(await shown('cyd@contoso.example'));
  });

  it('is not bound where a rename would write the key', async () => {
    await assert.rejects(planScaffold(product.database, binding({ login: { read: { column: 'usrid' } } })), {
      code: 'binding-contradicts',
      message: /users\.login is written to usrid, which is the key/,
    });
  });
});
