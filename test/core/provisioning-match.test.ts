import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import { createGroup } from '../../src/core/provisioning/groups/create-group.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import {
  addHostUser,
  disabling,
  eventsOf,
  hostUser,
  hostUsers,
  person,
  seatsUsed,
  setSeats,
  shutOut,
  trace,
} from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('a user who has an account already', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  before(async () => {
    product = await freshProduct(engine);
    await setSeats(product, 'Concurrent', 500);
    [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
  });
  after(() => product.close());

  const count = async () => (await rowsOf(product, 'app.users')).length;

  it('is matched by the e-mail address in any case, updated, and not made twice', async () => {
    const before = await count();
    const events = await eventsOf(product, async () => {
      const { user, how } = await createUser(
        product.core,
        entra,
        person('LARS.Holm', { givenName: 'Lars Erik', userName: 'lars' }),
      );
      assert.equal(how, 'matched');
      assert.deepEqual(await readUser(product.core, entra, user.id), user);
      assert.equal(user.hostUserId, '22');
    });

    assert.equal(await count(), before);
    const row = await hostUser(product, 'LARS.Holm@contoso.example');
    assert.equal(row.login, 'LARS.Holm@contoso.example');
    assert.equal(row.first_name, 'Lars Erik');
    // What the IdP did not say stays.
    assert.equal(row.last_name, 'Holm');
    assert.equal(row.licence_type, 'Concurrent');
    assert.equal(String(row.identity_provider_id).toLowerCase(), entra.ssoProviderId);
    assert.deepEqual(events, [
      {
        action: 'user.match',
        outcome: 'done',
        targetName: 'lars',
        details: {
          hostUserId: '22',
          before: trace('lars.holm@contoso.example', { licenceType: null, ssoProviderId: null }),
          after: trace('LARS.Holm@contoso.example'),
          licenceTaken: 'Concurrent',
        },
      },
    ]);
  });

  it('keeps the seat that it has', async () => {
    const before = await seatsUsed(product);

    const { user } = await createUser(product.core, entra, person('robin.lindqvist'));

    assert.equal(user.licenceType, 'Dedicated');
    assert.deepEqual(await seatsUsed(product), before);
  });

  it('is enabled again, with a seat as if it were new', async () => {
    assert.equal((await hostUser(product, 'peter.vogel@contoso.example')).licence_type, 'Dedicated');

    const { user } = await createUser(product.core, entra, person('peter.vogel'));

    assert.deepEqual([user.active, user.licenceType], [true, 'Concurrent']);
    assert.equal(Boolean((await hostUser(product, 'peter.vogel@contoso.example')).enabled), true);
  });

  it('is matched by login name or by e-mail address, and the login name becomes the address', async () => {
    const byLogin = await addHostUser(product, 'by.login@contoso.example', { email: null });
    const byEmail = await addHostUser(product, 'bymail', { email: 'By.Mail@contoso.example' });

    assert.equal((await createUser(product.core, entra, person('by.login'))).user.hostUserId, byLogin);
    assert.equal((await createUser(product.core, entra, person('by.mail'))).user.hostUserId, byEmail);

    assert.equal((await hostUser(product, 'by.login@contoso.example')).email, 'by.login@contoso.example');
    assert.equal(String((await hostUser(product, 'by.mail@contoso.example')).id), byEmail);
  });

  it('is matched by a user name that is an address where there is no other, and by no bare name', async () => {
    const id = await addHostUser(product, 'upn.only@contoso.example');
    await addHostUser(product, 'operator', { email: null });

    const { user } = await createUser(product.core, entra, person('upn.only', { email: null }));
    assert.equal(user.hostUserId, id);
    // The host's own address is not taken away by an IdP that knows of none.
    assert.equal(user.email, 'upn.only@contoso.example');

    const bare = person('x', { userName: 'Operator', email: null, externalId: 'op' });
    assert.equal((await problemOf(createUser(product.core, entra, bare))).code, 'user-name-taken');
  });

  it('is told apart from somebody whose address differs by accents, or by a blank at its end', async () => {
    await addHostUser(product, 'jose@contoso.example');
    await addHostUser(product, 'ölm@contoso.example');
    await addHostUser(product, 'blank.end@contoso.example ', { email: null });

    for (const [name, login] of [
      ['josé', 'josé@contoso.example'],
      ['olm', 'olm@contoso.example'],
      ['blank.end', 'blank.end@contoso.example'],
    ] as const) {
      // Where trailing blanks do not count for the host's own unique login, it is refused; nobody is taken over.
      const how = await createUser(product.core, entra, person(name)).then(
        (created) => created.how,
        (error) => error.code,
      );
      const isEqualThere = engine.name === 'mssql' && name === 'blank.end';
      assert.equal(how, isEqualThere ? 'user-name-taken' : 'created', name);
      assert.equal((await hostUsers(product, login)).length, how === 'created' ? 1 : 0);
    }
    assert.equal((await createUser(product.core, entra, person('ÖLM'))).how, 'matched');
  });

  it('is refused where the address is the login name of one and the e-mail address of another', async () => {
    await addHostUser(product, 'shared@contoso.example', { email: 'else@contoso.example' });
    await addHostUser(product, 'shared.too', { email: 'shared@contoso.example' });
    const before = await rowsOf(product, 'app.users');

    const problem = await problemOf(createUser(product.core, entra, person('shared')));

    assert.equal(problem.code, 'user-ambiguous');
    assert.deepEqual(await rowsOf(product, 'app.users'), before);
  });

  it('is refused where several have the address and none as login name', async () => {
    const before = await rowsOf(product, 'app.users');

    const problem = await problemOf(createUser(product.core, entra, person('quality.lab')));

    assert.equal(problem.code, 'user-ambiguous');
    assert.match(problem.message, /^2 accounts/);
    assert.deepEqual(await rowsOf(product, 'app.users'), before);
  });

  it('is never one who is protected', async () => {
    const before = await hostUser(product, 'admin');
    assert.equal((await problemOf(createUser(product.core, entra, person('admin')))).code, 'user-protected');
    assert.equal(
      (await problemOf(createUser(product.core, entra, person('admin', { active: false })))).code,
      'user-protected',
    );
    assert.deepEqual(await hostUser(product, 'admin'), before);

    // An administrator's own account, which has the same address as the protected one, is theirs.
    const id = await addHostUser(product, 'own.account', { email: 'both@contoso.example' });
    await addHostUser(product, 'local.admin', { email: 'both@contoso.example', protected: true });
    assert.equal((await createUser(product.core, entra, person('both'))).user.hostUserId, id);
  });

  it('is refused while it is another user’s, of this IdP or another', async () => {
    const first = await createUser(product.core, entra, person('claimed', { active: true }));
    const again = person('claimed', { userName: 'claimed.2', externalId: 'claimed-2' });

    for (const idp of [entra, okta]) {
      for (const active of [true, false]) {
        const problem = await problemOf(createUser(product.core, idp, { ...again, active }));
        assert.equal(problem.code, 'user-claimed');
        assert.doesNotMatch(problem.message + problem.hint, /entra|claimed@/);
      }
    }

    await changeUser(product.core, entra, first.user.id, (user) => ({ ...user, active: false }));
    const second = await createUser(product.core, okta, again);
    assert.equal(second.user.hostUserId, first.user.hostUserId);
  });

  it('and is not active is pending under either policy: its account was never this IdP’s to disable', async () => {
    await addHostUser(product, 'leaver.1@contoso.example', { licence_type: 'Dedicated' });
    await addHostUser(product, 'leaver.2@contoso.example', { licence_type: 'Dedicated' });
    const before = await seatsUsed(product);

    for (const [idp, login] of [
      [entra, 'leaver.1@contoso.example'],
      [disabling(entra), 'leaver.2@contoso.example'],
    ] as const) {
      const account = await hostUser(product, login);
      const [name = ''] = login.split('@');
      const events = await eventsOf(product, async () => {
        const { user, how } = await createUser(product.core, idp, person(name, { active: false }));
        assert.equal(how, 'matched');
        assert.deepEqual([user.active, user.seesAccount, user.licenceType], [false, false, null]);
        assert.deepEqual(await readUser(product.core, entra, user.id), user);
      });
      assert.deepEqual(await hostUser(product, login), account);
      const as = trace(login, { licenceType: 'Dedicated', ssoProviderId: null });
      assert.deepEqual(
        events.map(({ action, details }) => [action, details]),
        [
          [
            'user.match',
            {
              hostUserId: String(account.id),
              before: as,
              after: as,
              active: false,
              policy: idp.deprovisionPolicy,
              pending: true,
              loginName: login,
            },
          ],
        ],
      );
      const pending = (await pendingUsers(product.core)).find(({ loginName }) => loginName === login);
      assert.deepEqual([pending?.reason, pending?.since], ['disabled', product.now]);
    }
    assert.deepEqual(await seatsUsed(product), before);
  });

  it('is refused a seat without anything having changed', async () => {
    await addHostUser(product, 'no.seat@contoso.example');
    const used = await seatsUsed(product);
    await setSeats(product, 'Concurrent', used.Concurrent ?? 0);
    await setSeats(product, 'Dedicated', used.Dedicated ?? 0);
    const before = await hostUser(product, 'no.seat@contoso.example');

    const problem = await problemOf(createUser(product.core, entra, person('no.seat', { givenName: 'N' })));

    await setSeats(product, 'Concurrent', 500);
    assert.equal(problem.code, 'seats-exhausted');
    assert.deepEqual(await hostUser(product, 'no.seat@contoso.example'), before);
  });
});

forEachEngine('a user whom the IdP had deleted', (engine) => {
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine);
    await setSeats(product, 'Concurrent', 500);
    idp = await addIdp(product, 'entra');
  });
  after(() => product.close());

  /** Creates and deletes a user. */
  async function former(name: string, policy: Idp = idp, more: Partial<Profile> = {}) {
    const { user } = await createUser(product.core, idp, person(name, more));
    await deleteUser(product.core, policy, user.id);
    return user;
  }

  it('is taken up again under the same id, with its account and all that a new one gets', async () => {
    const old = await former('back', disabling(idp));
    product.now = new Date(product.now.getTime() + 5);

    const events = await eventsOf(product, async () => {
      const { user, how } = await createUser(
        product.core,
        idp,
        person('back', { displayName: 'Back again' }),
      );
      assert.equal(how, 'revived');
      assert.deepEqual(user, { ...old, displayName: 'Back again', updatedAt: product.now });
      assert.deepEqual(await readUser(product.core, idp, user.id), user);
    });

    const row = await hostUser(product, 'back@contoso.example');
    assert.deepEqual([Boolean(row.enabled), row.licence_type], [true, 'Concurrent']);
    assert.deepEqual(
      events.map(({ action, details }) => [action, details]),
      [
        [
          'user.revive',
          {
            hostUserId: old.hostUserId,
            before: shutOut('back@contoso.example'),
            after: trace('back@contoso.example'),
            licenceTaken: 'Concurrent',
          },
        ],
      ],
    );
  });

  it('is in no group any more, even one that took it in while it was being deleted', async () => {
    const { id } = await former('lingering');
    const { group } = await createGroup(product.core, idp, {
      displayName: 'Lingerers',
      externalId: null,
      memberIds: [],
    });
    await product.database.transaction(({ knex, schema }) =>
      knex('idp_group_member').withSchema(schema).insert({ group_id: group.id, identity_id: id }),
    );

    const { user } = await createUser(product.core, idp, person('lingering'));

    assert.equal(user.id, id);
    assert.deepEqual((await readUser(product.core, idp, id)).groups, []);
  });

  it('is known by its external id, else by its user name in any case', async () => {
    const byId = await former('by.id');
    const byName = await former('by.name', idp, { externalId: null });
    const named = await former('named');

    const first = await createUser(product.core, idp, person('moved', { externalId: 'object-by.id' }));
    // Of two external ids one is not known: the address of the account decides.
    const second = await createUser(product.core, idp, person('BY.NAME', { externalId: 'object-new' }));
    const third = await createUser(product.core, idp, person('NAMED', { externalId: null }));

    assert.deepEqual(
      [first, second, third].map(({ how, user }) => [how, user.id]),
      [byId, byName, named].map(({ id }) => ['revived', id]),
    );
    // The account that it had is the one, wherever it has moved.
    assert.equal(first.user.hostUserId, byId.hostUserId);
    assert.equal(String((await hostUser(product, 'moved@contoso.example')).id), byId.hostUserId);
    assert.equal(second.user.externalId, 'object-new');
    assert.equal(third.user.externalId, null);
  });

  it('is not a person of another external id, who gets another id and goes by the e-mail address', async () => {
    const [rehired, gone] = [await former('rehired'), await former('succeeded')];

    const again = await createUser(product.core, idp, person('rehired', { externalId: 'object-2' }));
    const successor = await createUser(
      product.core,
      idp,
      person('succeeded', { externalId: 'object-3', email: 'succeeding@contoso.example' }),
    );

    assert.deepEqual([again.how, again.user.hostUserId], ['matched', rehired.hostUserId]);
    assert.notEqual(again.user.id, rehired.id);
    assert.equal(successor.how, 'created');
    assert.notEqual(successor.user.id, gone.id);
    assert.notEqual(successor.user.hostUserId, gone.hostUserId);
    // The one who left is on the list, and the one who came back is not.
    const pending = (await pendingUsers(product.core)).map(({ userId }) => userId);
    assert.deepEqual(
      [gone, rehired, successor.user].map(({ hostUserId }) => pending.includes(hostUserId)),
      [true, false, false],
    );
  });

  it('gets a new account where the old one is gone', async () => {
    const old = await former('vanished');
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(old.hostUserId) })
        .delete(),
    );

    const { user } = await createUser(product.core, idp, person('vanished'));

    assert.equal(user.id, old.id);
    assert.notEqual(user.hostUserId, old.hostUserId);
    assert.deepEqual(await readUser(product.core, idp, user.id), user);
  });

  it('is refused where the account is protected by now, somebody else’s, or the address is', async () => {
    const [safe, given, moved] = [await former('safe'), await former('given'), await former('moving')];
    const protect = { protected: true };
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(safe.hostUserId) })
        .update(protect),
    );
    const okta = await addIdp(product, 'okta');
    await createUser(product.core, okta, person('given'));
    await addHostUser(product, 'occupied@contoso.example');

    const code = async (profile: ReturnType<typeof person>) =>
      (await problemOf(createUser(product.core, idp, profile))).code;
    assert.equal(await code(person('safe')), 'user-protected');
    assert.equal(await code(person('given')), 'user-claimed');
    assert.equal(await code(person('occupied', { externalId: 'object-moving' })), 'user-name-taken');
    for (const { id } of [safe, given, moved]) {
      assert.equal((await problemOf(readUser(product.core, idp, id))).code, 'user-unknown');
    }
  });
});
