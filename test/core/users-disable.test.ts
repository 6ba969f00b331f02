import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { readSeats } from '../../src/core/seats.js';
import { chooseUsers, disableUser } from '../../src/core/users/disable.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { allowTwins } from '../support/databases/odd-host.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, shutOut, trace } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

const ZOE = 'zoe.mueller@contoso.example';
const DAY_MS = 86_400_000;

forEachEngine('the manual disable of a host user', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  before(async () => {
    product = await freshProduct(engine);
    [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
  });
  after(() => product.close());
  beforeEach(() =>
    product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      const enabled = { enabled: true, licence_type: 'Concurrent' };
      await knex('users').withSchema('app').where({ id: 4 }).update(enabled);
    }),
  );

  const left = (idp: Idp, hostUserId = '4', daysAgo = 3) => {
    const at = new Date(product.now.getTime() - daysAgo * DAY_MS);
    return link(product, idp, hostUserId, { deprovisionedAt: at, deprovisionReason: 'disabled' });
  };
  const zoe = async () => (await rowsOf(product, 'app.users')).find(({ id }) => Number(id) === 4);
  const events = async (action: string) => {
    const all = (await rowsOf(product, 'scim.event')).filter((event) => event.action === action);
    return all.sort((a, b) => Number(a.seq) - Number(b.seq));
  };
  const freeSeats = async () =>
    Object.fromEntries((await readSeats(product.core)).map(({ licenceType, free }) => [licenceType, free]));
  const refusal = async (reference: string) => (await problemOf(disableUser(product.core, reference))).code;

  it('shuts the user out, frees the seat and takes the user off the list, with one event', async () => {
    await left(entra);
    const [before, seats] = [await events('user.disable'), await freeSeats()];

    const disabled = await disableUser(product.core, ZOE.toUpperCase());

    assert.deepEqual(disabled, {
      userId: '4',
      loginName: ZOE,
      email: ZOE,
      displayName: 'Zoë Müller',
      enabled: false,
      changed: true,
      licenceFreed: 'Concurrent',
      idp: 'entra',
    });
    const row = await zoe();
    assert.deepEqual([Boolean(row?.enabled), row?.licence_type], [false, null]);
    assert.deepEqual(await pendingUsers(product.core), []);
    assert.equal((await freeSeats()).Concurrent, (seats.Concurrent ?? 0) + 1);
    const written = (await events('user.disable')).slice(before.length);
    assert.deepEqual(
      written.map(({ outcome, target_type, target_id, target_name }) => [
        outcome,
        target_type,
        target_id,
        target_name,
      ]),
      [['done', 'user', '4', ZOE]],
    );
    const { since, ...details } = JSON.parse(String(written[0]?.details));
    assert.deepEqual(details, {
      idp: 'entra',
      reason: 'disabled',
      before: trace(ZOE),
      after: shutOut(ZOE),
      licenceFreed: 'Concurrent',
    });
    assert.equal(new Date(since).getTime(), product.now.getTime() - 3 * DAY_MS);
  });

  it('keeps in the trail why the administrator did it', async () => {
    await left(entra);

    await disableUser(product.core, ZOE, { remark: 'CHG-1042' });

    const [event] = (await events('user.disable')).slice(-1);
    const { remark, reason } = JSON.parse(String(event?.details));
    assert.deepEqual([remark, reason], ['CHG-1042', 'disabled']);
  });

  it('names who deprovisioned the user last, where several did', async () => {
    await left(entra, '4', 9);
    await left(okta, '4', 2);

    assert.equal((await disableUser(product.core, '4')).idp, 'okta');
  });

  it('leaves one who is disabled already as it is, without an event', async () => {
    await left(entra);
    await disableUser(product.core, '4');
    const before = await events('user.disable');

    const again = await disableUser(product.core, ZOE);

    assert.deepEqual(
      [again.changed, again.enabled, again.licenceFreed, again.idp],
      [false, false, null, null],
    );
    assert.deepEqual(await events('user.disable'), before);
  });

  it('can be rehearsed', async () => {
    await left(entra);
    const before = await events('user.disable');

    const rehearsed = await disableUser(product.core, '4', { dryRun: true });

    assert.equal(rehearsed.changed, true);
    assert.equal(Boolean((await zoe())?.enabled), true);
    assert.deepEqual(await events('user.disable'), before);
  });

  it('is refused for whoever is not pending, and the refusal is on record', async () => {
    assert.equal(await refusal(ZOE), 'user-not-pending');
    await link(product, entra, '4');
    assert.equal(await refusal(ZOE), 'user-not-pending');
    await left(okta); // Okta let go of the user, Entra did not.
    assert.equal(await refusal(ZOE), 'user-not-pending');

    assert.equal(Boolean((await zoe())?.enabled), true);
    const last = (await events('user.disable')).at(-1);
    assert.deepEqual([last?.outcome, last?.target_name], ['refused', ZOE]);
  });

  it('is refused for a protected user, linked and deprovisioned or not', async () => {
    await left(entra, '1');

    assert.equal(await refusal('admin'), 'user-protected');
    assert.equal(await refusal('1'), 'user-protected');
  });

  it('is refused for a name that nobody has, or half of one', async () => {
    await left(entra);

    for (const name of ['nobody@contoso.example', 'zoe', '', '444', "4' or '1'='1"]) {
      assert.equal(await refusal(name), 'user-unknown', name);
    }
  });

  it('is refused for a name that several have', async () => {
    const shared = 'team@contoso.example';
    const set = (email: Record<number, string>) =>
      product.database.transaction(async ({ knex }) => {
        for (const [id, value] of Object.entries(email))
          await knex('users').withSchema('app').where({ id }).update({ email: value });
      });
    await left(entra);
    await set({ 3: shared, 4: shared });

    const problem = await problemOf(disableUser(product.core, shared));
    await set({ 3: 'Maria.Rossi@Contoso.example', 4: ZOE });

    assert.equal(problem.code, 'user-reference-ambiguous');
    assert.match(problem.message, /: 3, 4\.$/);
  });

  it('chooses all before the first is disabled', async () => {
    await left(entra);
    const known = await chooseUsers(product.core, [ZOE, '4']);

    assert.deepEqual(
      known.map(({ userId }) => userId),
      ['4'],
    );
    assert.equal((await problemOf(chooseUsers(product.core, ['4', 'admin']))).code, 'user-protected');
  });

  it('never shuts out a user whom the IdP lets in again at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      await product.database.transaction(({ knex }) => knex('identity').withSchema('scim').delete());
      await product.database.transaction(({ knex }) =>
        knex('users')
          .withSchema('app')
          .where({ id: 4 })
          .update({ enabled: true, licence_type: 'Concurrent' }),
      );
      const id = await left(entra);
      const enabling = changeUser(product.core, entra, id, (user) => ({ ...user, active: true }));
      const disabling = disableUser(product.core, '4').catch((error: { code?: string }) => error.code);
      const [{ user }, disabled] = await Promise.all([enabling, disabling]);

      assert.equal(user.active, true);
      const row = await zoe();
      assert.deepEqual([Boolean(row?.enabled), row?.licence_type !== null], [true, true]);
      if (typeof disabled === 'string') assert.equal(disabled, 'user-not-pending');
    }
  });

  it('takes the login that is typed to the letter where another differs from it in case', async () => {
    await allowTwins(product);
    const [lower, upper] = ['twin@contoso.example', 'TWIN@contoso.example'];
    await left(entra, await addHostUser(product, lower));
    const other = await addHostUser(product, 'other-twin@contoso.example');
    await left(entra, other);
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(other) })
        .update({ login: upper }),
    );
    assert.equal((await disableUser(product.core, upper)).loginName, upper);
    assert.equal(await refusal('Twin@contoso.example'), 'user-reference-ambiguous');
    assert.equal((await disableUser(product.core, lower)).loginName, lower);
  });
});

forEachEngine(
  'a host application that does not let itself be written',
  (engine) => {
    it('makes the disable fail, whole, instead of pretending', async () => {
      const product = await freshProduct(engine);
      const entra = await addIdp(product, 'entra');
      await link(product, entra, '4', { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
      await product.database.transaction(({ knex }) =>
        knex.raw(
          `create or replace function app.write_host_user() returns trigger language plpgsql as $$ begin return new; end $$`,
        ),
      );

      const problem = await problemOf(disableUser(product.core, '4'));
      assert.equal(problem.code, 'host-write-ignored');
      await product.close();
    });
  },
  { only: ['embedded', 'postgres'] },
);
