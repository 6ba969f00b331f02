import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { toTheEnd } from '../../src/cli/output/pages.js';
import { createAuthenticate, recognise } from '../../src/core/authentication/authenticate.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { releaseHeldBack, reviewHeldBack } from '../../src/core/users/release.js';
import { dumpOf } from '../support/databases/dump.js';
import { hostRules } from '../support/databases/odd-host.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { type ReleaseReport, releasedBy } from '../support/databases/released.js';
import { forEachEngine } from '../support/engines.js';
import { shutOut } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';

/** More than a release disables in one transaction. */
const MANY = 320;

const nameOf = (n: number) => `many-${n}@contoso.example`;

forEachEngine('idp release', (engine) => {
  let product: Product;
  let okta: Idp;
  /** Ids of host users. */
  let people: string[];
  let token: string;

  before(async () => {
    product = await freshProduct(engine);
    await addServiceAccount(product.core, {
      name: 'entra',
      kind: 'entra',
      deprovisionPolicy: 'disable',
      maxDepartures: { max: 2, windowMs: 3_600_000, percent: null },
    });
    okta = await addIdp(product, 'okta');
    token = (await createToken(product.core, 'entra', { expiresInMs: null })).token;
    await product.database.transaction(async ({ knex }) => {
      const users = Array.from({ length: MANY }, (_, at) => ({
        login: nameOf(at),
        email: nameOf(at),
        display_name: `Many ${at}`,
        enabled: true,
        protected: false,
      }));
      await knex.batchInsert('app.users', users, 100);
    });
    people = (await rowsOf(product, 'app.users'))
      .filter(({ login }) => String(login).startsWith('many-'))
      .sort((a, b) => Number(a.id) - Number(b.id))
      .map(({ id }) => String(id));
  });
  after(() => product.close());
  beforeEach(async () => {
    product.now = new Date(product.now.getTime() + 86_400_000);
    await product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      await knex('users').withSchema('app').whereIn('id', people).update({ enabled: true });
    });
  });

  const run = (...words: string[]) =>
    runHere(words, { env: { SCIMCTL_DATABASE: product.url }, clock: () => product.now });
  const release = async (...words: string[]) => {
    const { code, stdout, stderr } = await run('idp', 'release', 'entra', ...words, '-o', 'json');
    assert.notEqual(stdout, '', stderr);
    return { code, stderr, done: JSON.parse(stdout) as ReleaseReport };
  };
  /** The IdP as the endpoint knows it at this moment. */
  const entra = async (): Promise<Idp> => {
    const recognised = recognise({ method: 'bearer', secret: token });
    assert('presented' in recognised);
    const admitted = await createAuthenticate(product.core)(recognised);
    assert('credential' in admitted);
    return admitted.idp;
  };
  const linked = async (...userIds: string[]) => {
    const idp = await entra();
    const ids: string[] = [];
    for (const id of userIds) ids.push(await link(product, idp, id, { externalId: `object-${id}` }));
    return ids;
  };
  const depart = async (...identityIds: string[]) => {
    // No two requests come at the very same instant.
    product.now = new Date(product.now.getTime() + 1);
    for (const id of identityIds) {
      await changeUser(product.core, await entra(), id, (user) => ({ ...user, active: false, says: false }));
    }
  };
  /** Links that are held back already, of so many people. */
  const held = async (userIds: readonly string[]) => {
    const idp = await entra();
    const at = product.now;
    for (const id of userIds) {
      await link(product, idp, id, {
        deprovisionedAt: at,
        deprovisionReason: 'disabled',
        departedAt: at,
        heldBackAt: at,
      });
    }
  };
  const enabled = async () =>
    (await rowsOf(product, 'app.users'))
      .filter((row) => people.includes(String(row.id)) && Boolean(row.enabled))
      .map(({ id }) => String(id))
      .sort((a, b) => Number(a) - Number(b));
  const stillHeld = async () =>
    (await rowsOf(product, 'scim.identity')).filter((row) => row.held_back_at !== null).length;
  const pendingHeld = async () => {
    const { stdout } = await run('users', 'pending', '--idp', 'entra', '-o', 'json');
    return (JSON.parse(stdout) as { userId: string; heldBack: boolean }[])
      .filter(({ heldBack }) => heldBack)
      .map(({ userId }) => userId);
  };
  const eventsSince = async (count: number) =>
    (await rowsOf(product, 'scim.event'))
      .sort((a, b) => Number(a.seq) - Number(b.seq))
      .slice(count)
      .map(({ action, outcome, target_name, details }) => ({
        action,
        outcome,
        target: target_name,
        details: JSON.parse(String(details)),
      }));
  const countEvents = async () => (await rowsOf(product, 'scim.event')).length;

  it('disables the accounts that were held back, each with its event, and starts the count again', async () => {
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = people;
    const ids = await linked(first, second, third, fourth, fifth);
    await depart(...ids.slice(0, 4));
    assert.deepEqual((await enabled()).slice(0, 3), [third, fourth, fifth]);
    assert.deepEqual((await pendingHeld()).sort(), [third, fourth].sort());
    const before = await countEvents();

    const { code, done } = await release('--yes');

    assert.equal(code, 0);
    const { users, releasedAt, ...counts } = done;
    assert.deepEqual(counts, { idp: 'entra', disabled: 2, failed: 0, notPending: 0, heldBack: 0 });
    assert.equal(releasedAt, product.now.toISOString());
    assert.deepEqual(
      users.map(({ userId, loginName, enabled, changed, problem }) => [
        userId,
        loginName,
        enabled,
        changed,
        problem,
      ]),
      [
        [third, 'many-2@contoso.example', false, true, null],
        [fourth, 'many-3@contoso.example', false, true, null],
      ],
    );
    assert.equal((await enabled())[0], fifth);
    assert.deepEqual(await pendingHeld(), []);

    const events = await eventsSince(before);
    assert.deepEqual(
      events.map(({ action, outcome, target }) => [action, outcome, target]),
      [
        ['user.disable', 'done', 'many-2@contoso.example'],
        ['user.disable', 'done', 'many-3@contoso.example'],
        ['idp.release', 'done', 'entra'],
      ],
    );
    const { before: was, after: is, since, ...rest } = events[0]?.details ?? {};
    assert.deepEqual(rest, { idp: 'entra', reason: 'disabled', heldBack: true });
    assert.equal(since, product.now.toISOString());
    assert.deepEqual([was.enabled, is.enabled], [true, false]);
    assert.deepEqual(events.at(-1)?.details, {
      maxDepartures: '2/1h',
      disabled: 2,
      failed: 0,
      notPending: 0,
      heldBack: 0,
    });

    product.now = new Date(product.now.getTime() + 1000);
    await depart(...ids.slice(4));
    assert.equal((await enabled()).includes(fifth), false);
    assert.equal(await stillHeld(), 0);
  });

  it('shows first what it would do, changes nothing unless it is confirmed', async () => {
    await held(people.slice(0, 3));
    const before = await dumpOf(product.database);

    const rehearsed = await release('--dry-run');
    assert.deepEqual([rehearsed.code, rehearsed.done.disabled, rehearsed.done.users.length], [0, 3, 3]);
    assert.match(
      rehearsed.stderr,
      /^Dry run: nothing was changed\. Result without --dry-run: 3 accounts disabled\./m,
    );
    for (const words of [[], ['--confirm', 'okta'], ['--confirm', 'okta', '--yes']]) {
      const { code, stderr } = await run('idp', 'release', 'entra', ...words);
      assert.equal(code, 2);
      assert.match(stderr, /This disables 3 accounts of IdP entra and frees their licence seats\./);
      assert.match(stderr, /\[confirmation-missing\]\n {2}Add --confirm entra to confirm/);
    }
    assert.equal(await dumpOf(product.database), before);

    assert.equal((await release('--confirm', 'entra')).done.disabled, 3);
  });

  it('leaves alone what is pending and was not held back, and what was held back and is not pending', async () => {
    const [notHeld = '', back = '', other = '', byHand = '', gone = '', due = ''] = people;
    const idp = await entra();
    await link(product, idp, notHeld, { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
    await held([other, byHand, gone, due]);
    await link(product, okta, other);
    await product.database.transaction(async ({ knex }) => {
      await knex('users').withSchema('app').where({ id: byHand }).update({ enabled: false });
      await knex('identity')
        .withSchema('scim')
        .where({ host_user_id: gone })
        .update({ host_user_id: '999999' });
    });
    await linked(back);

    const { done } = await release('--yes');

    assert.deepEqual([done.disabled, done.notPending, done.failed, done.heldBack], [1, 3, 0, 0]);
    assert.deepEqual(
      done.users.map(({ userId }) => userId),
      [due],
    );
    assert.deepEqual((await enabled()).slice(0, 4), [notHeld, back, other, gone]);
    assert.equal(await stillHeld(), 0);
  });

  it('does the rest where the host application refuses one, and that one when it is run again', async () => {
    const some = people.slice(0, 7);
    const stubborn = some[4] ?? '';
    await held(some);
    const off = engine.name === 'mssql' ? '0' : 'false';
    await product.test.query(
      `alter table app.users add constraint users_stubborn check (not (id = ${stubborn} and enabled = ${off}))`,
    );
    const before = await countEvents();

    const { code, stderr, done } = await release('--yes');

    assert.equal(code, 1);
    assert.match(stderr, /The host application refused to disable 1 account\./);
    assert.deepEqual([done.disabled, done.failed, done.heldBack], [6, 1, 1]);
    assert.deepEqual(
      done.users.filter(({ enabled }) => enabled).map(({ userId, problem }) => [userId, problem]),
      [[stubborn, 'host-refused']],
    );
    assert.equal((await enabled())[0], stubborn);
    const refused = (await eventsSince(before)).filter(({ outcome }) => outcome === 'refused');
    assert.deepEqual(
      refused.map(({ action, target, details }) => [action, target, details.code]),
      [['user.disable', 'many-4@contoso.example', 'host-refused']],
    );

    await product.test.query('alter table app.users drop constraint users_stubborn');
    const again = await release('--yes');
    assert.deepEqual([again.code, again.done.disabled, again.done.heldBack], [0, 1, 0]);
    assert.equal((await enabled()).includes(stubborn), false);
  });

  it('reads each of them back, seats and all, and tells in each event what came of it', async () => {
    const some = people.slice(0, 6);
    const seated = some.slice(0, 3);
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').whereIn('id', seated).update({ licence_type: 'Dedicated' }),
    );
    await held(some);
    const before = await countEvents();
    await hostRules(product, { ignores: ['licence_type'] });

    const { code, done } = await release('--yes');

    assert.deepEqual([code, done.disabled, done.failed, done.heldBack], [1, 3, 3, 3]);
    assert.deepEqual(
      done.users.map(({ userId, problem, licenceFreed }) => [userId, problem, licenceFreed]),
      some.map((id) => [id, seated.includes(id) ? 'host-write-ignored' : null, null]),
    );
    assert.deepEqual((await enabled()).slice(0, 3), seated);

    await hostRules(product);
    const again = await release('--yes');

    assert.deepEqual([again.code, again.done.disabled, again.done.heldBack], [0, 3, 0]);
    assert.deepEqual(
      again.done.users.map(({ licenceFreed }) => licenceFreed),
      ['Dedicated', 'Dedicated', 'Dedicated'],
    );
    const told = (await eventsSince(before)).filter(({ action }) => action === 'user.disable');
    assert.deepEqual(
      told.map(({ target, outcome, details }) => [
        target,
        outcome,
        details.code ?? details.licenceFreed ?? null,
        details.after ?? null,
      ]),
      [
        ...[0, 1, 2].map((n) => [nameOf(n), 'refused', 'host-write-ignored', null]),
        ...[3, 4, 5].map((n) => [nameOf(n), 'done', null, shutOut(nameOf(n), { ssoProviderId: null })]),
        ...[0, 1, 2].map((n) => [
          nameOf(n),
          'done',
          'Dedicated',
          shutOut(nameOf(n), { ssoProviderId: null }),
        ]),
      ],
    );
  });

  it('disables them all, whether anybody reads of it or not', async () => {
    await held(people);
    const review = await reviewHeldBack(product.core, 'entra');
    const { pages, end } = toTheEnd(releaseHeldBack(product.core, review), () => undefined);
    for await (const page of pages) {
      assert.ok(page.length < MANY);
      break;
    }
    assert.equal((await end()).disabled, MANY);
    assert.deepEqual(await enabled(), []);
  });

  it('goes on where it was interrupted', async () => {
    await held(people);
    const review = await reviewHeldBack(product.core, 'entra');
    assert.deepEqual([review.pending, review.ids.length, review.first.length], [MANY, MANY, 50]);
    for await (const page of releaseHeldBack(product.core, review)) {
      assert.ok(page.length > 0);
      break;
    }
    const rest = (await enabled()).length;
    assert.equal(rest > 0 && rest < MANY, true, String(rest));
    assert.equal(await stillHeld(), rest);

    const { code, done } = await release('--yes');
    assert.deepEqual([code, done.disabled, done.heldBack], [0, rest, 0]);
    assert.deepEqual(await enabled(), []);
  });

  it('holds back what departs after the review', async () => {
    const ids = await linked(...people.slice(0, 5));
    await depart(...ids.slice(0, 4));
    const review = await reviewHeldBack(product.core, 'entra');
    await depart(...ids.slice(4));

    const done = await releasedBy(releaseHeldBack(product.core, review));

    assert.deepEqual([done.disabled, done.heldBack], [2, 1]);
    assert.deepEqual(await pendingHeld(), [people[4]]);
    assert.equal((await release('--yes')).done.disabled, 1);
  });

  it('never disables one whom the IdP lets in again at the same moment', async () => {
    const [one = ''] = people;
    for (let round = 0; round < 3; round++) {
      product.now = new Date(product.now.getTime() + 86_400_000);
      await product.database.transaction(({ knex }) => knex('identity').withSchema('scim').delete());
      await held([one]);
      const [row] = await rowsOf(product, 'scim.identity');
      const idp = await entra();
      const review = await reviewHeldBack(product.core, 'entra');
      const [{ user }] = await Promise.all([
        changeUser(product.core, idp, String(row?.identity_id), (now) => ({ ...now, active: true })),
        releasedBy(releaseHeldBack(product.core, review)),
      ]);
      assert.equal(user.active, true);
      assert.equal((await enabled()).includes(one), true);
    }
  });

  it('says so where there is nothing to release, and writes no event', async () => {
    const before = await countEvents();
    for (const name of ['entra', 'okta']) {
      const { code, stderr } = await run('idp', 'release', name);
      assert.equal(code, 0);
      assert.match(
        stderr,
        new RegExp(`No departure counts towards the limit of IdP ${name} at the moment\\.`),
      );
    }
    assert.equal(await countEvents(), before);
    assert.equal((await run('idp', 'release', 'nobody')).code, 1);
  });

  it('comes before the IdP is removed', async () => {
    const [held_ = ''] = people;
    const { id } = await addServiceAccount(product.core, { name: 'leaving', kind: 'generic' });
    const at = product.now;
    const left = { deprovisionedAt: at, deprovisionReason: 'disabled', heldBackAt: at } as const;
    await link(product, { ...okta, id }, held_, left);

    const { code, stderr } = await run('idp', 'remove', 'leaving', '--confirm', 'leaving');

    assert.equal(code, 1, stderr);
    assert.match(stderr, /The departure limit of IdP leaving holds back 1 departure,/);
    assert.match(stderr, /`scimctl idp release leaving`/);
    assert.equal((await run('idp', 'release', 'leaving', '--yes')).code, 0);
    assert.equal((await run('idp', 'remove', 'leaving', '--confirm', 'leaving')).code, 0);
  });

  it('starts the count again where departures count and none is held back', async () => {
    const ids = await linked(...people.slice(0, 3));
    await depart(...ids.slice(0, 2));

    const { code, done } = await release();
    assert.deepEqual([code, done.disabled], [0, 0]);
    assert.notEqual(done.releasedAt, null);

    product.now = new Date(product.now.getTime() + 1000);
    await depart(...ids.slice(2));
    assert.equal(await stillHeld(), 0);
  });
});
