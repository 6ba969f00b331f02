import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { markHosting } from '../../src/core/host/installation.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount, setAccountEnabled, updateAccount } from '../../src/core/service-accounts/change.js';
import { findAccount, listAccounts } from '../../src/core/service-accounts/service-account.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import { rotateToken } from '../../src/core/tokens/rotate.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/running/problem.js';

const CONTOSO = 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55';
const RETIRED = 'c0d9e8f7-1a2b-4c3d-8e4f-5a6b7c8d9e0f';

forEachEngine('service accounts', (engine) => {
  let product: Product;
  const add = (name: string, more = {}) =>
    addServiceAccount(product.core, { name, kind: 'generic', ...more });
  const find = (reference: string) =>
    product.database.read((session) => findAccount(session, reference, product.now));
  const names = async () => (await listAccounts(product.core)).map(({ name }) => name);
  const events = async () => {
    const rows = await rowsOf(product, 'scim.event');
    return rows
      .sort((a, b) => Number(a.seq) - Number(b.seq))
      .map(({ action, outcome, target_name, details }) => ({
        action,
        outcome,
        target_name,
        details: JSON.parse(String(details)),
      }));
  };
  const newEvents = async (since: number) => (await events()).slice(since);
  /** Sets which SSO providers of the host application are enabled SAML providers. */
  const enableProviders = (...ids: string[]) =>
    product.database.transaction(async ({ knex }) => {
      const providers = knex('SY_IdentityProviders'.toLowerCase()).withSchema('app');
      await providers.clone().update({ enabled: false });
      await providers.clone().whereIn('id', ids).update({ enabled: true });
    });

  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());
  beforeEach(async () => {
    for (const { id } of await listAccounts(product.core)) await removeAccount(product.core, id);
    await enableProviders(CONTOSO);
  });

  it('are what was asked for, or what makes sense', async () => {
    const plain = await add('entra', { kind: 'entra' });
    const told = await add('okta-eu', {
      kind: 'okta',
      displayName: 'Okta “EU” 🚀',
      deprovisionPolicy: 'disable',
      ssoProvider: 'contoso saml',
    });

    assert.deepEqual(plain, {
      id: plain.id,
      name: 'entra',
      kind: 'entra',
      displayName: 'Microsoft Entra ID',
      enabled: true,
      ssoProviderId: CONTOSO,
      deprovisionPolicy: 'manual',
      adoptDisabled: 'enable',
      ssoSubject: null,
      maxDepartures: '20/1h,10%',
      authentication: ['bearer'],
      createdAt: product.now,
      createdBy: 'cli:tester@test',
      tokens: { active: 0, expiresAt: null },
    });
    assert.deepEqual([told.displayName, told.deprovisionPolicy], ['Okta “EU” 🚀', 'disable']);
    assert.deepEqual(await listAccounts(product.core), [plain, told]);
  });

  it('are found by name, id, and a beginning that fits only one', async () => {
    const [entra, okta, oktaEu] = [await add('entra'), await add('okta'), await add('okta-eu')];

    assert.deepEqual((await find('entra')).id, entra.id);
    assert.deepEqual((await find('ent')).id, entra.id);
    assert.deepEqual((await find('okta')).id, okta.id, 'a whole name wins over a beginning');
    assert.deepEqual((await find('okta-')).id, oktaEu.id);
    assert.deepEqual((await find(okta.id)).id, okta.id);
    assert.deepEqual((await find(okta.id.slice(0, 13))).id, okta.id);
    const ambiguous = await problemOf(find('okt'));
    assert.deepEqual([ambiguous.kind, ambiguous.code], ['usage', 'idp-ambiguous']);
    assert.match(ambiguous.message, /okta, okta-eu/);
    for (const reference of ['', 'kta', 'ENTRA', '%', "o'kta"]) {
      assert.equal((await problemOf(find(reference))).code, 'idp-unknown');
    }
  });

  it('have names that travel through shells and URLs', async () => {
    for (const name of ['a', '7', 'okta-eu-2', 'x'.repeat(63)]) assert.equal((await add(name)).name, name);
    for (const name of [
      '',
      'Okta',
      'okta_eu',
      '-okta',
      'okta-',
      'x'.repeat(64),
      'ökta',
      'o k',
      '../x',
      "o'x",
    ]) {
      assert.equal((await problemOf(add(name))).code, 'idp-name-invalid', name);
    }
  });

  it('are bound to the only SAML provider there is, or to the one that is named', async () => {
    const spoken = async (work: Promise<unknown>) => {
      const { kind, code } = await problemOf(work);
      return `${kind} ${code}`;
    };

    await enableProviders();
    assert.equal(await spoken(add('none')), 'prerequisite saml-not-enabled');
    assert.equal(await spoken(add('none', { ssoProvider: CONTOSO })), 'prerequisite saml-not-enabled');

    await enableProviders(CONTOSO, RETIRED);
    assert.equal(await spoken(add('two')), 'usage sso-provider-ambiguous');
    assert.equal((await add('by-id', { ssoProvider: RETIRED.toUpperCase() })).ssoProviderId, RETIRED);
    assert.equal((await add('by-name', { ssoProvider: 'Contoso SAML' })).ssoProviderId, CONTOSO);

    await enableProviders(CONTOSO);
    assert.equal(await spoken(add('off', { ssoProvider: RETIRED })), 'operation sso-provider-unknown');
    assert.equal((await add('one')).ssoProviderId, CONTOSO);
  });

  it('are changed in what is given, with one event, and none where nothing changes', async () => {
    const had = await add('entra');
    const before = (await events()).length;

    const now = await updateAccount(product.core, 'entra', {
      displayName: 'Other',
      deprovisionPolicy: 'disable',
    });
    const again = await updateAccount(product.core, 'ent', { displayName: 'Other' });
    await updateAccount(product.core, 'entra', { displayName: 'Rehearsed' }, { dryRun: true });

    assert.deepEqual(now, { ...had, displayName: 'Other', deprovisionPolicy: 'disable' });
    assert.deepEqual(again, now);
    assert.deepEqual(await find('entra'), now);
    assert.deepEqual(await newEvents(before), [
      {
        action: 'idp.update',
        outcome: 'done',
        target_name: 'entra',
        details: { displayName: 'Other', deprovisionPolicy: 'disable' },
      },
    ]);
  });

  it('are refused and let in again by the operator, tokens and all', async () => {
    await add('entra');
    const { token } = await createToken(product.core, 'entra', { expiresInMs: null });
    const before = (await events()).length;

    const off = await setAccountEnabled(product.core, 'entra', false);
    await setAccountEnabled(product.core, 'entra', false);
    const refused = await verifyToken(product.core, token);
    const on = await setAccountEnabled(product.core, 'entra', true);

    assert.deepEqual([off.enabled, on.enabled], [false, true]);
    assert.equal(refused.reason, 'account-disabled');
    assert.equal((await verifyToken(product.core, token)).reason, 'valid');
    assert.deepEqual(
      (await newEvents(before)).map(({ action }) => action),
      ['idp.disable', 'idp.enable'],
    );
  });

  it('end with their tokens when they are removed, and their name is free again', async () => {
    const old = await add('entra');
    const { token } = await createToken(product.core, 'entra', { expiresInMs: null });
    const before = (await events()).length;

    const removed = await removeAccount(product.core, 'entra');
    const fresh = await add('entra');

    assert.deepEqual([removed.id, removed.enabled, removed.tokens.active], [old.id, false, 0]);
    assert.notEqual(fresh.id, old.id);
    assert.deepEqual(fresh.tokens, { active: 0, expiresAt: null });
    assert.deepEqual(await names(), ['entra']);
    assert.equal((await verifyToken(product.core, token)).valid, false);
    assert.deepEqual(await readTokens(product.core), []);
    assert.equal((await problemOf(find(old.id))).code, 'idp-unknown');
    assert.deepEqual(await newEvents(before), [
      { action: 'idp.remove', outcome: 'done', target_name: 'entra', details: { tokens: 1, users: 0 } },
      (await events()).at(-1),
    ]);
  });

  it('are removed once, and get no token any more, however many try at the same time', async () => {
    for (let round = 1; round <= 5; round++) {
      await add('entra');
      const before = (await events()).length;

      const ends = await Promise.allSettled([
        removeAccount(product.core, 'entra'),
        createToken(product.core, 'entra', { expiresInMs: null }),
        removeAccount(product.core, 'entra'),
        updateAccount(product.core, 'entra', { displayName: `Round ${round}` }),
      ]);

      for (const end of ends) {
        if (end.status === 'rejected') assert.equal(end.reason.code, 'idp-unknown', String(end.reason));
      }
      const trail = await newEvents(before);
      assert.equal(
        trail.filter(({ action, outcome }) => action === 'idp.remove' && outcome === 'done').length,
        1,
      );
      const live = (await rowsOf(product, 'scim.token')).filter(({ slot }) => slot !== null);
      assert.deepEqual(live, [], 'a removed account has a live token');
    }
  });

  it('are not added, enabled or given tokens on a cloud-hosted installation', async () => {
    await add('entra');
    const { token } = await createToken(product.core, 'entra', { expiresInMs: null });
    await setAccountEnabled(product.core, 'entra', false);
    await markHosting(product.core, 'cloud');
    const before = (await events()).length;

    const refusals = [
      await problemOf(add('okta')),
      await problemOf(setAccountEnabled(product.core, 'entra', true)),
      await problemOf(createToken(product.core, 'entra', { expiresInMs: null })),
      await problemOf(rotateToken(product.core, 'entra', { expiresInMs: null, overlapMs: 0 })),
    ];

    assert.deepEqual(
      refusals.map(({ kind, code }) => `${kind} ${code}`),
      Array(4).fill('prerequisite hosting-cloud'),
    );
    assert.deepEqual(
      (await newEvents(before)).map(({ outcome, details }) => [outcome, details.code]),
      Array(4).fill(['refused', 'hosting-cloud']),
    );
    assert.deepEqual(await names(), ['entra']);
    assert.equal((await readTokens(product.core)).length, 1);
    assert.equal((await verifyToken(product.core, token)).valid, false);
    await setAccountEnabled(product.core, 'entra', false); // What only takes away is allowed.

    await markHosting(product.core, 'on-premises');
    await setAccountEnabled(product.core, 'entra', true);
    assert.equal((await verifyToken(product.core, token)).reason, 'valid');
  });
});
