import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { linkByHand } from '../../src/core/users/link.js';
import {
  LINK_STATES,
  linkedUserPages,
  listLinkedUsers,
  showLinkedUser,
} from '../../src/core/users/linked.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, person } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('a link that was made by hand', (engine) => {
  let product: Product;
  let entra: Idp;
  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    await link(product, entra, '2', { userName: 'in-force' });
    await link(product, entra, '3', {
      ...{ userName: 'left', deprovisionedAt: product.now, deprovisionReason: 'disabled' },
    });
    await link(product, entra, 'nobody', { userName: 'gone' });
    for (const name of ['lab-1', 'lab-2']) await addHostUser(product, name, { email: null });
  });
  after(() => product.close());

  const byHand = (account: string, userName: string) =>
    linkByHand(product.core, { account, idp: 'entra', externalId: `object-${userName}`, userName });
  const listed = async (state: (typeof LINK_STATES)[number]) =>
    (await listLinkedUsers(product.core, { state })).map(({ userName }) => userName);

  it('is listed as awaiting, and as nothing else, until the IdP uses it', async () => {
    await byHand('lab-1', 'hand@contoso.example');
    await byHand('lab-2', 'used@contoso.example');

    assert.deepEqual(await listed('awaiting'), ['hand@contoso.example', 'used@contoso.example']);
    for (const state of LINK_STATES.filter((one) => one !== 'awaiting')) {
      assert.ok(!(await listed(state)).includes('hand@contoso.example'), state);
    }
    assert.deepEqual([await listed('active'), await listed('inactive')], [['in-force'], ['gone', 'left']]);
    const { link: state, active, account } = await showLinkedUser(product.core, 'hand@contoso.example');
    assert.deepEqual([state, active, account], ['awaiting', false, 'enabled']);

    await createUser(product.core, entra, person('used', { externalId: 'object-used@contoso.example' }));

    assert.deepEqual(await listed('awaiting'), ['hand@contoso.example']);
    assert.deepEqual(await listed('active'), ['in-force', 'used@contoso.example']);
    const pages = linkedUserPages(product.core, {}, { key: 'link', descending: false });
    const order: string[] = [];
    for await (const page of pages) order.push(...page.map((one) => one.link));
    assert.deepEqual(order, ['ended', 'awaiting', 'in force', 'in force', 'in force']);
  });

  it('is given to another user while it is awaiting, and not once it is used', async () => {
    const { unlinked } = await byHand('lab-1', 'other@contoso.example');

    assert.deepEqual(unlinked, [{ idp: 'entra', userName: 'hand@contoso.example' }]);
    assert.deepEqual(await listed('awaiting'), ['other@contoso.example']);
    assert.equal((await problemOf(byHand('used@contoso.example', 'other.2'))).code, 'user-claimed');
  });
});
