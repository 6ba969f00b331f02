import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/delete-user.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/problem.js';
import { installProduct, type Product } from '../support/product.js';

forEachEngine('users', (engine) => {
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await installProduct(await engine.freshDatabase());
    const account = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    idp = account;
  });
  after(() => product.close());
  const profile = (more: Partial<Profile>): Profile => ({
    userName: 'x@contoso.example',
    externalId: null,
    active: true,
    email: null,
    displayName: null,
    givenName: null,
    familyName: null,
    attributes: {},
    ...more,
  });

  it('live through create, change, delete and another create', async () => {
    const { user, how } = await createUser(
      product.core,
      idp,
      profile({
        email: 'x@contoso.example',
        givenName: 'X',
        familyName: 'Y',
        attributes: { title: 'Dr', emails: [{ value: 'a' }] },
      }),
    );
    assert.equal(how, 'created');
    assert.deepEqual(await readUser(product.core, idp, user.id), user);
    const changed = await changeUser(product.core, idp, user.id, (u) => ({
      ...u,
      active: false,
      familyName: 'Z',
    }));
    assert.deepEqual(await readUser(product.core, idp, user.id), changed.user);
    const again = await changeUser(product.core, idp, user.id, (u) => ({ ...u, active: true, email: 'y@x' }));
    assert.deepEqual(await readUser(product.core, idp, user.id), again.user);
    await deleteUser(product.core, idp, user.id);
    assert.equal((await problemOf(readUser(product.core, idp, user.id))).code, 'user-unknown');
    const back = await createUser(product.core, idp, profile({ email: 'x@contoso.example' }));
    assert.equal(back.how, 'revived');
    assert.deepEqual(await readUser(product.core, idp, user.id), back.user);
    const match = await createUser(
      product.core,
      idp,
      profile({ userName: 'lars', email: 'LARS.holm@contoso.example' }),
    );
    assert.equal(match.how, 'matched');
    assert.deepEqual(await readUser(product.core, idp, match.user.id), match.user);
  });
});
