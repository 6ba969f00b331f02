import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import type { Problem } from '../../src/problem.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { isBabelfish } from '../support/databases/roles.js';
import { forEachEngine } from '../support/engines.js';

forEachEngine('what the host application does not take', (engine) => {
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine);
    idp = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
  });
  after(() => product.close());

  const profile = (part: Partial<Profile>): Profile => ({
    userName: 'long@contoso.example',
    externalId: null,
    active: true,
    email: 'long@contoso.example',
    displayName: 'Long',
    givenName: null,
    familyName: null,
    attributes: {},
    ...part,
  });

  test('a name longer than its column is refused by name, and nothing is left of the user', async () => {
    const tooLong = profile({ givenName: 'x'.repeat(201) });

    await assert.rejects(createUser(product.core, idp, tooLong), { code: 'host-refused' });

    assert.equal((await rowsOf(product, 'scim.identity')).length, 0);
    const users = await rowsOf(product, 'app.users');
    assert.ok(!users.some(({ login }) => login === tooLong.userName));
    const refusals = (await rowsOf(product, 'scim.event')).filter(({ outcome }) => outcome === 'refused');
    assert.deepEqual(
      refusals.map(({ action, details }) => {
        const { host, ...rest } = JSON.parse(String(details));
        assert.match(host.state, /^(SQLSTATE 22001|error (2628|8152|33557097))$/);
        return [action, rest];
      }),
      [['user.create', { code: 'host-refused', attributes: ['name.givenName'] }]],
    );
  });

  test('a change to such a name is refused too, and the user is as before', async () => {
    const { user } = await createUser(product.core, idp, profile({ givenName: 'Short' }));

    await assert.rejects(
      changeUser(product.core, idp, user.id, (current) => ({ ...current, givenName: 'x'.repeat(201) })),
      { code: 'host-refused' },
    );

    const [row] = (await rowsOf(product, 'app.users')).filter(({ login }) => login === user.userName);
    assert.equal(row?.first_name, 'Short');
  });

  test('a cast in a trigger that no value can satisfy is broken, and a length is refused still', async () => {
    const body = 'declare @n int = (select top 1 cast(login as int) from inserted)';
    await product.database.transaction(async ({ knex }) => {
      for (const statement of engine.name === 'mssql'
        ? [`create trigger app.odd_cast on app.users after insert as begin ${body} end`]
        : [
            `create function app.odd_cast() returns trigger language plpgsql as $$
             begin perform new.login::int; return new; end $$`,
            'create trigger odd_cast before insert on app.users for each row execute function app.odd_cast()',
          ])
        await knex.raw(statement);
    });
    try {
      const wanted = profile({ userName: 'cast@contoso.example', email: 'cast@contoso.example' });
      // Babelfish does not say that it was in a trigger.
      const isTold = engine.name !== 'mssql' || !(await isBabelfish(product));
      await assert.rejects(createUser(product.core, idp, wanted), (error: Problem) => {
        assert.equal(error.code, isTold ? 'host-broken' : 'host-refused', error.message);
        if (isTold) assert.match(String(error.hint), /Have the DBA correct/);
        return true;
      });
    } finally {
      await product.database.transaction(({ knex }) =>
        knex.raw(
          engine.name === 'mssql' ? 'drop trigger app.odd_cast' : 'drop trigger odd_cast on app.users',
        ),
      );
    }
    const long = profile({ userName: 'l2@contoso.example', email: null, givenName: 'x'.repeat(201) });
    await assert.rejects(createUser(product.core, idp, long), { code: 'host-refused' });
  });

  test('an id that no database takes as text is unknown like any other', async () => {
    for (const id of ['\u0000', 'x\ud800']) {
      await assert.rejects(
        changeUser(product.core, idp, id, (current) => current),
        { code: 'user-unknown' },
      );
    }
    const targets = (await rowsOf(product, 'scim.event')).map(({ target_id }) => target_id);
    assert.ok(targets.includes('\ufffd') && targets.includes('x\ufffd'));
  });
});
