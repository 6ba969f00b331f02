import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { disableUser } from '../../src/core/users/disable.js';
import { type LinkedUserQuery, listLinkedUsers, showLinkedUser } from '../../src/core/users/linked.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { person } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('linked users', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  let gone: Idp;

  before(async () => {
    product = await freshProduct(engine);
    product.now = new Date('2026-03-31T12:00:00.000Z');
    entra = await addIdp(product, 'entra');
    okta = await addIdp(product, 'okta');
    gone = await addIdp(product, 'gone');
    const at = product.now;
    const left = (deprovisionReason: 'disabled' | 'deleted') => ({ deprovisionedAt: at, deprovisionReason });
    await link(product, entra, '2', { userName: 'anna', externalId: 'object-2' });
    await link(product, entra, '3', { userName: 'maria', ...left('disabled') });
    await link(product, entra, '4', { userName: 'zoe', ...left('deleted') });
    await link(product, okta, '5', { userName: 'eleni', ...left('disabled') });
    await link(product, okta, '6', { userName: 'sergej', ...left('deleted') });
    await link(product, okta, '7', { userName: 'wang' });
    await link(product, okta, '1', { userName: 'admin', ...left('disabled') });
    await link(product, gone, '8', { userName: 'yamada' });
    await link(product, gone, '9', { userName: 'layla', ...left('disabled') });
    await removeAccount(product.core, 'gone');
    // Disabled in the host application: 5 and 6 by hand after they had left, 7 in spite of the IdP.
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').whereIn('id', [5, 6, 7]).update({ enabled: false, licence_type: null }),
    );
    const group = '0e9b4a52-6f1d-4c3a-8b7e-2d5c9f013a68';
    await product.database.transaction(async ({ knex, dialect }) => {
      const instant = dialect.bindInstant(at);
      const row = { group_id: group, service_account_id: entra.id, display_name: 'Quality' };
      await knex('idp_group')
        .withSchema('scim')
        .insert({ ...row, created_at: instant, updated_at: instant });
      const [anna] = await knex('identity')
        .withSchema('scim')
        .where({ user_name: 'anna' })
        .select('identity_id');
      await knex('idp_group_member')
        .withSchema('scim')
        .insert({ group_id: group, identity_id: anna.identity_id });
    });
  });
  after(() => product.close());

  const listed = async (query?: LinkedUserQuery) =>
    (await listLinkedUsers(product.core, query)).map(
      ({ userName, idp, link, account, pending }) =>
        `${userName} ${idp} ${link}, ${account}${pending ? ', pending' : ''}`,
    );

  it('are those whom an IdP manages, or who are pending, by name', async () => {
    assert.deepEqual(await listed(), [
      'admin okta ended, enabled', // Protected, and therefore never pending.
      'anna entra in force, enabled',
      'eleni okta ended, disabled',
      'layla gone ended, enabled, pending', // Of a service account that was removed.
      'maria entra ended, enabled, pending',
      'wang okta in force, disabled', // Suspended in the application.
      'zoe entra ended, enabled, pending',
    ]);
  });

  it('can be asked for by IdP and state', async () => {
    assert.deepEqual(await listed({ idp: 'entra' }), [
      'anna entra in force, enabled',
      'maria entra ended, enabled, pending',
      'zoe entra ended, enabled, pending',
    ]);
    assert.deepEqual(await listed({ state: 'active' }), [
      'anna entra in force, enabled',
      'wang okta in force, disabled',
    ]);
    assert.deepEqual(await listed({ state: 'suspended' }), ['wang okta in force, disabled']);
    assert.deepEqual(await listed({ state: 'suspended', idp: 'entra' }), []);
    assert.deepEqual(await listed({ state: 'pending', idp: 'entra' }), [
      'maria entra ended, enabled, pending',
      'zoe entra ended, enabled, pending',
    ]);
    assert.equal((await listed({ state: 'inactive' })).length, 5);
    assert.deepEqual(await listed({ limit: 2 }), [
      'admin okta ended, enabled',
      'anna entra in force, enabled',
    ]);
    assert.equal((await problemOf(listLinkedUsers(product.core, { idp: 'nobody' }))).code, 'idp-unknown');
  });

  it('are shown with what is known of them', async () => {
    const [anna] = (await listLinkedUsers(product.core, { state: 'active' })).slice(0, 1);

    assert.deepEqual(anna, {
      userName: 'anna',
      idp: 'entra',
      externalId: 'object-2',
      hostUserId: '2',
      displayName: 'Anna Schmidt',
      link: 'in force',
      account: 'enabled',
      active: true,
      pending: false,
      licenceType: 'Concurrent',
      groups: ['Quality'],
    });
    const details = await showLinkedUser(product.core, 'object-2');
    const { id, lastSignInAt, changes, history, ...rest } = details;
    assert.deepEqual([changes, history], [[], []]);
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.equal(lastSignInAt?.toISOString(), '2025-11-03T07:02:11.250Z');
    assert.deepEqual(rest, {
      ...anna,
      loginName: 'anna.schmidt@contoso.example',
      email: 'anna.schmidt@contoso.example',
      enabled: true,
      protected: false,
      ssoProviderId: 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55',
      deprovisionedAt: null,
      reason: null,
      missingSince: null,
      createdAt: product.now,
      updatedAt: product.now,
    });
  });

  it('are found by any of their names and ids, exactly', async () => {
    const { id } = await showLinkedUser(product.core, 'anna');
    for (const name of ['ANNA', 'Anna.Schmidt@contoso.example', '2', 'object-2', id, id.toUpperCase()]) {
      assert.equal((await showLinkedUser(product.core, name)).hostUserId, '2', name);
    }
    for (const name of ['ann', 'OBJECT-2', '', "' or 1=1 --"]) {
      assert.equal((await problemOf(showLinkedUser(product.core, name))).code, 'user-unknown', name);
    }
  });

  it('are shown by the link in force, where there are several', async () => {
    await link(product, okta, '3', { userName: 'maria@okta' });

    const { idp, active } = await showLinkedUser(product.core, 'Maria.Rossi@contoso.example');
    assert.deepEqual([idp, active], ['okta', true]);
  });

  it('are shown though they are history, where nothing else is meant', async () => {
    const { idp, link: state, account, reason } = await showLinkedUser(product.core, 'sergej');
    assert.deepEqual([idp, state, account, reason], ['okta', 'ended', 'disabled', 'deleted']);
    const removed = await showLinkedUser(product.core, 'yamada');
    assert.deepEqual([removed.idp, removed.link, removed.active], ['gone', 'unlinked', false]);

    await link(product, okta, '21', { userName: 'Sergej' });
    assert.equal((await showLinkedUser(product.core, 'sergej')).hostUserId, '21');
  });

  it('are gone, or doubtful, where the host application has deleted the account or reused its key', async () => {
    const former = { accountLogin: 'former', accountEmail: 'former@contoso.example' };
    await link(product, okta, '4711', { userName: 'missing' });
    await link(product, okta, '22', { userName: 'reused', ...former });
    const states = async (name: string) => {
      const { link: state, account, active, loginName } = await showLinkedUser(product.core, name);
      return [state, account, active, loginName];
    };
    assert.deepEqual(await states('missing'), ['in force', 'gone', false, null]);
    assert.deepEqual(await states('reused'), ['in force', 'doubtful', true, 'lars.holm@contoso.example']);
    assert.deepEqual(await listed({ state: 'doubtful' }), ['reused okta in force, doubtful']);

    // Another link knows whose the account is: of the former user's nothing is left.
    const left = { deprovisionedAt: product.now, deprovisionReason: 'disabled' } as const;
    await link(product, entra, '23', { userName: 'was', ...former, ...left });
    await link(product, okta, '23', { userName: 'is' });
    assert.deepEqual(await states('was'), ['ended', 'gone', false, null]);
    assert.deepEqual(await states('is'), ['in force', 'enabled', true, 'chloe.dubois@contoso.example']);
    assert.equal((await listed({ state: 'doubtful' })).length, 1);
  });

  it('are not listed where another link has taken over the name, but while they are pending', async () => {
    const left = { deprovisionedAt: product.now, deprovisionReason: 'disabled' } as const;
    const replaced = { userName: 'replaced', ...left, supersededAt: product.now };
    await link(product, okta, '24', replaced);
    const found = async () => (await listed()).filter((line) => line.startsWith('replaced'));
    assert.deepEqual(await found(), ['replaced okta ended, enabled, pending']);

    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').where({ id: 24 }).update({ enabled: false }),
    );
    assert.deepEqual(await found(), []);
  });

  it('are shown with what was done to the account, by whomever', async () => {
    const profile = person('traced');
    const { user } = await createUser(product.core, entra, profile);
    product.now = new Date(product.now.getTime() + 1000);
    await changeUser(product.core, entra, user.id, (now) => ({ ...now, givenName: 'Tracy' }));
    await changeUser(product.core, entra, user.id, (now) => ({ ...now, active: false }));
    product.now = new Date(product.now.getTime() + 1000);
    await disableUser(product.core, profile.userName);
    await createUser(product.core, okta, person('traced', { externalId: 'other' }));

    const { idp, changes } = await showLinkedUser(product.core, profile.userName);

    assert.equal(idp, 'okta');
    const shown = changes.map(({ action, before: was, after: is }) => [
      action,
      was && [was.loginName, was.enabled, was.licenceType],
      is && [is.loginName, is.enabled, is.licenceType],
    ]);
    const [on, off] = [
      [profile.userName, true, 'Concurrent'],
      [profile.userName, false, null],
    ];
    assert.deepEqual(
      [shown[0], shown[1], shown.at(-1)],
      [
        ['user.match', off, on],
        ['user.disable', on, off],
        ['user.create', null, on],
      ],
    );
    assert.deepEqual(changes[1]?.at, product.now);
    assert.equal(changes[1]?.actor, 'cli:tester@test');
  });

  it('are not guessed at where a name means several', async () => {
    await link(product, okta, '12', { userName: 'robin' });
    await link(product, entra, '11', { userName: 'robin' });

    const problem = await problemOf(showLinkedUser(product.core, 'robin'));
    assert.equal(problem.code, 'user-reference-ambiguous');
  });

  it('are there as soon as an IdP has created them', async () => {
    const profile = {
      email: 'new.hire@contoso.example',
      displayName: 'New Hire',
      givenName: null,
      familyName: null,
    };
    const userName = 'new.hire@contoso.example';
    await createUser(product.core, entra, {
      ...profile,
      userName,
      externalId: 'n-1',
      active: true,
      attributes: {},
    });

    const { active, licenceType, email } = await showLinkedUser(product.core, 'n-1');
    assert.deepEqual([active, licenceType, email], [true, 'Concurrent', userName]);
  });
});
