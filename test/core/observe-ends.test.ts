import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, it } from 'node:test';
import type { Idp } from '../../src/core/provisioning/types.js';
import { disableUser } from '../../src/core/users/disable.js';
import { observeEnds } from '../../src/core/users/life/observe-ends.js';
import { showLinkedUser } from '../../src/core/users/linked.js';
import { pastYear } from '../../src/core/users/report/past-year.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, changeHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';

const HOUR = 3_600_000;

forEachEngine('the end of a wait in the application itself', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  const ids: Record<string, string> = {};

  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    okta = await addIdp(product, 'okta');
  });
  after(() => product.close());
  beforeEach(async () => {
    await product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      await knex('users').withSchema('app').delete();
    });
    for (const name of ['ann', 'bob', 'cyd', 'dan', 'eve'])
      ids[name] = await addHostUser(product, `${name}@contoso.example`);
  });

  const idOf = (name: string) => String(ids[name]);
  const left = (name: string) =>
    link(product, entra, idOf(name), {
      userName: `${name}@contoso.example`,
      accountLogin: `${name}@contoso.example`,
      deprovisionedAt: product.now,
      deprovisionReason: 'disabled',
    });
  const pass = (ms: number) => {
    product.now = new Date(product.now.getTime() + ms);
    return product.now;
  };
  const settled = async () =>
    (await rowsOf(product, 'scim.event'))
      .filter(({ action }) => action === 'user.settle')
      .map(({ target_id, details }) => ({ id: String(target_id), ...JSON.parse(String(details)) }));

  it('is one event, with the last time the account was seen pending, and by nobody who is known', async () => {
    for (const name of ['ann', 'bob', 'cyd', 'dan', 'eve']) await left(name);
    const since = product.now.toISOString();
    pass(HOUR);
    assert.equal(await observeEnds(product.core), 0);
    const lastSeen = product.now.toISOString();

    pass(HOUR);
    await changeHostUser(product, 'ann@contoso.example', { enabled: false });
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').where({ id: ids.bob }).delete(),
    );
    await link(product, okta, idOf('cyd'), {
      userName: 'cyd@contoso.example',
      accountLogin: 'cyd@contoso.example',
    });
    // What scimctl does itself is told by its own event.
    await disableUser(product.core, idOf('dan'));

    assert.equal(await observeEnds(product.core), 3);
    assert.equal(await observeEnds(product.core), 0);

    const known = { idp: 'entra', reason: 'disabled', since, lastSeen };
    assert.deepEqual(
      (await settled()).map(({ externalId, ...rest }) => rest).sort((a, b) => a.how.localeCompare(b.how)),
      [
        { id: idOf('ann'), how: 'disabled', ...known },
        { id: idOf('bob'), how: 'gone', ...known },
        { id: idOf('cyd'), how: 'linked', ...known },
      ],
    );
    assert.equal((await pastYear(product.core)).at(-1)?.endedInApplication, 2);
    const { history } = await showLinkedUser(product.core, idOf('ann'));
    const [end] = history;
    assert.deepEqual(
      [end?.step, end?.by, end?.notBefore?.toISOString(), end?.waitedDays, end?.idp],
      ['account disabled in the application', null, lastSeen, 0, 'entra'],
    );
  });

  it('is told by two who look at the same time only once', async () => {
    const before = (await settled()).length;
    await left('ann');
    await observeEnds(product.core);
    pass(HOUR);
    await changeHostUser(product, 'ann@contoso.example', { enabled: false });

    const found = await Promise.all([1, 2, 3, 4].map(() => observeEnds(product.core)));

    assert.equal(
      found.reduce((a, b) => a + b),
      1,
    );
    assert.equal((await settled()).length, before + 1);
  });

  it('is told again after the account was enabled and waited once more', async () => {
    const before = (await settled()).length;
    await left('ann');
    for (const enabled of [false, true, false]) {
      await observeEnds(product.core);
      pass(HOUR);
      await changeHostUser(product, 'ann@contoso.example', { enabled });
    }
    await observeEnds(product.core);

    assert.equal((await settled()).length, before + 2);
  });

  it('is no end of the application where the account is protected, doubtful, or was left through another IdP', async () => {
    const known = (await settled()).length;
    for (const name of ['ann', 'bob', 'cyd']) await left(name);
    await observeEnds(product.core);
    pass(HOUR);
    await changeHostUser(product, 'ann@contoso.example', { protected: true });
    // Both names are others: the application may have given the key to another person.
    await changeHostUser(product, 'bob@contoso.example', {
      login: 'robert@contoso.example',
      email: 'robert@contoso.example',
    });
    await link(product, okta, idOf('cyd'), {
      userName: 'cyd@contoso.example',
      accountLogin: 'cyd@contoso.example',
      deprovisionedAt: product.now,
      deprovisionReason: 'deleted',
    });

    await observeEnds(product.core);

    const found = (await settled()).slice(known).map(({ id, how }) => [id, how]);
    assert.deepEqual(
      found.sort(),
      [
        [idOf('ann'), 'protected'],
        [idOf('cyd'), 'linked'],
      ].sort(),
    );
    // The doubtful one is still on the list, and the end of its wait is told when it comes.
    pass(HOUR);
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').where({ id: ids.bob }).delete(),
    );
    assert.equal(await observeEnds(product.core), 1);
  });

  it('is found among more than one statement takes', async () => {
    const before = (await settled()).length;
    const count = 450;
    const names = Array.from({ length: count }, (_, at) => `many${at}@contoso.example`);
    for (let from = 0; from < count; from += 150) {
      const rows = names
        .slice(from, from + 150)
        .map((login) => ({ login, email: login, display_name: login, enabled: true }));
      await product.database.transaction(({ knex }) => knex('users').withSchema('app').insert(rows));
    }
    const at = product.database.dialect.bindInstant(product.now);
    const made = (await rowsOf(product, 'app.users')).filter(({ login }) => String(login).startsWith('many'));
    for (let from = 0; from < count; from += 150) {
      const rows = made.slice(from, from + 150).map(({ id, login }) => ({
        ...{
          identity_id: randomUUID(),
          service_account_id: entra.id,
          user_name: login,
          host_user_id: String(id),
        },
        ...{ created_at: at, updated_at: at, deprovisioned_at: at, deprovision_reason: 'deleted' },
      }));
      await product.database.transaction(({ knex }) => knex('identity').withSchema('scim').insert(rows));
    }
    await observeEnds(product.core);
    pass(HOUR);
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').update({ enabled: false }),
    );

    const found = await observeEnds(product.core);

    assert.deepEqual([found, (await settled()).length], [count, before + count]);
  });
});
