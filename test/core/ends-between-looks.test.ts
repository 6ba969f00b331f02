import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { disableUser } from '../../src/core/users/disable.js';
import { observeEnds } from '../../src/core/users/life/observe-ends.js';
import { linkByHand } from '../../src/core/users/link.js';
import { showLinkedUser } from '../../src/core/users/linked.js';
import { pastYear } from '../../src/core/users/report/past-year.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { reconciled } from '../support/databases/reconciled.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, changeHostUser, disabling, person } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

const MINUTE = 60_000;

forEachEngine('an account that leaves and is disabled in the application before anybody looks', (engine) => {
  let product: Product;
  let entra: Idp;
  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    await observeEnds(product.core);
  });
  after(() => product.close());
  beforeEach(() =>
    product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      await knex('users').withSchema('app').delete();
    }),
  );

  const address = (name: string) => `${name}@contoso.example`;
  const hire = async (name: string, idp = entra) => (await createUser(product.core, idp, person(name))).user;
  const pass = () => {
    product.now = new Date(product.now.getTime() + MINUTE);
    return product.now.toISOString();
  };
  const setActive = (id: string, active: boolean, idp = entra) =>
    changeUser(product.core, idp, id, (user) => ({ ...user, active }));
  const disable = (name: string) => changeHostUser(product, address(name), { enabled: false });
  /** The events of a look, and that a second one has none. */
  const look = async () => {
    const known = (await rowsOf(product, 'scim.event')).length;
    await observeEnds(product.core);
    const found = (await rowsOf(product, 'scim.event')).slice(known);
    assert.equal(await observeEnds(product.core), 0);
    return found.map(({ action, target_name, details }) => {
      const { how, since, lastSeen, reason } = JSON.parse(String(details)) as Record<string, string>;
      return { action, name: target_name, how, since, lastSeen, reason };
    });
  };

  it('was last seen pending when it left, whatever ended it and however the IdP said it', async () => {
    const [ann, bob, cyd, dan] = [await hire('ann'), await hire('bob'), await hire('cyd'), await hire('dan')];
    const left = pass();
    await deleteUser(product.core, entra, ann.id);
    await setActive(bob.id, false);
    await deleteUser(product.core, entra, cyd.id);
    await setActive(dan.id, false);
    pass();
    await disable('ann');
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ login: address('bob') })
        .delete(),
    );
    await changeHostUser(product, address('cyd'), { protected: true });
    const okta = await addIdp(product, 'okta');
    await linkByHand(product.core, { account: address('dan'), idp: okta.name, externalId: 'okta-dan' });
    await createUser(product.core, okta, person('dan', { externalId: 'okta-dan' }));
    pass();

    const told = await look();

    const known = { action: 'user.settle', since: left, lastSeen: left };
    assert.deepEqual(
      told.sort((a, b) => String(a.name).localeCompare(String(b.name))),
      [
        { ...known, name: address('ann'), how: 'disabled', reason: 'deleted' },
        { ...known, name: address('bob'), how: 'gone', reason: 'disabled' },
        { ...known, name: address('cyd'), how: 'protected', reason: 'deleted' },
        { ...known, name: address('dan'), how: 'linked', reason: 'disabled' },
      ],
    );
    const { history } = await showLinkedUser(product.core, address('ann'));
    assert.deepEqual(
      [history[0]?.step, history[0]?.notBefore?.toISOString()],
      ['account disabled in the application', left],
    );
    const month = (await pastYear(product.core)).at(-1);
    assert.deepEqual([month?.left, month?.endedInApplication], [4, 3]);
  });

  it('was last seen pending when it was marked as missing, with a link or without', async () => {
    await hire('ann');
    await addHostUser(product, address('bob'));
    const marked = pass();
    await reconciled(product.core, entra, []);
    pass();
    await disable('ann');
    await disable('bob');
    pass();

    const told = await look();

    assert.deepEqual(
      told.map(({ name, how, since, lastSeen, reason }) => [name, how, since, lastSeen, reason]).sort(),
      ['ann', 'bob'].map((name) => [address(name), 'disabled', marked, marked, 'missing']),
    );
  });

  it('is told where the IdP was removed meanwhile, or renamed the user after the departure', async () => {
    const okta = await addIdp(product, 'okta-old');
    const [ann, bob] = [await hire('ann', okta), await hire('bob')];
    pass();
    await setActive(ann.id, false, okta);
    await setActive(bob.id, false);
    pass();
    await changeUser(product.core, entra, bob.id, (user) => ({ ...user, displayName: 'Robert' }));
    await removeAccount(product.core, okta.name);
    await disable('ann');
    await disable('bob');
    pass();

    assert.deepEqual((await look()).map(({ name, how }) => [name, how]).sort(), [
      [address('ann'), 'disabled'],
      [address('bob'), 'disabled'],
    ]);
  });

  it('has no such end where the policy disabled it, where it was disabled before, or where scimctl did it', async () => {
    const policy = disabling(entra);
    const [ann, bob, cyd] = [await hire('ann'), await hire('bob'), await hire('cyd')];
    const [dan, eve] = [await hire('dan'), await hire('eve')];
    pass();
    await setActive(ann.id, false, policy);
    await disable('bob');
    await setActive(bob.id, false);
    await setActive(cyd.id, false);
    await changeHostUser(product, address('eve'), { protected: true });
    await setActive(eve.id, false);
    // Was pending for a while, and came back; the policy disables it now.
    await setActive(dan.id, false);
    pass();
    await disableUser(product.core, cyd.hostUserId);
    await setActive(dan.id, true);
    pass();
    await setActive(dan.id, false, policy);
    pass();

    assert.deepEqual(await look(), []);
  });

  it('has one where a user is made who has left already', async () => {
    await addHostUser(product, address('ann'));
    const left = pass();
    await createUser(product.core, entra, person('ann', { active: false }));
    pass();
    await disable('ann');
    pass();

    assert.deepEqual(
      (await look()).map(({ how, lastSeen }) => [how, lastSeen]),
      [['disabled', left]],
    );
  });

  it('is not told of departures before the upgrade', async () => {
    const ann = await hire('ann');
    await setActive(ann.id, false);
    await product.database.transaction(({ knex }) =>
      knex('identity').withSchema('scim').update({ pending_seen_at: null }),
    );
    await disable('ann');
    pass();

    assert.deepEqual(await look(), []);
  });
});
