import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isSyncRefusal } from '../../src/core/preflight/foresee.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import { linkByHand } from '../../src/core/users/link.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { Problem } from '../../src/problem.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import {
  DISABLES,
  INACTIVE,
  SCENARIOS,
  type Steps,
  type AccountUpdate as Update,
} from '../support/people/links-before.js';
import { addHostUser, changeHostUser, hostUser, person, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

forEachEngine('what a sync would do with links that are there', (engine) => {
  let product: Product;
  let entra: Idp;
  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    await setSeats(product, 'Concurrent', 1000);
  });
  after(() => product.close());

  async function set(update: Update): Promise<Idp> {
    const { adoptDisabled = 'enable', deprovisionPolicy = 'manual', maxDepartures = null } = update;
    await updateAccount(product.core, 'entra', { adoptDisabled, deprovisionPolicy, maxDepartures });
    const limit = maxDepartures && { ...maxDepartures, releasedAt: null };
    return { ...entra, adoptsDisabled: adoptDisabled === 'enable', deprovisionPolicy, departureLimit: limit };
  }

  const steps = (idp: Idp): Steps => ({
    made: async (profile) => (await createUser(product.core, idp, profile)).user.id,
    left: async (id) => {
      product.now = new Date(product.now.getTime() + 10);
      return changeUser(product.core, idp, id, (now) => ({ ...now, active: false, says: false }));
    },
    deleted: (id) => deleteUser(product.core, idp, id),
    linkedByHand: (account, externalId) =>
      linkByHand(product.core, { account, idp: 'entra', externalId, userName: account }),
    account: (name, columns) => addHostUser(product, name, columns),
    changed: (name, columns) => changeHostUser(product, name, columns),
    gone: (name) =>
      product.database.transaction(({ knex }) =>
        knex('users').withSchema('app').where({ login: name }).delete(),
      ),
  });

  const accounts = async () =>
    new Map((await rowsOf(product, 'scim.host_user')).map((row) => [String(row.user_id), row]));
  const pendingIds = async () => new Set((await pendingUsers(product.core)).map(({ userId }) => userId));

  /** The link that the IdP finds when it asks for the user. */
  async function foundBy({ externalId, userName }: Profile): Promise<string | undefined> {
    const links = (await rowsOf(product, 'scim.identity')).filter(
      (row) => row.deprovision_reason !== 'deleted' && row.superseded_at === null && row.unlinked_at === null,
    );
    const found =
      links.find((row) => externalId !== null && row.external_id === externalId) ??
      links.find((row) => String(row.user_name).toLowerCase() === userName.toLowerCase());
    return found && String(found.identity_id).toLowerCase();
  }

  const changed = (idp: Idp, id: string, { attributes, ...profile }: Profile) => {
    const states = Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== null));
    return changeUser(product.core, idp, id, (now) => ({ ...now, ...states, states, says: profile.active }));
  };

  /** What an IdP does that creates first, and one that asks first. */
  const WAYS = {
    'creates first': async (idp: Idp, profile: Profile) => {
      try {
        await createUser(product.core, idp, profile);
      } catch (error) {
        const id = await foundBy(profile);
        const isThere = error instanceof Problem && ['user-exists', 'profile-invalid'].includes(error.code);
        if (!isThere || id === undefined) throw error;
        await changed(idp, id, profile);
      }
    },
    'asks first': async (idp: Idp, profile: Profile) => {
      const id = await foundBy(profile);
      await (id === undefined ? createUser(product.core, idp, profile) : changed(idp, id, profile));
    },
  };

  /** The sync itself; what it does to accounts as the preflight announces it. */
  async function observed(sync: () => Promise<unknown>) {
    const [before, pending] = [await accounts(), await pendingIds()];
    let refused: string | undefined;
    try {
      await sync();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused = error.code;
    }
    const [after, pendingAfter] = [await accounts(), await pendingIds()];
    const isOn = (row: Record<string, unknown> | undefined) => Number(row?.is_enabled) === 1;
    const added = [...after.keys()].filter((id) => !before.has(id));
    const isSeated = (row: Record<string, unknown> | undefined) => isOn(row) && row?.licence_type !== null;
    const seats = [...after].filter(([id, row]) => isSeated(row) && !isSeated(before.get(id)));
    const changes = [...after].flatMap(([id, row]) => {
      const was = before.get(id);
      if (!was) return [];
      const fields: [string, unknown, unknown][] = [
        ['loginName', was.login_name, row.login_name],
        ['email', was.email, row.email],
        ['displayName', was.display_name, row.display_name],
        ['enabled', isOn(was), isOn(row)],
        ['licenceType', was.licence_type, row.licence_type],
        ['ssoProviderId', was.sso_provider_id, row.sso_provider_id],
      ];
      const different = fields.filter(([, from, to]) => from !== to);
      return different.length === 0
        ? []
        : [[id, Object.fromEntries(different.map(([field, from, to]) => [field, [from, to]]))]];
    });
    const becomePending = [...pendingAfter].filter((id) => !pending.has(id));
    return { refused, created: added.length, seats: seats.length, changes, becomePending };
  }

  let count = 0;
  for (const [what, { idp: update = {}, given, line, expected, createsFirst }] of Object.entries(SCENARIOS)) {
    describe(what, () => {
      for (const [way, sync] of Object.entries(WAYS)) {
        if (createsFirst && sync !== WAYS['creates first']) continue;
        it(`is announced: ${expected}, for an IdP that ${way}`, async () => {
          const name = `n${++count}`;
          const idp = await set(update);
          await given(name, steps(await set({})));
          await set(update);
          product.now = new Date(product.now.getTime() + 1_000);
          const profile = line(name);

          const { people, summary } = await preflight(product.core, [{ at: 1, profile }], { idp: 'entra' });
          const [one] = people;
          assert.ok(one);
          const did = await observed(() => sync(idp, profile));

          assert.equal(one.outcome, expected, one.detail);
          assert.equal(did.refused !== undefined, isSyncRefusal(one.outcome), did.refused);
          assert.equal(did.created, summary.toCreate);
          assert.equal(did.seats, summary.seatsNeeded);
          const isChanged = Object.keys(one.changes).length > 0;
          assert.deepEqual(did.changes, isChanged ? [[one.userId, one.changes]] : []);
          assert.deepEqual(did.becomePending, one.becomesPending ? [one.userId] : []);
        });
      }
    });
  }

  it('counts the departures before each, and says which accounts the limit leaves enabled', async () => {
    const names = ['d1', 'd2', 'd3', 'd4'];
    const maxDepartures = { max: 2, windowMs: 3_600_000, percent: null };
    const idp = await set({ ...DISABLES, maxDepartures });
    product.now = new Date(product.now.getTime() + 2 * maxDepartures.windowMs);
    for (const name of names) await createUser(product.core, idp, person(name));
    const back = await createUser(product.core, idp, person('back'));
    product.now = new Date(product.now.getTime() + 1_000);
    await changed(idp, back.user.id, person('back', INACTIVE));
    // One departure of the window counts, until its user comes back.
    const lines = [
      person('d1', INACTIVE),
      person('d2', INACTIVE),
      person('back'),
      person('d3', INACTIVE),
      person('d4'),
    ].map((profile, at) => ({ at, profile }));

    const { people, summary } = await preflight(product.core, lines, { idp: 'entra' });

    const states: boolean[] = [];
    for (const { profile } of lines) {
      await WAYS['asks first'](idp, profile);
      states.push(Boolean((await hostUser(product, profile.userName)).enabled));
    }
    assert.deepEqual(states, [false, true, true, true, true]);
    assert.deepEqual(
      people.map(({ changes, becomesPending }) => [changes.enabled?.[1], becomesPending]),
      [
        [false, false],
        [undefined, true],
        [true, false],
        [undefined, true],
        [undefined, false],
      ],
    );
    assert.deepEqual([summary.toEnable, summary.toDisable, summary.becomePending], [1, 1, 2]);
    assert.match(people[1]?.detail ?? '', /^The departure limit \(2\/1h\) keeps the account enabled\.$/);
  });

  it('takes a share of the links in force, of those too that are made before', async () => {
    const okta = await addIdp(product, 'okta');
    const departureLimit = { max: 0, windowMs: 3_600_000, percent: 30 };
    await updateAccount(product.core, 'okta', { ...DISABLES, maxDepartures: departureLimit });
    const idp: Idp = { ...okta, ...DISABLES, departureLimit: { ...departureLimit, releasedAt: null } };
    for (const name of ['share.1', 'share.2']) await createUser(product.core, idp, person(name));
    product.now = new Date(product.now.getTime() + 1_000);
    const leaver = person('share.1', INACTIVE);
    const entering = [person('share.3'), person('share.4')];
    const announced = async (profiles: Profile[]) => {
      const lines = profiles.map((profile, at) => ({ at, profile }));
      const { people } = await preflight(product.core, lines, { idp: 'okta' });
      return people.find(({ active }) => !active)?.becomesPending;
    };

    assert.equal(await announced([leaver, ...entering]), true);
    assert.equal(await announced([...entering, leaver]), false);
    for (const profile of [...entering, leaver]) await WAYS['asks first'](idp, profile);
    assert.equal(Boolean((await hostUser(product, leaver.userName)).enabled), false);
  });
});
