import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { accountInWords } from '../../src/cli/commands/users/list.js';
import { listLinkedUsers, showLinkedUser } from '../../src/core/users/linked.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, link } from '../support/people/provisioned.js';

const [SUSPENDED, AWAITING, LEFT] = ['20', '21', '22'];

forEachEngine('a user who is suspended in the application', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine);
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').whereIn('id', [20, 21, 22]).update({ enabled: false }),
    );
  });
  after(() => product.close());

  it('is one whom users list --state suspended lists, and nobody else', async () => {
    const [entra, okta, other] = [
      await addIdp(product, 'entra'),
      await addIdp(product, 'okta'),
      await addIdp(product, 'other'),
    ];
    const left = { deprovisionedAt: product.now, deprovisionReason: 'disabled' } as const;
    await link(product, entra, SUSPENDED, { userName: 'suspended' });
    // By hand, before the IdP has sent anything: its first request enables the account.
    await link(product, okta, AWAITING, { userName: 'awaits', awaitsIdp: true });
    await link(product, other, LEFT, { userName: 'left', ...left });
    await link(product, okta, '2', { userName: 'enabled' });
    await link(product, okta, 'nobody', { userName: 'gone' });

    const listed = (await listLinkedUsers(product.core, { state: 'suspended' })).map(
      ({ userName }) => userName,
    );
    const called = (await listLinkedUsers(product.core))
      .filter((user) => accountInWords(user) === 'suspended in the application')
      .map(({ userName }) => userName);

    assert.deepEqual([listed, called], [['suspended'], ['suspended']]);
    assert.equal(accountInWords(await showLinkedUser(product.core, 'awaits')), 'disabled');
    assert.equal((await showLinkedUser(product.core, 'awaits')).link, 'awaiting');
  });
});
