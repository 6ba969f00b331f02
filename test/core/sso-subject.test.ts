import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { hostStatus } from '../../src/core/host/status.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import type { Idp, Profile, ProvisionedUser } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import { linkByHand } from '../../src/core/users/link.js';
import type { SsoSubject } from '../../src/words/idp.js';
import { installPlainProvider, installPlainUsers, runOn } from '../support/databases/plain-host.js';
import {
  AS_SERVED,
  freshProduct,
  openTestDatabase,
  type Product,
  rowsOf,
} from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { eventsOf, person } from '../support/people/people.js';
import { problemOf } from '../support/running/problem.js';

/** The object id that Entra ID puts in front of the name of a user whom it has deleted softly. */
const MARK = '0123456789abcdef0123456789abcdef';

// A host application that knows its users by what their IdP calls them, with views as plain as can be.
forEachEngine('the SSO subject and the external id of an account', (engine) => {
  let product: Product;
  const idps = new Map<SsoSubject | 'none', Idp>();
  const mssql = engine.name === 'mssql';
  const run = (sql: string) => runOn(product, sql);

  before(async () => {
    product = await freshProduct(engine, { host: false });
    await installPlainProvider(product);
    await installPlainUsers(product, { externalId: 200, ssoSubject: 330 });
    for (const ssoSubject of ['user-name', 'email', 'object-id', 'none'] as const) {
      const account = { kind: 'entra', ssoSubject: ssoSubject === 'none' ? null : ssoSubject } as const;
      idps.set(ssoSubject, await addServiceAccount(product.core, { name: `by-${ssoSubject}`, ...account }));
    }
  });
  after(() => product.close());

  const idpBy = (subject: SsoSubject | 'none'): Idp => idps.get(subject) as Idp;
  const account = async (login: string) => {
    const found = (await rowsOf(product, 'own.users')).find(
      ({ login_name }) => login_name === `${login}@contoso.example`,
    );
    assert.ok(found, login);
    return found;
  };
  const subjects = async (login: string) => {
    const { sso_subject, external_id } = await account(login);
    return [sso_subject, external_id];
  };
  const add = (login: string, more: Record<string, unknown> = {}) =>
    product.database.transaction(async ({ knex }) => {
      const name = `${login}@contoso.example`;
      const row = { login_name: name, email: name, display_name: login, is_enabled: true, ...more };
      await knex('users').withSchema('own').insert(row);
    });
  const create = (idp: Idp, name: string, more: Partial<Profile> = {}) =>
    createUser(product.core, idp, person(name, { userName: `upn.${name}@contoso.example`, ...more }));
  const change = (idp: Idp, { id }: ProvisionedUser, more: Partial<Profile>) =>
    changeUser(product.core, idp, id, (now) => ({ ...now, ...more }));

  it('are those of a new account, by what its IdP sends as NameID', async () => {
    for (const by of ['user-name', 'email', 'object-id', 'none'] as const)
      await create(idpBy(by), `new-${by}`);

    assert.deepEqual(
      await Promise.all(['user-name', 'email', 'object-id', 'none'].map((by) => subjects(`new-${by}`))),
      [
        ['upn.new-user-name@contoso.example', 'object-new-user-name'],
        ['new-email@contoso.example', 'object-new-email'],
        ['object-new-object-id', 'object-new-object-id'],
        [null, null],
      ],
    );
  });

  it('are in the event, before and after', async () => {
    await add('told');

    const [event] = await eventsOf(product, () => create(idpBy('user-name'), 'told'));

    const { before, after } = (event?.details ?? {}) as Record<string, Record<string, unknown>>;
    assert.deepEqual([before?.ssoSubject, before?.externalId], [null, null]);
    assert.deepEqual([after?.ssoSubject, after?.externalId], ['upn.told@contoso.example', 'object-told']);
  });

  it('are written where changes share a transaction', async () => {
    const database = await openTestDatabase(product.url, 'scim', AS_SERVED);
    try {
      const { Sharing } = await import('../../src/core/provisioning/transactions/sharing.js');
      const core = { ...product.core, database, sharing: new Sharing(product.core.random) };
      const names = ['shared-1', 'shared-2', 'shared-3'];
      await Promise.all(names.map((name) => createUser(core, idpBy('user-name'), person(name))));
      for (const name of names) {
        assert.deepEqual(await subjects(name), [`${name}@contoso.example`, `object-${name}`]);
      }
    } finally {
      if (database !== product.database) await database.close();
    }
  });

  it('follow a rename, and outlast a departure and the name of a deleted user', async () => {
    const idp = { ...idpBy('user-name'), deprovisionPolicy: 'disable' } as const;
    const { user } = await create(idp, 'renamed');

    await change(idp, user, { userName: 'upn.other@contoso.example', externalId: 'object-other' });
    assert.deepEqual(await subjects('renamed'), ['upn.other@contoso.example', 'object-other']);

    await change(idp, user, { userName: `${MARK}upn.other@contoso.example` });
    assert.deepEqual(await subjects('renamed'), ['upn.other@contoso.example', 'object-other']);

    await change(idp, user, { active: false });
    await change(idp, user, { userName: `${MARK}upn.other@contoso.example` });
    assert.deepEqual(await subjects('renamed'), ['upn.other@contoso.example', 'object-other']);

    await change(idp, user, { active: true, userName: 'upn.third@contoso.example' });
    assert.deepEqual(await subjects('renamed'), ['upn.third@contoso.example', 'object-other']);

    await deleteUser(product.core, idp, user.id);
    assert.deepEqual(await subjects('renamed'), ['upn.third@contoso.example', 'object-other']);
  });

  it('are filled in for a user whom the IdP had before it was set to write them', async () => {
    const { user } = await create(idpBy('none'), 'late');
    await updateAccount(product.core, 'by-none', { ssoSubject: 'email' });
    const idp: Idp = { ...idpBy('none'), ssoSubject: 'email' };

    assert.equal((await change(idp, user, {})).changed, true);
    assert.deepEqual(await subjects('late'), ['late@contoso.example', 'object-late']);
    assert.equal((await change(idp, user, {})).changed, false);

    // And follow where the IdP sends something else from now on.
    await updateAccount(product.core, 'by-none', { ssoSubject: 'object-id' });
    await change({ ...idp, ssoSubject: 'object-id' }, user, {});
    assert.deepEqual(await subjects('late'), ['object-late', 'object-late']);
    await updateAccount(product.core, 'by-none', { ssoSubject: null });
  });

  it('of an account that has others are kept, until a person says that they may be replaced', async () => {
    const idp = idpBy('user-name');
    await add('taken', { sso_subject: 'somebody.else@contoso.example' });
    await add('other-id', { external_id: 'another-object' });

    for (const name of ['taken', 'other-id']) {
      const problem = await problemOf(create(idp, name));
      assert.equal(problem.code, 'sso-subject-taken');
      assert.match(
        problem.hint ?? '',
        new RegExp(`users link LOGIN --idp NAME --external-id object-${name} --replace-subject`),
      );
    }
    assert.deepEqual(await subjects('taken'), ['somebody.else@contoso.example', null]);
    const foreseen = await preflight(product.core, [{ at: 0, profile: person('taken') }], { idp: idp.name });
    assert.deepEqual(
      foreseen.people.map(({ outcome, advice }) => [outcome, advice?.includes('--replace-subject')]),
      [['claimed', true]],
    );

    const by = { account: 'taken@contoso.example', idp: idp.name, externalId: 'object-taken' };
    const { changed } = await linkByHand(product.core, { ...by, replaceSubject: true });
    assert.equal(changed, true);
    assert.equal((await linkByHand(product.core, { ...by, replaceSubject: true })).changed, false);
    assert.deepEqual(await subjects('taken'), ['somebody.else@contoso.example', null]);

    await create(idp, 'taken');
    assert.deepEqual(await subjects('taken'), ['upn.taken@contoso.example', 'object-taken']);
  });

  it('that the application has changed stay while the IdP says nothing new, and are not replaced then', async () => {
    const idp = idpBy('user-name');
    const { user } = await create(idp, 'moved');
    await run(
      `update own.users set sso_subject = 'by.hand@contoso.example' where login_name = 'moved@contoso.example'`,
    );

    await change(idp, user, { displayName: 'Moved' });
    assert.deepEqual(await subjects('moved'), ['by.hand@contoso.example', 'object-moved']);

    const renamed = { userName: 'upn.moved2@contoso.example' };
    assert.equal((await problemOf(change(idp, user, renamed))).code, 'sso-subject-taken');
    await linkByHand(product.core, {
      account: 'moved@contoso.example',
      idp: idp.name,
      externalId: 'object-moved',
      replaceSubject: true,
    });
    await change(idp, user, renamed);
    assert.deepEqual(await subjects('moved'), ['upn.moved2@contoso.example', 'object-moved']);
  });

  it('are not replaced by another IdP, and may be the same', async () => {
    const { user } = await create(idpBy('email'), 'passed-on');
    await change(idpBy('email'), user, { active: false });

    const other = { userName: 'passed-on@contoso.example' };
    assert.equal(
      (await problemOf(create(idpBy('object-id'), 'passed-on', { externalId: 'another' }))).code,
      'sso-subject-taken',
    );
    await create(idpBy('user-name'), 'passed-on', other);
    assert.deepEqual(await subjects('passed-on'), ['passed-on@contoso.example', 'object-passed-on']);
  });

  it('are announced by a preflight', async () => {
    await add('announced');
    const people = [{ at: 0, profile: person('announced') }];

    const [foreseen] = (await preflight(product.core, people, { idp: 'by-object-id' })).people;

    assert.deepEqual(foreseen?.changes.ssoSubject, [null, 'object-announced']);
    assert.deepEqual(foreseen?.changes.externalId, [null, 'object-announced']);
  });

  it('are tried by host status', async () => {
    const { writes } = await hostStatus(product.database);

    assert.deepEqual(
      writes
        .filter(({ column }) => /external|subject/.test(column))
        .map(({ column, result }) => [column, result]),
      [
        ['external_id', 'writable'],
        ['sso_subject', 'writable'],
      ],
    );
  });

  it('that the application does not take are refused', async () => {
    const cut = mssql
      ? `create trigger own.cut on own.users after insert, update as
         begin set nocount on; if update(sso_subject) update u set sso_subject = N'cut' from own.users u join inserted i on i.user_id = u.user_id where u.sso_subject <> N'cut'; end`
      : `create function own.cut() returns trigger language plpgsql as $$ begin new.sso_subject := 'cut'; return new; end $$`;
    await run(cut);
    if (!mssql)
      await run(
        'create trigger cut before insert or update on own.users for each row execute function own.cut()',
      );
    try {
      const problem = await problemOf(create(idpBy('user-name'), 'cut'));
      assert.equal(problem.code, 'host-write-ignored');
      assert.match(problem.message, /SSO subject/);
    } finally {
      await run(mssql ? 'drop trigger own.cut' : 'drop trigger cut on own.users');
    }
  });
});
