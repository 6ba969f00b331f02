import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { markInstallation } from '../../src/core/host/installation.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { createToken } from '../../src/core/tokens/create.js';
import { findCredential } from '../../src/database/queries/credentials.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, person, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('the login of an account', (engine) => {
  let product: Product;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine);
    await setSeats(product, 'Concurrent', 1_000);
    idp = await addIdp(product, 'entra');
  });
  after(() => product.close());

  const named = (loginRule: Idp['loginRule'], renamesOnMatch = true): Idp => ({
    ...idp,
    ...(loginRule && { loginRule }),
    renamesOnMatch,
  });
  const loginOf = async (hostUserId: string) =>
    (await rowsOf(product, 'app.users')).find(({ id }) => String(id) === hostUserId)?.login;
  const create = async (by: Idp, name: string, more: Partial<Profile> = {}) =>
    (await createUser(product.core, by, person(name, more))).user;

  it('is the userName, by that rule, and follows it', async () => {
    const by = named('user-name');
    const user = await create(by, 'short', { userName: 'asmith' });
    assert.equal(await loginOf(user.hostUserId), 'asmith');

    await changeUser(product.core, by, user.id, (now) => ({ ...now, userName: 'ajones' }));
    assert.equal(await loginOf(user.hostUserId), 'ajones');
    await changeUser(product.core, by, user.id, (now) => ({ ...now, email: 'ajones@contoso.example' }));
    assert.equal(await loginOf(user.hostUserId), 'ajones');
  });

  it('is not the userName that another account has', async () => {
    await addHostUser(product, 'taken.name', { email: 'other@contoso.example' });

    const problem = await problemOf(create(named('user-name'), 'wants.it', { userName: 'taken.name' }));

    assert.equal(problem.code, 'user-name-taken');
  });

  it('is not the userName that is the e-mail address of another account', async () => {
    const address = 'address.of@contoso.example';
    await addHostUser(product, 'has.address', { email: address });
    const list = [{ at: 0, profile: person('wants.address', { userName: address }) }];
    await markInstallation(product.core, { loginRule: 'user-name' });
    const { people } = await preflight(product.core, list, { idp: 'entra' });
    await markInstallation(product.core, { loginRule: 'email' });

    const problem = await problemOf(create(named('user-name'), 'wants.address', { userName: address }));

    assert.deepEqual([problem.code, people[0]?.outcome], ['user-name-taken', 'taken']);
    // The account is still the one that the address means.
    const owner = await create(named('user-name'), 'address.of', { userName: 'short' });
    assert.equal(await loginOf(owner.hostUserId), 'short');
  });

  it('is the local part with a number where another account has it, and stays', async () => {
    const by = named('local-part');
    const logins: unknown[] = [];
    for (const domain of ['one', 'two', 'three']) {
      const address = `berta@${domain}.example`;
      const user = await create(by, `berta-${domain}`, { userName: address, email: address });
      logins.push(await loginOf(user.hostUserId));
      await changeUser(product.core, by, user.id, (now) => ({ ...now, email: `b@${domain}.example` }));
      assert.equal(await loginOf(user.hostUserId), logins.at(-1));
    }

    assert.deepEqual(logins, ['berta', 'berta2', 'berta3']);
  });

  it('is no second one where the account that has it may be the same user', async () => {
    const by = named('local-part');
    const come = (name: string) => problemOf(create(by, name));
    await addHostUser(product, 'emma', { email: null });
    assert.equal((await come('emma')).code, 'user-name-taken');
    assert.deepEqual(
      (await rowsOf(product, 'app.users')).filter(({ login }) => String(login).startsWith('emma')).length,
      1,
    );

    // With an address, or with a link, it is somebody else's.
    await addHostUser(product, 'frida', { email: 'frida@elsewhere.example' });
    assert.equal(await loginOf((await create(by, 'frida')).hostUserId), 'frida2');
    // The userName tells as little, once the account has a link.
    const hanna = { userName: 'hanna', email: 'hanna@elsewhere.example' };
    await addHostUser(product, 'hanna', { email: 'hanna@fabrikam.example' });
    assert.equal((await problemOf(create(by, 'hanna.2', hanna))).code, 'user-name-taken');
    await create(by, 'hanna.1', { userName: 'hanna.1', email: 'hanna@fabrikam.example' });
    assert.equal(await loginOf((await create(by, 'hanna.2', hanna)).hostUserId), 'hanna2');
    // Of several names, the first that may be this user's counts.
    await addHostUser(product, 'greta', { email: 'greta@elsewhere.example' });
    await addHostUser(product, 'greta2', { email: null });
    assert.equal((await come('greta')).code, 'user-name-taken');
  });

  it('is no obstacle to a return where it is the local part of the new address of another user', async () => {
    const by = named('local-part');
    await addHostUser(product, 'ida', { email: 'ida@elsewhere.example' });
    await addHostUser(product, 'ida2', { email: null });
    const before = await create(by, 'bo');
    await changeUser(product.core, by, before.id, (now) => ({ ...now, active: false }));

    const address = 'ida@contoso.example';
    const { externalId } = before;
    const back = await create(by, 'bo', { externalId, userName: address, email: address });

    assert.deepEqual([back.id, back.hostUserId, back.email], [before.id, before.hostUserId, address]);
    assert.equal(await loginOf(back.hostUserId), 'bo');
  });

  it('is made unique where several come at the same time', async () => {
    const by = named('local-part');
    const users = await Promise.all(
      ['a', 'b', 'c', 'd'].map((domain) => {
        const address = `dora@${domain}.example`;
        return create(by, `dora-${domain}`, { userName: address, email: address });
      }),
    );

    const logins = await Promise.all(users.map(({ hostUserId }) => loginOf(hostUserId)));
    assert.deepEqual(logins.sort(), ['dora', 'dora2', 'dora3', 'dora4']);
  });

  it('is kept by a match and a return where that renames none, and by what the IdP says later', async () => {
    const by = named('email', false);
    const id = await addHostUser(product, 'ldap.name', { email: 'ldap@contoso.example' });
    const user = await create(by, 'ldap');
    assert.equal(user.hostUserId, id);
    assert.equal(await loginOf(id), 'ldap.name');

    await changeUser(product.core, by, user.id, (now) => ({ ...now, email: 'ldap2@contoso.example' }));
    await changeUser(product.core, by, user.id, (now) => ({ ...now, active: false }));
    await changeUser(product.core, by, user.id, (now) => ({ ...now, active: true }));
    assert.equal(await loginOf(id), 'ldap.name');

    // One that the rule gave follows.
    const own = await create(by, 'own');
    await changeUser(product.core, by, own.id, (now) => ({ ...now, email: 'own2@contoso.example' }));
    assert.equal(await loginOf(own.hostUserId), 'own2@contoso.example');
  });

  it('goes by what the installation says, for the endpoint and for a preflight', async () => {
    const { id } = await createToken(product.core, 'entra', { expiresInMs: null });
    const rules = async () => {
      const found = await product.database.read((session) => findCredential(session, id));
      return [found?.loginRule, found?.renamesOnMatch];
    };
    await addHostUser(product, 'kept', { email: 'kept@contoso.example' });
    const announced = async () => {
      const { people } = await preflight(product.core, [{ at: 0, profile: person('kept') }], {
        idp: 'entra',
      });
      return people[0]?.changes.loginName;
    };
    assert.deepEqual(await rules(), ['email', true]);
    assert.deepEqual(await announced(), ['kept', 'kept@contoso.example']);

    await markInstallation(product.core, { loginRule: 'user-name', renamesOnMatch: false });

    assert.deepEqual(await rules(), ['user-name', false]);
    assert.equal(await announced(), undefined);
    await markInstallation(product.core, { loginRule: 'email', renamesOnMatch: true });
  });

  for (const loginRule of ['user-name', 'local-part'] as const) {
    for (const patienceMs of [Number.POSITIVE_INFINITY, 0]) {
      const how = patienceMs === 0 ? 'all at once' : 'one by one';
      it(`is foreseen by a preflight as the endpoint gives it: ${loginRule}, looked up ${how}`, async () => {
        const on = `${loginRule}.${patienceMs === 0 ? 0 : 1}`;
        const by = named(loginRule);
        await addHostUser(product, `name.${on}`, { email: `other.${on}@contoso.example` });
        await addHostUser(product, `alone.${on}`, { email: null });
        await addHostUser(product, `second.${on}`, { email: `second.of.${on}@contoso.example` });
        await addHostUser(product, `second.${on}2`, { email: null });
        const list = [
          person(`of.${on}`, { userName: `name.${on}` }),
          person(`alone.${on}`, { userName: `alone.user.${on}` }),
          person(`second.${on}`, { userName: `second.user.${on}` }),
          // The login of the first is the address of the second.
          person(`first.${on}`, { userName: `shared.${on}@contoso.example` }),
          person(`shared.${on}`, { userName: `user.${on}` }),
          person(`twice.${on}`, { userName: `twice.a.${on}` }),
          person('twice', {
            userName: `twice.b.${on}`,
            email: `twice.${on}@fabrikam.example`,
            externalId: on,
          }),
        ];

        await markInstallation(product.core, { loginRule, renamesOnMatch: true });
        const { people } = await preflight(
          product.core,
          list.map((profile, at) => ({ at, profile })),
          { idp: 'entra', patienceMs },
        );
        await markInstallation(product.core, { loginRule: 'email', renamesOnMatch: true });

        for (const [at, profile] of list.entries()) {
          const became = await createUser(product.core, by, profile).then(
            ({ how }) => how,
            ({ code }) => code,
          );
          const { outcome, detail } = people[at] ?? {};
          const meant = { created: ['create'], 'user-name-taken': ['taken'], 'user-claimed': ['ambiguous'] };
          assert.ok(
            meant[became as keyof typeof meant]?.includes(outcome ?? ''),
            `${profile.userName} was ${became}, foreseen ${outcome} ${detail}`,
          );
        }
      });
    }
  }
});
