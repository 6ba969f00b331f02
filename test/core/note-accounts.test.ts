import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { noteAccounts } from '../../src/core/provisioning/account/note-accounts.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { changeHostUser, person } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

forEachEngine('links of before accounts were noted', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());

  it('get the names that their accounts have now, or the one the IdP said where both are others', async () => {
    const entra = await addIdp(product, 'entra');
    for (const name of ['old.1', 'old.2', 'new']) await createUser(product.core, entra, person(name));
    await product.database.transaction(({ knex }) =>
      knex('identity')
        .withSchema('scim')
        .where('user_name', 'like', 'old%')
        .update({ account_login: null, account_email: null }),
    );
    await changeHostUser(product, 'old.2@contoso.example', { login: 'renamed', email: null });
    await changeHostUser(product, 'new@contoso.example', { login: 'another' });

    assert.equal(await noteAccounts(product.core), 2);

    const notes = (await rowsOf(product, 'scim.identity'))
      .map((row) => [row.user_name, row.account_login, row.account_email])
      .sort();
    assert.deepEqual(notes, [
      ['new@contoso.example', 'new@contoso.example', 'new@contoso.example'],
      ['old.1@contoso.example', 'old.1@contoso.example', 'old.1@contoso.example'],
      // By neither name what the IdP said: perhaps another person's by now.
      ['old.2@contoso.example', 'old.2@contoso.example', null],
    ]);
    assert.equal(await noteAccounts(product.core), 0);
  });
});
