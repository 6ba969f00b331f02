import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { removeAccount, setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import {
  eventsOf,
  hostUser,
  hostUsers,
  person,
  SAML,
  seatsUsed,
  setSeats,
  trace,
} from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

const RETIRED = 'c0d9e8f7-1a2b-4c3d-8e4f-5a6b7c8d9e0f';

forEachEngine('a new user', (engine) => {
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine);
    idp = await addIdp(product, 'entra');
  });
  after(() => product.close());
  beforeEach(async () => {
    await setSeats(product, 'Concurrent', 20);
    await setSeats(product, 'Dedicated', 10);
  });

  it('gets an account whose login name is the e-mail address, signs in by SAML, and has a seat', async () => {
    const profile = person('new.one', {
      userName: 'none@upn.example',
      displayName: 'New "One" 🚀',
      givenName: 'Nëw',
      familyName: "O'Ne",
      attributes: {
        title: 'Dr.',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'QA' },
      },
    });

    const { user, how } = await createUser(product.core, idp, profile);

    assert.equal(how, 'created');
    const row = await hostUser(product, 'new.one@contoso.example');
    assert.deepEqual(
      {
        email: row.email,
        name: row.display_name,
        first: row.first_name,
        last: row.last_name,
        enabled: Boolean(row.enabled),
        saml: String(row.identity_provider_id).toLowerCase(),
        licence: row.licence_type,
      },
      {
        email: 'new.one@contoso.example',
        name: 'New "One" 🚀',
        first: 'Nëw',
        last: "O'Ne",
        enabled: true,
        saml: SAML,
        licence: 'Concurrent',
      },
    );
    assert.deepEqual(user, {
      ...profile,
      id: user.id,
      hostUserId: String(row.id),
      seesAccount: true,
      licenceType: 'Concurrent',
      createdAt: product.now,
      updatedAt: product.now,
      groups: [],
    });
    assert.deepEqual(await readUser(product.core, idp, user.id), user);
    assert.deepEqual(await readUser(product.core, idp, user.id.toUpperCase()), user);
  });

  it('leaves one event, which has no personal data but the user name and the login name', async () => {
    const profile = person('told', { givenName: 'Secretgiven', attributes: { title: 'Secrettitle' } });

    const events = await eventsOf(product, () => createUser(product.core, idp, profile));

    const { id } = await hostUser(product, 'told@contoso.example');
    assert.deepEqual(events, [
      {
        action: 'user.create',
        outcome: 'done',
        targetName: 'told@contoso.example',
        details: {
          hostUserId: String(id),
          after: trace('told@contoso.example'),
          licenceTaken: 'Concurrent',
        },
      },
    ]);
    assert.doesNotMatch(JSON.stringify(await rowsOf(product, 'scim.event')), /Secret/);
  });

  it('is called by the user name where there is no e-mail address, and by something in any case', async () => {
    const { user } = await createUser(
      product.core,
      idp,
      person('x', { userName: 'plain.name', email: null }),
    );
    assert.equal(user.displayName, 'plain.name');
    assert.equal((await hostUser(product, 'plain.name')).email, null);

    const named = person('named', { givenName: 'Anna', familyName: 'Berg', externalId: null });
    assert.equal((await createUser(product.core, idp, named)).user.displayName, 'Anna Berg');
  });

  it('has a seat of the first pool that has a free one, in the order of the pools', async () => {
    const used = await seatsUsed(product);
    await setSeats(product, 'Concurrent', (used.Concurrent ?? 0) + 1);
    await setSeats(product, 'Dedicated', (used.Dedicated ?? 0) + 1);

    const first = await createUser(product.core, idp, person('seat.1'));
    const second = await createUser(product.core, idp, person('seat.2'));

    assert.deepEqual([first.user.licenceType, second.user.licenceType], ['Concurrent', 'Dedicated']);
  });

  it('is refused where no seat is free, by pools and counts, and succeeds when one is', async () => {
    const used = await seatsUsed(product);
    const { Concurrent = 0, Dedicated = 0 } = used;
    await setSeats(product, 'Concurrent', Concurrent);
    await setSeats(product, 'Dedicated', Dedicated);

    const events = await eventsOf(product, async () => {
      const problem = await problemOf(createUser(product.core, idp, person('seatless')));
      assert.equal(problem.code, 'seats-exhausted');
      assert.equal(
        problem.message,
        `No licence seat is free: Concurrent ${Concurrent} of ${Concurrent}, Dedicated ${Dedicated} of ${Dedicated}.`,
      );
    });
    assert.deepEqual(events, [
      {
        action: 'user.create',
        outcome: 'refused',
        targetName: 'seatless@contoso.example',
        details: { code: 'seats-exhausted' },
      },
    ]);
    assert.deepEqual(await hostUsers(product, 'seatless@contoso.example'), []);
    const names = (await rowsOf(product, 'scim.identity')).map(({ user_name }) => user_name);
    assert.ok(!names.includes('seatless@contoso.example'));
    assert.deepEqual(await seatsUsed(product), used);

    await setSeats(product, 'Dedicated', Dedicated + 1);
    assert.equal((await createUser(product.core, idp, person('seatless'))).user.licenceType, 'Dedicated');
  });

  it('who is not active has an account that is disabled and no seat, even where none is free', async () => {
    const before = await seatsUsed(product);
    await setSeats(product, 'Concurrent', 0);
    await setSeats(product, 'Dedicated', 0);

    const { user, how } = await createUser(product.core, idp, person('asleep', { active: false }));

    assert.equal(how, 'created');
    assert.deepEqual([user.active, user.licenceType], [false, null]);
    assert.equal(Boolean((await hostUser(product, 'asleep@contoso.example')).enabled), false);
    assert.deepEqual(await seatsUsed(product), before);
    assert.equal((await readUser(product.core, idp, user.id)).active, false);
  });

  it('is refused where the IdP knows it already, by external id or by user name in any case', async () => {
    await createUser(product.core, idp, person('twice'));

    for (const [profile, what] of [
      [person('twice', { userName: 'other@contoso.example', email: 'other@contoso.example' }), 'externalId'],
      [person('twice', { externalId: 'another', userName: 'TWICE@Contoso.example' }), 'userName'],
      [person('twice', { externalId: null }), 'userName'],
    ] as const) {
      const problem = await problemOf(createUser(product.core, idp, profile));
      assert.equal(problem.code, 'user-exists');
      assert.match(problem.message, new RegExp(what));
    }
    // External ids are compared exactly.
    await createUser(product.core, idp, person('thrice', { externalId: 'OBJECT-twice' }));
  });

  it('is refused where what it says cannot be stored, and no event tells of it', async () => {
    const events = await eventsOf(product, async () => {
      for (const profile of [
        person('x', { userName: '' }),
        person('x', { userName: 'x'.repeat(321) }),
        person('x', { externalId: 'x'.repeat(256) }),
        person('x', { displayName: 'a\u0000b' }),
        person('x', { attributes: { a: [{ b: 'half \ud83d' }] } }),
        person('x', { attributes: { 'k\u0000': 1 } }),
      ]) {
        assert.equal((await problemOf(createUser(product.core, idp, profile))).code, 'profile-invalid');
      }
    });
    assert.deepEqual(events, []);
  });

  it('is refused in a cloud-hosted installation', async () => {
    const host = (hosting: string) =>
      product.database.transaction(({ knex }) => knex('installation').withSchema('scim').update({ hosting }));
    await host('cloud');
    const problem = await problemOf(createUser(product.core, idp, person('cloudy')));
    await host('on-premises');

    assert.deepEqual([problem.code, problem.kind], ['hosting-cloud', 'prerequisite']);
    assert.deepEqual(await hostUsers(product, 'cloudy@contoso.example'), []);
  });

  it('is refused where the SAML provider of the IdP is gone, disabled, or no SAML', async () => {
    const code = async (provider: Idp) =>
      (await problemOf(createUser(product.core, provider, person('samlless')))).code;
    assert.equal(await code({ ...idp, ssoProviderId: RETIRED }), 'saml-not-enabled');
    assert.equal(await code({ ...idp, ssoProviderId: 'not-there' }), 'saml-not-enabled');

    const provider = (columns: Record<string, unknown>) =>
      product.database.transaction(({ knex }) =>
        knex('SY_IdentityProviders'.toLowerCase()).withSchema('app').where({ id: SAML }).update(columns),
      );
    await provider({ protocol: 'OIDC' });
    assert.equal(await code(idp), 'saml-not-enabled');
    await provider({ protocol: 'saml2' });
    const { how } = await createUser(
      product.core,
      { ...idp, ssoProviderId: SAML.toUpperCase() },
      person('samlful'),
    );
    assert.equal(how, 'created');
  });

  it('is refused to an IdP that was disabled or removed while it was asking', async () => {
    const other = await addIdp(product, 'leaving');
    const code = async () => (await problemOf(createUser(product.core, other, person('late')))).code;
    await setAccountEnabled(product.core, 'leaving', false);
    assert.equal(await code(), 'idp-disabled');
    await setAccountEnabled(product.core, 'leaving', true);
    await removeAccount(product.core, 'leaving');
    assert.equal(await code(), 'idp-disabled');
    assert.deepEqual(await hostUsers(product, 'late@contoso.example'), []);
  });
});
