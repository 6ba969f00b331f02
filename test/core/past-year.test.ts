import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { pastYear } from '../../src/core/users/report/past-year.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { reconciled } from '../support/databases/reconciled.js';
import { forEachEngine } from '../support/engines.js';
import { person } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

forEachEngine('the leavers of the past year', (engine) => {
  let product: Product;
  let entra: Idp;
  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());

  it('are counted once for each time that they left, in the month in which they did', async () => {
    const on = (day: string) => {
      product.now = new Date(`${day}T12:00:00.000Z`);
    };
    on('2025-05-10');
    entra = await addIdp(product, 'entra');
    const ids: Record<string, string> = {};
    const hire = async (name: string) => {
      const { user } = await createUser(product.core, entra, person(name));
      ids[name] = user.id;
    };
    for (const name of ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay']) await hire(name);
    const set = (name: string, active: boolean, idp = entra) =>
      changeUser(product.core, idp, ids[name] ?? '', (user) => ({ ...user, active }));
    const remove = (name: string) => deleteUser(product.core, entra, ids[name] ?? '');
    const listed = (...names: string[]) =>
      reconciled(
        product.core,
        entra,
        names.map((name) => ({ userName: person(name).userName, externalId: person(name).externalId })),
      );
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .whereNotIn(
          'login',
          Object.keys(ids).map((name) => person(name).userName),
        )
        .delete(),
    );
    // Before the window: it is deleted within it, and left earlier.
    on('2025-05-20');
    await set('ann', false);
    on('2026-01-05');
    await remove('ann');
    // Found missing, and then disabled at once by the IdP: one departure, which has waited.
    on('2026-02-01');
    await listed('cyd', 'dan', 'eve', 'fay');
    on('2026-02-11');
    await set('bob', false, { ...entra, deprovisionPolicy: 'disable' });
    // Left, came back, and was deleted in force: two departures. The deletion after the first is none.
    on('2026-03-02');
    await set('cyd', false);
    await remove('cyd');
    on('2026-03-05');
    await hire('cyd');
    on('2026-04-01');
    await remove('cyd');
    // Found missing by a list that was wrong.
    on('2026-04-02');
    await listed('eve', 'fay');
    await listed('dan', 'eve', 'fay');
    // Found missing by a list that was older than a change of the user.
    on('2026-04-12');
    await listed('eve', 'fay');
    await changeUser(product.core, entra, ids.dan ?? '', (user) => ({ ...user, title: 'Lead' }));
    // Disabled at once by the policy.
    on('2026-05-01');
    await set('eve', false, { ...entra, deprovisionPolicy: 'disable' });
    on('2026-05-20');

    const months = await pastYear(product.core);

    assert.equal(months.length, 12);
    assert.deepEqual(
      months
        .filter(({ left, disabledLater }) => left + disabledLater > 0)
        .map(({ month, left, disabledAtOnce, disabledLater, medianDays }) => [
          ...[month, left, disabledAtOnce, disabledLater, medianDays],
        ]),
      [
        ['2026-02', 1, 0, 1, 10],
        ['2026-03', 1, 0, 0, null],
        ['2026-04', 1, 0, 0, null],
        ['2026-05', 1, 1, 0, null],
      ],
    );
    assert.deepEqual([months[0]?.month, months.at(-1)?.month], ['2025-06', '2026-05']);
  });
});
