import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { disableUser } from '../../src/core/users/disable.js';
import { pendingUserPages, pendingUsers } from '../../src/core/users/pending.js';
import { assertExpected, markFindings } from '../../src/core/users/reconcile/mark.js';
import type { Finding } from '../../src/core/users/reconcile/reconcile.js';
import { updateIdentity } from '../../src/database/queries/links/identities.js';
import { dumpOf } from '../support/databases/dump.js';
import { lockingHost } from '../support/databases/locking-host.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { compared, type ListedPerson, reconciled } from '../support/databases/reconciled.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, changeHostUser, eventsOf, person } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

const SECOND = 1_000;
const listed = (name: string, more: Partial<ListedPerson> = {}): ListedPerson => ({
  userName: `${name}@contoso.example`,
  ...more,
});

forEachEngine('users reconcile', (engine) => {
  let product: Product;
  let [entra, okta]: Idp[] = [];
  let nobody: { id: string; name: string };
  const ids: Record<string, string> = {};

  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    okta = await addIdp(product, 'okta');
    nobody = entra;
    await product.database.transaction(({ knex }) => knex('users').withSchema('app').delete());
  });
  after(() => product.close());
  beforeEach(async () => {
    product.now = new Date(product.now.getTime() + SECOND);
    await product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      await knex('users').withSchema('app').delete();
    });
    for (const name of ['ann', 'bob', 'cyd', 'dan'])
      ids[name] = await addHostUser(product, `${name}@contoso.example`);
  });

  const linked = (name: string, idp: Idp | undefined, more: object = {}) =>
    link(product, idp as Idp, String(ids[name]), {
      userName: `${name}@contoso.example`,
      externalId: `id-${name}`,
      accountLogin: `${name}@contoso.example`,
      ...more,
    });
  const found = async (list: readonly ListedPerson[]) =>
    (await compared(product.core, nobody, list)).findings
      .map(({ finding, loginName }) => `${loginName.split('@')[0]} ${finding}`)
      .sort();
  const mark = (list: readonly ListedPerson[]) => reconciled(product.core, nobody, list);
  const pending = async () =>
    (await pendingUsers(product.core)).map(({ loginName, idp, reason, since }) => [
      loginName.split('@')[0],
      idp,
      reason,
      since.getTime(),
    ]);

  it('finds accounts without a link and without a user, missing users, disabled users, and nobody else', async () => {
    await linked('ann', entra);
    await linked('bob', entra);
    const list = [listed('bob', { active: false }), listed('cyd', { active: false })];

    assert.deepEqual(await found(list), ['ann missing', 'bob disabled', 'cyd disabled', 'dan unknown']);
    assert.deepEqual(await found(['ann', 'bob', 'cyd', 'dan'].map((name) => listed(name))), []);
  });

  it('leaves out accounts that are disabled, protected, of another IdP, pending already or doubtful', async () => {
    await changeHostUser(product, 'ann@contoso.example', { enabled: false });
    await changeHostUser(product, 'bob@contoso.example', { protected: true });
    await linked('cyd', okta);
    await linked('dan', entra, { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
    ids.eve = await addHostUser(product, 'eve@contoso.example');
    await linked('eve', entra, { accountLogin: 'before', accountEmail: 'before@contoso.example' });

    const { summary, findings } = await compared(product.core, nobody, [listed('zoe')]);

    assert.deepEqual(findings, []);
    assert.deepEqual(
      [summary.compared, summary.pendingAlready, summary.linksInForce, summary.toMark, summary.plausible],
      [2, 2, 1, 0, true],
    );
  });

  it('knows a user by the external id before the names, and by any name whatever its case', async () => {
    await linked('ann', entra);
    await linked('bob', entra, { userName: 'bob.short' });
    const list = [
      // The object of the link has been disabled; another object has the same address.
      listed('ann.old', { externalId: 'id-ann', active: false }),
      listed('ann', { externalId: 'id-other' }),
      { userName: 'BOB.SHORT ', externalId: 'id-new' },
      { userName: 'c.y.d', email: 'CYD@Contoso.example' },
      listed('dan', { active: false }),
      { userName: 'd.a.n', email: 'dan@contoso.example' },
    ];

    assert.deepEqual(await found(list), ['ann disabled']);
  });

  it('finds several accounts of one user, each with the others', async () => {
    await linked('ann', entra, { externalId: 'id-ann' });
    await addHostUser(product, 'ann.two', { email: 'ann@contoso.example' });
    const list = ['ann', 'bob', 'cyd', 'dan'].map((name) => listed(name, { externalId: `id-${name}` }));

    const { findings, summary } = await compared(product.core, nobody, list);

    assert.deepEqual(findings.map(({ finding, loginName, others }) => [finding, loginName, others]).sort(), [
      ['several', 'ann.two', ['ann@contoso.example']],
      ['several', 'ann@contoso.example', ['ann.two']],
    ]);
    assert.deepEqual([summary.several, summary.toMark], [2, 0]);
  });

  it('counts a user whose entry says nothing of the state as active', async () => {
    const findings: Finding[] = [];
    const { reconcile } = await import('../../src/core/users/reconcile/reconcile.js');
    const { active: _, ...profile } = { ...person('ann'), active: false };
    const people = (async function* () {
      yield [{ at: 1, profile: { ...profile, active: false }, invalid: 'It does not say.' }];
    })();

    const summary = await reconcile(product.core, nobody, people, { keep: (one) => findings.push(one) });

    assert.deepEqual([summary.users, summary.active, summary.undecided], [1, 1, 1]);
    assert.ok(!findings.some(({ userId }) => userId === ids.ann));
  });

  it('marks a link in force and changes nothing else of it; the account is pending and can be disabled', async () => {
    const ann = await linked('ann', entra);
    const others = ['bob', 'cyd', 'dan'].map((name) => listed(name));
    const before = (await rowsOf(product, 'scim.identity'))[0];
    product.now = new Date(product.now.getTime() + SECOND);

    const events = await eventsOf(product, async () => {
      const { marked, ended, passedOver } = await mark(others);
      assert.deepEqual([marked, ended, passedOver], [1, 0, 0]);
    });

    const [row] = await rowsOf(product, 'scim.identity');
    assert.deepEqual({ ...row, missing_at: null, pending_seen_at: null }, before);
    // From now on the end of its wait is noticed.
    assert.deepEqual(row?.pending_seen_at, row?.missing_at);
    const account = { hostUserId: ids.ann, loginName: 'ann@contoso.example' };
    const details = { idp: 'entra', ...account, finding: 'missing', pending: true };
    assert.deepEqual(
      events.map(({ action, details: told, targetName }) => [action, told, targetName]),
      [['user.missing', details, 'ann@contoso.example']],
    );
    assert.deepEqual(await pending(), [['ann', 'entra', 'missing', product.now.getTime()]]);
    const pages: unknown[] = [];
    for await (const page of pendingUserPages(product.core, { reason: 'missing', idp: 'entra' }))
      pages.push(...page.map(({ userId }) => userId));
    assert.deepEqual(pages, [ids.ann]);
    assert.deepEqual((await mark(others)).marked, 0, 'a second run marks nothing more');

    const disabled = await disableUser(product.core, String(ids.ann));
    assert.deepEqual([disabled.changed, disabled.idp], [true, 'entra']);
    assert.deepEqual(await pending(), []);
    assert.equal((await rowsOf(product, 'scim.identity'))[0]?.deprovisioned_at, null);
    assert.ok(ann);
  });

  it('makes a link that never was in force for an account without one, and it is no earlier link of a user', async () => {
    await mark(['ann', 'bob', 'cyd'].map((name) => listed(name)));
    assert.deepEqual(await pending(), [['dan', 'entra', 'missing', product.now.getTime()]]);
    await disableUser(product.core, String(ids.dan));
    product.now = new Date(product.now.getTime() + SECOND);
    const profile = person('dan');

    // An IdP that takes over no disabled account has never had this one.
    const refused = await problemOf(
      createUser(product.core, { ...(nobody as Idp), adoptsDisabled: false }, profile),
    );
    assert.equal(refused.code, 'user-disabled');
    const { how, user } = await createUser(product.core, nobody as Idp, profile);

    assert.deepEqual([how, user.hostUserId], ['matched', ids.dan]);
    assert.deepEqual(await pending(), []);
  });

  it('ends the mark of a user whom a later list has, whatever became of the account', async () => {
    await linked('ann', entra);
    await mark([listed('cyd'), listed('dan')]);
    await disableUser(product.core, String(ids.ann));
    await disableUser(product.core, String(ids.bob));
    const all = ['ann', 'bob', 'cyd', 'dan'].map((name) => listed(name));

    const events = await eventsOf(product, async () => {
      const { ended, findings } = await mark(all);
      assert.deepEqual([ended, findings.map(({ finding }) => finding)], [2, ['found', 'found']]);
    });

    assert.deepEqual(
      events.map(({ action }) => action),
      ['user.found', 'user.found'],
    );
    for (const name of ['ann', 'bob'])
      await changeHostUser(product, `${name}@contoso.example`, { enabled: true });
    assert.deepEqual(await pending(), []);
    assert.deepEqual((await mark(all)).ended, 0);
  });

  it('lets another IdP’s list end the mark of an account without a link, and none of a link', async () => {
    await linked('ann', entra);
    await mark([listed('cyd'), listed('dan')]);

    const { ended } = await reconciled(product.core, okta as Idp, [
      listed('ann'),
      listed('bob'),
      listed('cyd'),
      listed('dan'),
    ]);

    assert.equal(ended, 1);
    assert.deepEqual(
      (await pending()).map(([name]) => name),
      ['ann'],
    );
  });

  it('forgets the mark of an account that has had a link since, and marks a later leaver anew', async () => {
    const others = ['bob', 'cyd', 'dan'].map((name) => listed(name));
    await mark(others);
    const hired = await addIdp(product, 'hired');
    product.now = new Date(product.now.getTime() + SECOND);
    await createUser(product.core, hired, person('ann'));

    const adopted = await compared(product.core, okta as Idp, [listed('ann'), ...others]);
    assert.deepEqual([adopted.summary.found, adopted.findings], [0, []], 'the mark ended with the adoption');

    product.now = new Date(product.now.getTime() + SECOND);
    await removeAccount(product.core, 'hired');
    product.now = new Date(product.now.getTime() + SECOND);
    const { summary, marked, findings } = await mark(others);

    assert.deepEqual([summary.toMark, summary.markedAlready, marked], [1, 0, 1]);
    assert.deepEqual(
      findings.map(({ markedSince }) => markedSince),
      [null],
    );
    assert.deepEqual(await pending(), [['ann', 'entra', 'missing', product.now.getTime()]]);
    assert.deepEqual((await compared(product.core, nobody, others)).summary.markedAlready, 1);
  });

  it('marks no account that is pending as doubtful, in force or ended', async () => {
    const gone = { accountLogin: 'before', accountEmail: 'before@contoso.example' };
    await linked('ann', entra, gone);
    await linked('bob', entra, { ...gone, deprovisionedAt: product.now, deprovisionReason: 'disabled' });
    const list = ['cyd', 'dan'].map((name) => listed(name));
    const before = await pending();

    const { summary, findings } = await mark(list);

    assert.deepEqual(before.map(([name, , reason]) => [name, reason]).sort(), [
      ['ann', 'doubtful'],
      ['bob', 'doubtful'],
    ]);
    assert.deepEqual([summary.pendingAlready, findings], [2, []]);
    assert.deepEqual(await pending(), before);
  });

  it('passes over what has changed since the comparison', async () => {
    const [ann] = [await linked('ann', entra), await linked('bob', entra)];
    const { findings } = await compared(product.core, nobody, [listed('dan')]);
    assert.equal(findings.length, 3);
    const updatedAt = new Date(product.now.getTime() + SECOND);
    await product.database.transaction((session) => updateIdentity(session, ann, { updatedAt }));
    await changeHostUser(product, 'bob@contoso.example', { enabled: false });
    await linked('cyd', okta);

    const marked = await markFindings(
      product.core,
      nobody,
      (async function* () {
        yield findings;
      })(),
    );

    assert.deepEqual(marked, { marked: 0, ended: 0, passedOver: 3 });
    assert.deepEqual(await pending(), []);
  });

  it('changes nothing in a dry run', async () => {
    await linked('ann', entra);
    const { findings } = await compared(product.core, nobody, [listed('dan')]);
    const before = await dumpOf(product.database);
    const page = (async function* () {
      yield findings;
    })();

    const { marked } = await markFindings(product.core, nobody, page, { dryRun: true });

    assert.equal(marked, 3);
    assert.equal(await dumpOf(product.database), before);
  });

  it('marks more than a tenth of the links in force only by their number', async () => {
    const summary = (toMark: number, linksInForce: number) => ({
      ...{ idp: 'entra', users: 1, active: 1, undecided: 0, compared: 9, pendingAlready: 0 },
      ...{ unknown: 0, missing: toMark, disabled: 0, several: 0, found: 0 },
      ...{ toMark, markedAlready: 0, linksInForce, plausible: 10 * toMark <= linksInForce },
    });
    const codeOf = async (toMark: number, inForce: number, expected?: number) =>
      (await problemOf((async () => assertExpected(summary(toMark, inForce), expected))())).code;

    assertExpected(summary(1, 10), undefined);
    assertExpected(summary(2, 10), 2);
    assertExpected(summary(0, 10), 2);
    // It was interrupted after 19 of 22.
    assertExpected({ ...summary(3, 10), markedAlready: 19 }, 22);
    assertExpected({ ...summary(3, 10), markedAlready: 19 }, 3);
    const other = problemOf((async () => assertExpected({ ...summary(3, 10), markedAlready: 19 }, 19))());
    assert.match(
      (await other).message,
      /would mark 3 accounts \(19 more are marked already\), but --expect says 19\./,
    );
    assert.equal(await codeOf(2, 10), 'reconcile-too-many');
    assert.equal(await codeOf(2, 10, 3), 'reconcile-not-as-expected');
    assert.equal(await codeOf(1, 10, 0), 'reconcile-not-as-expected');
  });

  // Last, since it changes the host views.
  it('finds and marks an account that is locked for now: the lock ends by itself', async () => {
    for (const statement of await lockingHost(product.database.dialect.name))
      await product.database.transaction(({ knex }) => knex.raw(statement));
    product.database.memory.forget();
    await linked('ann', entra);
    await changeHostUser(product, 'ann@contoso.example', { locked: true });
    const others = ['bob', 'cyd', 'dan'].map((name) => listed(name));

    assert.deepEqual(await found(others), ['ann missing']);
    await mark(others);
    assert.deepEqual(
      (await pending()).map(([name, , reason]) => [name, reason]),
      [['ann', 'missing']],
    );
  });
});
