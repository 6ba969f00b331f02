import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { findTokenSummary, readTokens } from '../../src/core/tokens/find.js';
import type { IssuedToken } from '../../src/core/tokens/issue.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import { rotateToken } from '../../src/core/tokens/rotate.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/running/problem.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const start = new Date('2026-03-01T12:00:00.123Z');

forEachEngine('the tokens of a service account', (engine) => {
  let product: Product;
  /** A new account for every test. */
  let idp: string;
  let number = 0;

  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());
  beforeEach(async () => {
    product.now = start;
    number++;
    idp = `idp-${number}`;
    await addServiceAccount(product.core, { name: idp, kind: 'generic' });
  });

  const create = (expiresInMs: number | null = 90 * DAY_MS) =>
    createToken(product.core, idp, { expiresInMs });
  const rotate = (overlapMs: number, more: { token?: string; expiresInMs?: number; dryRun?: boolean } = {}) =>
    rotateToken(product.core, idp, { expiresInMs: 90 * DAY_MS, overlapMs, ...more });
  const later = (milliseconds: number) => {
    product.now = new Date(product.now.getTime() + milliseconds);
  };
  const works = async ({ token }: IssuedToken) => (await verifyToken(product.core, token)).valid;
  const statuses = async () =>
    Object.fromEntries((await readTokens(product.core, idp)).map(({ id, status }) => [id, status]));

  it('live as long as was asked for, to the millisecond', async () => {
    const token = await create(HOUR_MS);

    assert.deepEqual(token.expiresAt, new Date('2026-03-01T13:00:00.123Z'));
    later(HOUR_MS - 1);
    assert.equal(await works(token), true);
    later(1);
    assert.equal(await works(token), false);
    assert.deepEqual(await statuses(), { [token.id]: 'expired' });
  });

  it('never end where that was asked for', async () => {
    const token = await create(null);
    later(365_000 * DAY_MS);
    assert.deepEqual([token.expiresAt, await works(token)], [null, true]);
  });

  it('overlap in a rotation: both work until the overlap ends, then the new one alone', async () => {
    const old = await create();
    later(HOUR_MS);

    const fresh = await rotate(24 * HOUR_MS);

    assert.deepEqual(fresh.replaces, { id: old.id, validUntil: new Date('2026-03-02T13:00:00.123Z') });
    assert.deepEqual(await statuses(), { [old.id]: 'retiring', [fresh.id]: 'active' });
    later(24 * HOUR_MS - 1);
    assert.deepEqual([await works(old), await works(fresh)], [true, true]);
    later(1);
    assert.deepEqual([await works(old), await works(fresh)], [false, true]);
    assert.deepEqual(await statuses(), { [old.id]: 'expired', [fresh.id]: 'active' });
  });

  it('overlap no longer than the old one would have lived anyway', async () => {
    const old = await create(2 * HOUR_MS);

    const fresh = await rotate(24 * HOUR_MS);

    assert.deepEqual(fresh.replaces?.validUntil, old.expiresAt);
    later(2 * HOUR_MS);
    assert.deepEqual([await works(old), await works(fresh)], [false, true]);
  });

  it('end at once in a rotation without overlap, all of them', async () => {
    const [one, other] = [await create(), await create()];

    const fresh = await rotate(0);

    assert.deepEqual(await statuses(), { [one.id]: 'revoked', [other.id]: 'revoked', [fresh.id]: 'active' });
    assert.deepEqual([await works(one), await works(other), await works(fresh)], [false, false, true]);
  });

  it('end at once in a rotation without overlap, only the one that is named', async () => {
    const [leaked, other] = [await create(), await create()];

    const fresh = await rotate(0, { token: leaked.id });

    assert.equal(fresh.replaces?.id, leaked.id);
    assert.deepEqual(await statuses(), {
      [leaked.id]: 'revoked',
      [other.id]: 'active',
      [fresh.id]: 'active',
    });
  });

  it('are two at most; a third has to wait until one has ended', async () => {
    const [one, other] = [await create(HOUR_MS), await create()];

    assert.equal((await problemOf(create())).code, 'token-limit');
    assert.equal((await problemOf(rotate(HOUR_MS, { token: other.id }))).code, 'token-limit');
    assert.deepEqual(await statuses(), { [one.id]: 'active', [other.id]: 'active' });

    later(HOUR_MS); // The first has expired, and gives its place back by that alone.
    const third = await create();
    assert.deepEqual(await statuses(), { [one.id]: 'expired', [other.id]: 'active', [third.id]: 'active' });
    await revokeToken(product.core, other.id);
    assert.ok(await works(await create()));
  });

  it('are not rotated again before the overlap is over', async () => {
    const old = await create();
    const fresh = await rotate(24 * HOUR_MS);

    assert.equal((await problemOf(rotate(24 * HOUR_MS))).code, 'token-limit');
    assert.deepEqual(await statuses(), { [old.id]: 'retiring', [fresh.id]: 'active' });

    later(24 * HOUR_MS);
    const third = await rotate(24 * HOUR_MS);
    assert.equal(third.replaces?.id, fresh.id);
  });

  it('have to be named for a rotation where two are active', async () => {
    const [one, other] = [await create(), await create()];

    const problem = await problemOf(rotate(HOUR_MS));

    assert.deepEqual([problem.kind, problem.code], ['usage', 'token-ambiguous']);
    assert.ok(problem.hint?.includes(one.id) && problem.hint.includes(other.id));
    assert.deepEqual(await statuses(), { [one.id]: 'active', [other.id]: 'active' });
  });

  it('cannot be rotated where none is live', async () => {
    assert.equal((await problemOf(rotate(HOUR_MS))).code, 'token-none');
    await revokeToken(product.core, (await create()).id);
    assert.equal((await problemOf(rotate(HOUR_MS))).code, 'token-none');
    assert.equal((await problemOf(rotate(0))).code, 'token-none');
  });

  it('of another service account cannot be rotated or named', async () => {
    const foreign = await createToken(product.core, 'idp-1', { expiresInMs: null });
    await create();

    assert.equal((await problemOf(rotate(0, { token: foreign.id }))).code, 'token-unknown');
    assert.ok(await works(foreign));
    await revokeToken(product.core, foreign.id);
  });

  it('end for good when they are revoked, and only once', async () => {
    const token = await create();
    // The endpoint's login may write this column.
    const greatest = `update scim.service_account set token_changes = 2147483647 where name = '${idp}'`;
    await product.database.transaction(({ knex }) => knex.raw(greatest));
    later(HOUR_MS);
    const revoked = await revokeToken(product.core, token.id);
    later(HOUR_MS);
    const events = (await rowsOf(product, 'scim.event')).length;

    const again = await revokeToken(product.core, token.id);

    assert.equal(await works(token), false);
    assert.deepEqual([revoked.status, revoked.validUntil], ['revoked', new Date('2026-03-01T13:00:00.123Z')]);
    assert.deepEqual(again, revoked);
    assert.equal((await rowsOf(product, 'scim.event')).length, events);
  });

  it('are left as they are by a dry run, down to the trail', async () => {
    await create();
    const tables = async () => [await rowsOf(product, 'scim.token'), await rowsOf(product, 'scim.event')];
    const had = await tables();

    const rehearsed = await rotate(HOUR_MS, { dryRun: true });
    await createToken(product.core, idp, { expiresInMs: null, dryRun: true });
    await problemOf(rotate(0, { token: 'zzzz', dryRun: true }));

    assert.ok(rehearsed.replaces);
    assert.deepEqual(await tables(), had);
    assert.equal(await works(rehearsed), false);
  });

  it('are not issued where the delivery fails', async () => {
    const deliver = () => Promise.reject(new Error('no room'));
    const had = await rowsOf(product, 'scim.event');

    await assert.rejects(createToken(product.core, idp, { expiresInMs: null, deliver }), /no room/);

    assert.deepEqual(await statuses(), {});
    assert.deepEqual(await rowsOf(product, 'scim.event'), had);
  });

  it('are found by their id, a beginning of it, or the whole token', async () => {
    const { id, token } = await create();

    for (const reference of [id, id.slice(0, 8), token]) {
      assert.equal((await findTokenSummary(product.core, reference)).id, id);
    }
    for (const reference of ['', 'zzzzzzzz', id.slice(1)]) {
      const { kind, code } = await problemOf(findTokenSummary(product.core, reference));
      assert.deepEqual([kind, code], ['operation', 'token-unknown']);
    }
  });
});
