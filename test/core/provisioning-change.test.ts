import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp, Profile, ProvisionedUser } from '../../src/core/provisioning/types.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { operationProblem } from '../../src/problem.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import {
  addHostUser,
  changeHostUser,
  disabling,
  eventsOf,
  hostUser,
  person,
  seatsUsed,
  setSeats,
  shutOut,
  trace,
} from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('a provisioned user', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  before(async () => {
    product = await freshProduct(engine);
    await setSeats(product, 'Concurrent', 500);
    [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
  });
  after(() => product.close());

  const make = async (name: string, more: Partial<Profile> = {}, idp = entra) =>
    (await createUser(product.core, idp, person(name, more))).user;

  /** Changes what is given, and makes sure that what is answered is what is read. */
  async function set(user: ProvisionedUser, change: Partial<Profile>, idp = entra) {
    product.now = new Date(product.now.getTime() + 10);
    const changed = await changeUser(product.core, idp, user.id, (current) => ({ ...current, ...change }));
    assert.deepEqual(await readUser(product.core, idp, user.id), changed.user);
    return changed;
  }
  const refusal = async (user: ProvisionedUser, change: Partial<Profile>, idp = entra) =>
    (await problemOf(changeUser(product.core, idp, user.id, (current) => ({ ...current, ...change })))).code;
  const loginOf = async ({ hostUserId }: ProvisionedUser) =>
    String((await rowsOf(product, 'app.users')).find(({ id }) => String(id) === hostUserId)?.login);
  const stateOf = async (login: string) => {
    const { enabled, licence_type } = await hostUser(product, login);
    return [Boolean(enabled), licence_type];
  };
  const pendingLogins = async () => (await pendingUsers(product.core)).map(({ loginName }) => loginName);

  it('changes in all that the IdP changes, and the event names what', async () => {
    const user = await make('changing', { attributes: { title: 'QA', locale: 'de' } });

    const events = await eventsOf(product, async () => {
      const change = {
        userName: 'changed@upn.example',
        externalId: 'changed-object',
        email: 'Changed@contoso.example',
        displayName: 'Changed',
        givenName: 'Ch',
        familyName: 'Anged',
        attributes: { title: 'Lead', nickName: 'C' },
      };
      const changed = await set(user, change);
      assert.equal(changed.changed, true);
      assert.deepEqual(changed.user, { ...user, ...change, updatedAt: product.now });
    });

    const row = await hostUser(product, 'Changed@contoso.example');
    assert.equal(row.login, 'Changed@contoso.example');
    assert.deepEqual(
      [row.email, row.display_name, row.first_name, row.last_name],
      ['Changed@contoso.example', 'Changed', 'Ch', 'Anged'],
    );
    assert.deepEqual(events, [
      {
        action: 'user.update',
        outcome: 'done',
        targetName: 'changed@upn.example',
        details: {
          hostUserId: user.hostUserId,
          changed: [
            'userName',
            'externalId',
            'emails',
            'displayName',
            'name.givenName',
            'name.familyName',
            'title',
            'locale',
            'nickName',
          ],
          externalId: ['object-changing', 'changed-object'],
          before: trace('changing@contoso.example'),
          after: trace('Changed@contoso.example'),
        },
      },
    ]);
  });

  it('has what was taken away no more, but for the name that the host must have', async () => {
    const user = await make('taken', { givenName: 'T', familyName: 'Aken', displayName: 'T. Aken' });

    const { user: now } = await set(user, { givenName: null, displayName: null });
    assert.deepEqual([now.givenName, now.displayName], [null, 'Aken']);

    const nameless = await set(user, { familyName: null, displayName: null, email: null });
    assert.deepEqual(
      [nameless.user.familyName, nameless.user.displayName, nameless.user.email],
      [null, 'Aken', null],
    );
    assert.equal(await loginOf(user), 'taken@contoso.example');
  });

  it('is not written where nothing is different', async () => {
    const user = await make('same', { attributes: { a: { x: 1, y: [true, null] } } });
    await changeHostUser(product, 'same@contoso.example', { login: 'renamed.by.hand' });
    const before = await rowsOf(product, 'app.users');

    const events = await eventsOf(product, async () => {
      const { user: now, changed } = await set(user, { attributes: { a: { y: [true, null], x: 1 } } });
      assert.equal(changed, false);
      assert.deepEqual(now, user);
    });

    assert.deepEqual(events, []);
    assert.deepEqual(await rowsOf(product, 'app.users'), before);
  });

  it('is written only in what is different: the application’s own changes stay', async () => {
    const user = await make('kept', { displayName: 'Kept' });
    await changeHostUser(product, 'kept@contoso.example', { login: 'kept.by.hand', last_name: 'Hand' });

    const { user: now } = await set(user, { displayName: 'Kept more' });

    assert.equal(now.familyName, 'Hand');
    assert.equal(await loginOf(user), 'kept.by.hand');
  });

  it('is refused a name that another user of the IdP has', async () => {
    const user = await make('unique');
    await make('other');
    // Names of another IdP are its own.
    await make('other', { externalId: 'object-unique', email: 'okta.other@contoso.example' }, okta);

    assert.equal(await refusal(user, { userName: 'OTHER@contoso.example' }), 'user-exists');
    assert.equal(await refusal(user, { externalId: 'object-other' }), 'user-exists');
    assert.equal((await set(user, { externalId: 'Object-Other' })).changed, true);
    assert.equal((await readUser(product.core, entra, user.id)).userName, user.userName);
  });

  it('gets the external id of a user who was deleted', async () => {
    const [user, former] = [await make('heir'), await make('former')];
    await deleteUser(product.core, entra, former.id);

    assert.equal((await set(user, { externalId: 'object-former' })).user.externalId, 'object-former');
  });

  it('is refused an address that another account has, as login name or e-mail address', async () => {
    const user = await make('address');
    await addHostUser(product, 'taken.login@contoso.example', { email: null });
    await addHostUser(product, 'somebody', { email: 'Taken.Mail@contoso.example' });
    const before = await hostUser(product, 'address@contoso.example');

    assert.equal(await refusal(user, { email: 'TAKEN.login@contoso.example' }), 'user-name-taken');
    assert.equal(await refusal(user, { email: 'taken.mail@contoso.example' }), 'user-name-taken');
    assert.deepEqual(await hostUser(product, 'address@contoso.example'), before);
    // Its own in another case is not another's.
    assert.equal(
      (await set(user, { email: 'ADDRESS@contoso.example' })).user.email,
      'ADDRESS@contoso.example',
    );
  });

  it('who is disabled under the manual policy is acknowledged, keeps all, and is pending', async () => {
    const user = await make('manual');
    const before = await hostUser(product, 'manual@contoso.example');

    const events = await eventsOf(product, async () => {
      const { user: now } = await set(user, { active: false });
      // The account is not for this IdP to see any more.
      assert.deepEqual([now.active, now.seesAccount, now.licenceType], [false, false, null]);
    });

    assert.deepEqual(await hostUser(product, 'manual@contoso.example'), before);
    assert.deepEqual(
      events.map(({ action, details }) => [action, details]),
      [
        [
          'user.deprovision',
          {
            hostUserId: user.hostUserId,
            changed: ['active'],
            policy: 'manual',
            pending: true,
            loginName: 'manual@contoso.example',
          },
        ],
      ],
    );
    const pending = (await pendingUsers(product.core)).find(({ userId }) => userId === user.hostUserId);
    assert.deepEqual([pending?.reason, pending?.since], ['disabled', product.now]);
    // Said again, it is no change.
    assert.equal((await set(user, { active: false })).changed, false);
  });

  it('who is disabled under the other policy cannot sign in, and the seat is free', async () => {
    const user = await make('automatic');
    const before = await seatsUsed(product);

    const events = await eventsOf(product, () => set(user, { active: false }, disabling(entra)));

    assert.deepEqual(await stateOf('automatic@contoso.example'), [false, null]);
    assert.equal((await seatsUsed(product)).Concurrent, (before.Concurrent ?? 0) - 1);
    assert.deepEqual(
      events.map(({ details }) => details),
      [
        {
          hostUserId: user.hostUserId,
          changed: ['active'],
          before: trace('automatic@contoso.example'),
          after: shutOut('automatic@contoso.example'),
          licenceFreed: 'Concurrent',
          policy: 'disable',
          pending: false,
        },
      ],
    );
    assert.ok(!(await pendingLogins()).includes('automatic@contoso.example'));
  });

  it('is in again with a seat when enabled, by SAML', async () => {
    const user = await make('returning');
    await set(user, { active: false }, disabling(entra));
    await changeHostUser(product, 'returning@contoso.example', { identity_provider_id: null });

    const events = await eventsOf(product, async () => {
      const { user: now } = await set(user, { active: true, displayName: 'Returned' });
      assert.deepEqual(now, { ...user, displayName: 'Returned', updatedAt: product.now });
    });

    const row = await hostUser(product, 'returning@contoso.example');
    assert.equal(String(row.identity_provider_id).toLowerCase(), entra.ssoProviderId);
    assert.deepEqual(
      events.map(({ action, details }) => [action, details]),
      [
        [
          'user.enable',
          {
            hostUserId: user.hostUserId,
            changed: ['displayName', 'active'],
            before: shutOut('returning@contoso.example', { ssoProviderId: null }),
            after: trace('returning@contoso.example'),
            licenceTaken: 'Concurrent',
          },
        ],
      ],
    );
  });

  it('who was pending is so no more when enabled, with the seat it still has', async () => {
    const user = await make('pending');
    await set(user, { active: false });
    const before = await seatsUsed(product);
    await setSeats(product, 'Concurrent', 0);

    const { user: now } = await set(user, { active: true });

    await setSeats(product, 'Concurrent', 500);
    assert.equal(now.active, true);
    assert.deepEqual(await seatsUsed(product), before);
    assert.ok(!(await pendingLogins()).includes('pending@contoso.example'));
  });

  it('who was disabled by hand after leaving takes a seat again, or is refused with nothing changed', async () => {
    const user = await make('circle');
    await set(user, { active: false });
    await changeHostUser(product, 'circle@contoso.example', { enabled: false });
    assert.ok(!(await pendingLogins()).includes('circle@contoso.example'));
    const used = await seatsUsed(product);
    await setSeats(product, 'Concurrent', used.Concurrent ?? 0);
    await setSeats(product, 'Dedicated', used.Dedicated ?? 0);
    const before = [await rowsOf(product, 'scim.identity'), await rowsOf(product, 'app.users')];

    assert.equal(await refusal(user, { active: true, displayName: 'X' }), 'seats-exhausted');

    assert.deepEqual([await rowsOf(product, 'scim.identity'), await rowsOf(product, 'app.users')], before);
    await setSeats(product, 'Dedicated', (used.Dedicated ?? 0) + 1);
    assert.equal((await set(user, { active: true })).user.licenceType, 'Dedicated');
    await setSeats(product, 'Concurrent', 500);
  });

  it('is not let in where provisioning is not allowed, but may leave', async () => {
    const user = await make('barred');
    const bad = { ...entra, ssoProviderId: 'none' };
    assert.equal((await set(user, { active: false }, bad)).user.active, false);
    assert.equal(await refusal(user, { active: true }, bad), 'saml-not-enabled');
    await product.database.transaction(({ knex }) =>
      knex('installation').withSchema('scim').update({ hosting: 'cloud' }),
    );
    assert.equal(await refusal(user, { active: true }), 'hosting-cloud');
    await product.database.transaction(({ knex }) =>
      knex('installation').withSchema('scim').update({ hosting: 'on-premises' }),
    );
  });

  it('whose account the application has disabled stays so until its link has ended and come back', async () => {
    const user = await make('by.hand');
    const used = await seatsUsed(product);
    await changeHostUser(product, 'by.hand@contoso.example', { enabled: false });
    const suspended = await seatsUsed(product);
    assert.equal(suspended.Concurrent, (used.Concurrent ?? 0) - 1);
    // SCIM's active is the link's, and that one is in force.
    assert.deepEqual(await readUser(product.core, entra, user.id), user);

    assert.equal((await set(user, { displayName: 'Still out' })).user.active, true);
    const again = await changeUser(product.core, entra, user.id, (now) => ({ ...now, says: true }));
    assert.equal(again.changed, false);
    assert.equal((await hostUser(product, 'by.hand@contoso.example')).display_name, 'Still out');
    assert.deepEqual(await stateOf('by.hand@contoso.example'), [false, 'Concurrent']);
    assert.deepEqual(await seatsUsed(product), suspended);

    const events = await eventsOf(product, async () => {
      assert.equal((await set(user, { active: false })).user.active, false);
      assert.equal((await set(user, { active: true })).user.active, true);
    });
    assert.deepEqual(await stateOf('by.hand@contoso.example'), [true, 'Concurrent']);
    assert.deepEqual(
      events.map(({ action }) => action),
      ['user.deprovision', 'user.enable'],
    );
  });

  it('whose account another IdP has by now is not enabled, nor is that account touched', async () => {
    const user = await make('passed.on');
    await set(user, { active: false });
    const theirs = await make('passed.on', {}, okta);
    assert.equal(theirs.hostUserId, user.hostUserId);
    const before = await hostUser(product, 'passed.on@contoso.example');

    assert.equal(await refusal(user, { active: true }), 'user-claimed');
    const acknowledged = await set(
      user,
      { displayName: 'Mine', attributes: { title: 'Q' } },
      disabling(entra),
    );
    assert.deepEqual(acknowledged.user.attributes, { title: 'Q' });
    await deleteUser(product.core, disabling(entra), user.id);

    assert.deepEqual(await hostUser(product, 'passed.on@contoso.example'), before);
    assert.deepEqual(await readUser(product.core, okta, theirs.id), theirs);
  });

  it('whose account is protected is not written: leaving is acknowledged, all else refused', async () => {
    const user = await make('promoted');
    await changeHostUser(product, 'promoted@contoso.example', { protected: true });
    const before = await hostUser(product, 'promoted@contoso.example');

    assert.equal(await refusal(user, { displayName: 'X' }), 'user-protected');
    assert.equal(await refusal(user, { email: 'x@contoso.example' }), 'user-protected');
    // What the host does not keep is ours to keep.
    assert.equal((await set(user, { attributes: { title: 'Head' } })).changed, true);
    const left = await set(user, { active: false, displayName: 'X' }, disabling(entra));
    assert.equal(left.user.active, false);
    assert.equal(await refusal(user, { active: true }), 'user-protected');
    await deleteUser(product.core, disabling(entra), user.id);

    assert.deepEqual(await hostUser(product, 'promoted@contoso.example'), before);
  });

  it('whose account the application has deleted is inactive, and gets another when it is active again', async () => {
    const named = { displayName: 'D. T.', givenName: 'D', familyName: 'T' };
    const user = await make('deleted.there', { ...named, attributes: { title: 'Q' } });
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(user.hostUserId) })
        .delete(),
    );
    const gone = await readUser(product.core, entra, user.id);
    assert.deepEqual(gone, { ...user, active: false, licenceType: null, seesAccount: false });

    assert.equal((await set(user, { attributes: {} })).user.active, false);
    const { user: anew } = await set(user, { active: true });

    assert.notEqual(anew.hostUserId, user.hostUserId);
    assert.deepEqual(
      [anew.id, anew.email, anew.givenName, anew.licenceType],
      [user.id, user.email, 'D', 'Concurrent'],
    );
    const row = await hostUser(product, 'deleted.there@contoso.example');
    assert.equal(String(row.id), anew.hostUserId);

    // Or one that is there already.
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(anew.hostUserId) })
        .delete(),
    );
    const other = await addHostUser(product, 'deleted.there@contoso.example');
    assert.equal((await set(user, { active: true })).user.hostUserId, other);
  });

  it('is changed by what is decided on its present state, and not at all where that throws', async () => {
    const user = await make('decided');
    const problem = operationProblem('version-mismatch', 'It has changed since.');

    const events = await eventsOf(product, async () => {
      const work = changeUser(product.core, entra, user.id, (current) => {
        assert.deepEqual(current, user);
        throw problem;
      });
      assert.equal(await problemOf(work), problem);
    });

    assert.deepEqual(
      events.map(({ action, outcome, details }) => [action, outcome, details]),
      [['user.update', 'refused', { code: 'version-mismatch' }]],
    );
    assert.deepEqual(await readUser(product.core, entra, user.id), user);
  });

  it('is unknown to another IdP, and so is what is no id', async () => {
    const user = await make('private');
    for (const [idp, id] of [
      [okta, user.id],
      [entra, 'not-a-uuid'],
      [entra, "'; drop table scim.event; --"],
      [entra, '00000000-0000-4000-8000-000000000000'],
    ] as const) {
      const works = [
        () => readUser(product.core, idp, id),
        () => changeUser(product.core, idp, id, () => assert.fail('nobody is there to decide on')),
        () => deleteUser(product.core, idp, id),
      ];
      for (const work of works) assert.equal((await problemOf(work())).code, 'user-unknown');
    }
  });

  it('is one after the other: no change is lost', async () => {
    const user = await make('counted', { attributes: { count: 0 } });

    await Promise.all(
      Array.from({ length: 8 }, () =>
        changeUser(product.core, entra, user.id, (current) => ({
          ...current,
          attributes: { count: Number(current.attributes.count) + 1 },
        })),
      ),
    );

    assert.deepEqual((await readUser(product.core, entra, user.id)).attributes, { count: 8 });
  });
});
