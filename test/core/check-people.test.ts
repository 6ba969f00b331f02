import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { runChecks } from '../../src/core/check/run-checks.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount, setAccountEnabled, updateAccount } from '../../src/core/service-accounts/change.js';
import { updateIdentity } from '../../src/database/queries/links/identities.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, changeHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('the check of people', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;

  before(async () => {
    product = await freshProduct(engine);
    [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
  });
  after(() => product.close());
  beforeEach(() => product.database.transaction(({ knex }) => knex('identity').withSchema('scim').delete()));

  const check = async (name: string, idp?: string) => {
    const { checks } = await runChecks({
      connect: async () => product.database,
      clock: () => product.now,
      names: [name],
      ...(idp !== undefined && { idp }),
    });
    const found = checks.find((one) => one.name === name);
    assert(found, JSON.stringify(checks));
    return [found.status, found.summary, found.advice];
  };
  const left = () => ({ deprovisionedAt: product.now, deprovisionReason: 'disabled' }) as const;
  const held = () => ({ ...left(), heldBackAt: product.now });

  it('fails while departures are held back, with the command that releases them', async () => {
    assert.deepEqual(await check('departures'), ['pass', 'no departure is held back', undefined]);
    for (const id of ['2', '3']) await link(product, okta, id, held());
    await link(product, entra, '4', left());

    const failing = [
      'fail',
      'departures are held back until you release them: 2 of okta',
      'Review the accounts that are still enabled with `scimctl users pending --idp okta`, then disable them with `scimctl idp release okta`.',
    ];
    assert.deepEqual(await check('departures'), failing);
    assert.deepEqual(await check('departures', 'okta'), failing);
    assert.equal((await check('departures', 'entra'))[0], 'pass');

    await setAccountEnabled(product.core, 'okta', false);
    assert.deepEqual(await check('departures'), failing);
    await setAccountEnabled(product.core, 'okta', true);
  });

  it('fails also where the IdP was removed meanwhile, which is refused now', async () => {
    const { id } = await addServiceAccount(product.core, { name: 'leaving', kind: 'generic' });
    await link(product, { ...okta, id }, '2', held());
    assert.equal((await check('departures'))[0], 'fail');
    assert.equal((await problemOf(removeAccount(product.core, 'leaving'))).code, 'idp-holds-departures');

    // As an earlier version did.
    await product.database.transaction(({ knex }) =>
      knex('service_account')
        .withSchema('scim')
        .where({ service_account_id: id })
        .update({ removed_at: product.now.toISOString().slice(0, 23), is_enabled: false }),
    );
    const [status, summary, advice] = await check('departures');
    assert.deepEqual(
      [status, summary],
      ['fail', 'departures are held back until you release them: 1 of leaving'],
    );
    assert.match(advice ?? '', /`scimctl users pending --idp leaving`.*`scimctl users disable USER`/);
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').where({ id: 2 }).update({ enabled: false }),
    );
    assert.equal((await check('departures'))[0], 'pass');
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').where({ id: 2 }).update({ enabled: true }),
    );
  });

  it('recommends a limit to an IdP that disables accounts without one', async () => {
    await updateAccount(product.core, 'entra', { deprovisionPolicy: 'disable', maxDepartures: null });
    assert.deepEqual(await check('departures'), [
      'warn',
      'entra can disable any number of accounts at once',
      'Set a limit with `scimctl idp update entra --max-departures "20/1h,10%"`.',
    ]);
    assert.equal((await check('departures', 'okta'))[0], 'pass');

    await updateAccount(product.core, 'entra', { deprovisionPolicy: 'manual' });
    assert.equal((await check('departures'))[0], 'pass');
  });

  it('warns of doubtful links, until another link knows whose the account is', async () => {
    const former = { accountLogin: 'former', accountEmail: 'former@contoso.example' };
    assert.equal((await check('doubtful'))[0], 'pass');
    await link(product, entra, '2', former);
    await link(product, okta, '3', { ...former, ...left() });
    await link(product, okta, '4', {
      accountLogin: 'zoe.mueller@contoso.example',
      accountEmail: 'old@x.example',
    });

    const [status, summary, advice] = await check('doubtful');
    assert.deepEqual([status, summary?.split(':')[0]], ['warn', '2 links are doubtful']);
    assert.match(
      advice ?? '',
      /`scimctl users pending --reason doubtful`.*`scimctl users link LOGIN --none`/,
    );
    assert.match((await check('doubtful', 'okta'))[1] ?? '', /^1 link is doubtful/);

    await link(product, entra, '3');
    assert.match((await check('doubtful'))[1] ?? '', /^1 link is doubtful/);
  });

  it('warns of users who are suspended in the application, as departures of before may be', async () => {
    assert.equal((await check('suspended'))[0], 'pass');
    await link(product, entra, '20'); // disabled
    await link(product, entra, '2'); // enabled
    await link(product, okta, '3', left());

    const [status, summary, advice] = await check('suspended');
    assert.deepEqual([status, summary?.split(':')[0]], ['warn', '1 user is suspended in the application']);
    assert.match(advice ?? '', /`scimctl users list --state suspended`.*restart provisioning in the IdP/);
    assert.equal((await check('suspended', 'okta'))[0], 'pass');
  });

  it('names the pairs of accounts that differ only in case, and no others', async () => {
    assert.deepEqual(await check('host'), [
      'pass',
      'all three host views are there; every write that provisioning needs succeeds',
      undefined,
    ]);
    await addHostUser(product, 'dup@contoso.example', { email: 'first@contoso.example' });
    await addHostUser(product, 'twice', { email: 'ANNA.schmidt@contoso.example' });
    // Not every application has logins that are unique without regard to case, as those of the reference are.
    await product.test.query(
      engine.name === 'mssql'
        ? 'alter table app.users drop constraint users_login'
        : 'drop index app.users_login',
    );
    const login = 'DUP@contoso.example';
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').insert({ login, email: null, display_name: login, enabled: true }),
    );

    const [status, summary, advice] = await check('host');
    assert.equal(status, 'warn');
    const [logins = '', emails = ''] = (summary ?? '').split('; ');
    assert.match(
      logins,
      /^1 pair of login names differs only in case: (dup@.* and DUP@.*|DUP@.* and dup@.*)$/,
    );
    assert.match(
      emails,
      /^1 pair of e-mail addresses differs only in case: .*anna\.schmidt@contoso\.example.*$/,
    );
    assert.match(advice ?? '', /`scimctl users link LOGIN --idp NAME --user-name USER`/);
    await changeHostUser(product, 'twice', { email: null });
    // By its id: the collation may take the other one for it.
    const upper = (await rowsOf(product, 'app.users')).find((row) => row.login === login);
    await product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(upper?.id) })
        .delete(),
    );
    await changeHostUser(product, 'twice', { email: 'Dup@contoso.example' });
    assert.match(
      (await check('host'))[1] ?? '',
      /^1 login name is the e-mail address of another account: (dup@contoso.example and twice|twice and dup@contoso.example)$/,
    );
    await changeHostUser(product, 'twice', { email: null });
    assert.equal((await check('host'))[0], 'pass');
  });

  it('says which names the host application derives', async () => {
    const [anna, maria] = [await link(product, entra, '2'), await link(product, entra, '3')];
    const ended = await link(product, entra, '4', left());
    await product.database.transaction(async (session) => {
      for (const id of [anna, maria, ended])
        await session
          .knex('identity')
          .withSchema('scim')
          .where({ identity_id: id })
          .update({ derived_display_name: 'Schmidt, Anna' });
      await session
        .knex('identity')
        .withSchema('scim')
        .where({ identity_id: anna })
        .update({ derived_given_name: '' });
      await updateIdentity(session, anna, { updatedAt: product.now });
    });
    assert.deepEqual(await check('host'), [
      'pass',
      'all three host views are there; every write that provisioning needs succeeds; the host application derives names by its own rule: display name of 2 users, given name of 1 user',
      undefined,
    ]);
  });
});
