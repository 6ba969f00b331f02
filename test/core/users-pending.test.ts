import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { type PendingQuery, pendingUsers } from '../../src/core/users/pending.js';
import { insertIdentity } from '../../src/database/queries/links/identities.js';
import type { DeprovisionReason } from '../../src/words/link.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/running/problem.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

forEachEngine('users pending manual disable', (engine) => {
  let product: Product;
  const accounts: Record<string, string> = {};

  before(async () => {
    product = await freshProduct(engine);
    product.now = new Date('2026-03-31T12:00:00.000Z');
    for (const name of ['entra', 'okta']) {
      accounts[name] = (await addServiceAccount(product.core, { name, kind: 'generic' })).id;
    }
  });
  after(() => product.close());
  beforeEach(() =>
    product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      await knex('users').withSchema('app').whereIn('id', [1, 2, 3, 4, 19]).update({ enabled: true });
    }),
  );

  /** Links a host user to an IdP; deprovisioned so long ago, or active. */
  const link = (
    hostUserId: string,
    idp: string,
    {
      ago,
      reason = 'disabled',
      externalId = null,
    }: { ago?: number; reason?: DeprovisionReason; externalId?: string | null } = {},
  ) => {
    const at = new Date(product.now.getTime() - (ago ?? 0));
    return product.database.transaction((session) =>
      insertIdentity(session, {
        identityId: randomUUID(),
        serviceAccountId: accounts[idp] ?? '',
        externalId,
        userName: `user-${hostUserId}@contoso.example`,
        hostUserId,
        createdAt: at,
        updatedAt: at,
        deprovisionedAt: ago === undefined ? null : at,
        deprovisionReason: ago === undefined ? null : reason,
      }),
    );
  };
  const pending = async (query: PendingQuery = {}) =>
    (await pendingUsers(product.core, query)).map(({ userId, idp }) => `${userId} ${idp}`);
  const setUser = (id: number, columns: Record<string, unknown>) =>
    product.database.transaction(({ knex }) => knex('users').withSchema('app').where({ id }).update(columns));

  it('are shown with what is known of them', async () => {
    await link('4', 'entra', { ago: 3 * DAY_MS + HOUR_MS, reason: 'deleted', externalId: 'object-4' });
    await link('19', 'okta', { ago: 0 });

    assert.deepEqual(await pendingUsers(product.core), [
      {
        userId: '4',
        loginName: 'zoe.mueller@contoso.example',
        email: 'zoe.mueller@contoso.example',
        displayName: 'Zoë Müller',
        idp: 'entra',
        externalId: 'object-4',
        reason: 'deleted',
        since: new Date('2026-03-28T11:00:00.000Z'),
        days: 3,
        licenceType: 'Concurrent',
        heldBack: false,
        lastSignInAt: new Date('2025-10-28T09:30:00.000Z'),
      },
      {
        userId: '19',
        loginName: 'scanner-3',
        email: null,
        displayName: 'Goods-in scanner 3',
        idp: 'okta',
        externalId: null,
        reason: 'disabled',
        since: product.now,
        days: 0,
        licenceType: null,
        heldBack: false,
        lastSignInAt: new Date('2025-11-03T06:00:00.000Z'),
      },
    ]);
  });

  it('are only those whose account is enabled at this moment', async () => {
    await link('2', 'entra', { ago: DAY_MS });
    await link('3', 'entra'); // active
    await link('20', 'entra', { ago: DAY_MS }); // disabled in the host application already
    assert.deepEqual(await pending(), ['2 entra']);

    await setUser(2, { enabled: false });
    assert.deepEqual(await pending(), []);

    await setUser(2, { enabled: true });
    assert.deepEqual(await pending(), ['2 entra']);
  });

  it('are never those who are protected, nor those who are gone', async () => {
    await link('1', 'entra', { ago: DAY_MS });
    await link('4711', 'entra', { ago: DAY_MS });
    await link('not-a-number', 'entra', { ago: DAY_MS });

    assert.deepEqual(await pending(), []);
  });

  it('are not those whom another IdP has provisioned again', async () => {
    await link('2', 'entra', { ago: 2 * DAY_MS });
    await link('3', 'entra', { ago: 2 * DAY_MS });
    await link('2', 'okta');

    assert.deepEqual(await pending(), ['3 entra']);

    // And are again once that one has deprovisioned them too: by its word, and since then.
    await product.database.transaction(({ knex }) =>
      knex('identity')
        .withSchema('scim')
        .where({ service_account_id: accounts.okta })
        .update({
          deprovisioned_at: product.database.dialect.bindInstant(product.now),
          deprovision_reason: 'missing',
        }),
    );
    assert.deepEqual(await pending(), ['3 entra', '2 okta']);
    const [, latest] = await pendingUsers(product.core);
    assert.deepEqual(
      [latest?.userId, latest?.reason, latest?.since, latest?.days],
      ['2', 'missing', product.now, 0],
    );
    assert.deepEqual(await pending({ idp: 'entra' }), ['3 entra']);
  });

  it('can be chosen by IdP, reason and age, and wait longest first', async () => {
    await link('2', 'entra', { ago: 10 * DAY_MS, reason: 'disabled' });
    await link('3', 'okta', { ago: 30 * DAY_MS, reason: 'deleted' });
    await link('4', 'entra', { ago: 20 * DAY_MS, reason: 'missing' });

    assert.deepEqual(await pending(), ['3 okta', '4 entra', '2 entra']);
    assert.deepEqual(await pending({ idp: 'entra' }), ['4 entra', '2 entra']);
    assert.deepEqual(await pending({ idp: 'ok' }), ['3 okta']);
    assert.deepEqual(await pending({ reason: 'missing' }), ['4 entra']);
    assert.deepEqual(await pending({ olderThanMs: 20 * DAY_MS }), ['3 okta', '4 entra']);
    assert.deepEqual(await pending({ olderThanMs: 20 * DAY_MS + 1 }), ['3 okta']);
    assert.deepEqual(await pending({ idp: 'entra', reason: 'deleted' }), []);
    assert.equal((await problemOf(pending({ idp: 'nobody' }))).code, 'idp-unknown');
  });

  it('are not those whom an IdP had left before another one that was removed', async () => {
    const { id } = await addServiceAccount(product.core, { name: 'second', kind: 'generic' });
    accounts.second = id;
    await link('2', 'entra', { ago: 400 * DAY_MS });
    await link('2', 'second');

    await removeAccount(product.core, 'second');

    assert.deepEqual(await pending(), []);
  });

  it('stay on the list when their IdP is removed', async () => {
    const { id } = await addServiceAccount(product.core, { name: 'leaving', kind: 'generic' });
    accounts.leaving = id;
    await link('2', 'leaving', { ago: DAY_MS });
    await link('3', 'leaving'); // managed until now, and by nobody from then on

    await removeAccount(product.core, 'leaving');

    assert.deepEqual(await pending(), ['2 leaving']);
    // The link of the other is over, so that another IdP may take it up.
    await link('3', 'okta');
    assert.deepEqual(await pending(), ['2 leaving']);
    // By the name as well, also after it was given again.
    assert.deepEqual(await pending({ idp: 'leaving' }), ['2 leaving']);
    assert.deepEqual(await pending({ idp: 'leav' }), ['2 leaving']);
    assert.deepEqual(await pending({ idp: id }), ['2 leaving']);
    const again = await addServiceAccount(product.core, { name: 'leaving', kind: 'generic' });
    accounts.leaving = again.id;
    await link('4', 'leaving', { ago: HOUR_MS });
    assert.deepEqual(await pending({ idp: 'leaving' }), ['2 leaving', '4 leaving']);
    assert.deepEqual(await pending({ idp: 'leav' }), ['2 leaving', '4 leaving']);
    assert.deepEqual(await pending({ idp: again.id }), ['4 leaving']);
    assert.deepEqual(await pending({ idp: 'entra' }), []);
    await removeAccount(product.core, 'leaving');
  });

  it('keep their names as they are, whatever is in them', async () => {
    const names = [
      "Siobhán O'Neill; drop table app.users; --",
      '王小明 ليلى حداد',
      'Robin 🚀👩🏽‍🔬 Lindqvist',
      '%_[a]\\ "quoted", with comma\nand line',
      'é'.repeat(100) + 'x'.repeat(100),
    ];
    for (const [index, name] of names.entries()) {
      assert.equal(name.length <= 200, true);
      await setUser(2, { display_name: name });
      if (index === 0) await link('2', 'entra', { ago: DAY_MS });

      assert.deepEqual(
        (await pendingUsers(product.core)).map(({ displayName }) => displayName),
        [name],
      );
    }
  });

  it('are many at times', async () => {
    await product.database.transaction(async ({ knex }) => {
      const users = Array.from({ length: 300 }, (_, index) => ({
        login: `many-${index}@contoso.example`,
        display_name: `Many ${index}`,
        enabled: true,
        protected: false,
      }));
      await knex.batchInsert('app.users', users, 100);
    });
    const ids = await product.database.read(({ knex }) =>
      knex('users').withSchema('app').where('login', 'like', 'many-%').pluck('id'),
    );
    for (const id of ids) await link(String(id), 'entra', { ago: DAY_MS });

    assert.equal((await pending()).length, 300);
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').where('login', 'like', 'many-%').delete(),
    );
    assert.deepEqual(await pending(), []);
  });
});
