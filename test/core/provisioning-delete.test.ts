import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import { createGroup } from '../../src/core/provisioning/groups/create-group.js';
import { readGroup } from '../../src/core/provisioning/groups/read-group.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { operationProblem } from '../../src/problem.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import {
  disabling,
  eventsOf,
  hostUser,
  person,
  seatsUsed,
  shutOut,
  trace,
} from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('a user whom the IdP deletes', (engine) => {
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine);
    idp = await addIdp(product, 'entra');
  });
  after(() => product.close());

  const make = async (name: string) => (await createUser(product.core, idp, person(name))).user;
  const isUnknown = async (id: string) => {
    for (const work of [
      () => readUser(product.core, idp, id),
      () => changeUser(product.core, idp, id, (user) => user),
      () => deleteUser(product.core, idp, id),
    ]) {
      assert.equal((await problemOf(work())).code, 'user-unknown');
    }
  };

  it('is gone for the IdP, and under the manual policy pending', async () => {
    const user = await make('gone');
    const before = await hostUser(product, 'gone@contoso.example');

    const events = await eventsOf(product, () => deleteUser(product.core, idp, user.id));

    assert.deepEqual(events, [
      {
        action: 'user.delete',
        outcome: 'done',
        targetName: 'gone@contoso.example',
        details: {
          hostUserId: user.hostUserId,
          policy: 'manual',
          pending: true,
          loginName: 'gone@contoso.example',
        },
      },
    ]);
    await isUnknown(user.id);
    assert.deepEqual(await hostUser(product, 'gone@contoso.example'), before);
    const pending = (await pendingUsers(product.core)).find(({ userId }) => userId === user.hostUserId);
    assert.deepEqual([pending?.reason, pending?.externalId], ['deleted', 'object-gone']);
  });

  it('is disabled without a seat under the other policy', async () => {
    const user = await make('out');
    const before = await seatsUsed(product);

    const events = await eventsOf(product, () => deleteUser(product.core, disabling(idp), user.id));

    const { enabled, licence_type } = await hostUser(product, 'out@contoso.example');
    assert.deepEqual([Boolean(enabled), licence_type], [false, null]);
    assert.equal((await seatsUsed(product)).Concurrent, (before.Concurrent ?? 0) - 1);
    assert.deepEqual(events[0]?.details, {
      hostUserId: user.hostUserId,
      policy: 'disable',
      pending: false,
      before: trace('out@contoso.example'),
      after: shutOut('out@contoso.example'),
      licenceFreed: 'Concurrent',
    });
    await isUnknown(user.id);
  });

  it('and had disabled before has been waiting since then', async () => {
    const user = await make('waiting');
    product.now = new Date(product.now.getTime() + 1000);
    const since = product.now;
    await changeUser(product.core, idp, user.id, (current) => ({ ...current, active: false }));
    product.now = new Date(product.now.getTime() + 86_400_000);

    await deleteUser(product.core, idp, user.id);

    const pending = (await pendingUsers(product.core)).find(({ userId }) => userId === user.hostUserId);
    assert.deepEqual([pending?.reason, pending?.since, pending?.days], ['deleted', since, 1]);
  });

  it('is in no group any more; one who is disabled stays in them', async () => {
    const [leaving, staying] = [await make('leaving'), await make('staying')];
    const { group } = await createGroup(product.core, idp, {
      displayName: 'Quality',
      externalId: null,
      memberIds: [leaving.id, staying.id],
    });
    product.now = new Date(product.now.getTime() + 1000);
    await changeUser(product.core, idp, staying.id, (current) => ({ ...current, active: false }));
    assert.deepEqual((await readUser(product.core, idp, staying.id)).groups, [
      { id: group.id, displayName: 'Quality' },
    ]);

    await deleteUser(product.core, idp, leaving.id);

    const now = await readGroup(product.core, idp, group.id);
    assert.deepEqual(
      now.members.map(({ id }) => id),
      [staying.id],
    );
    assert.ok(now.updatedAt > group.updatedAt);
    const { user } = await createUser(product.core, idp, person('leaving'));
    assert.deepEqual([user.id, user.groups], [leaving.id, []]);
    const back = await changeUser(product.core, idp, staying.id, (current) => ({ ...current, active: true }));
    assert.equal(back.user.groups.length, 1);
  });

  it('stays where whoever asks decides against it', async () => {
    const user = await make('decided');

    const work = deleteUser(product.core, idp, user.id, (current) => {
      assert.deepEqual(current, user);
      throw operationProblem('version-mismatch', 'It has changed since.');
    });

    assert.equal((await problemOf(work)).code, 'version-mismatch');
    assert.deepEqual(await readUser(product.core, idp, user.id), user);
  });

  it('is deleted once, however often at the same time', async () => {
    const user = await make('once');

    const events = await eventsOf(product, () =>
      Promise.all(
        Array.from({ length: 5 }, () =>
          deleteUser(product.core, idp, user.id).catch((error) => assert.equal(error.code, 'user-unknown')),
        ),
      ),
    );

    assert.deepEqual(events.map(({ outcome }) => outcome).sort(), ['done', ...Array(4).fill('refused')]);
  });
});
