import {
  clearHeldBack,
  countDepartures,
  countHeldBack,
  type HeldBackRow,
  heldBackLinks,
} from '../../database/queries/held-back.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { readServiceAccount, updateServiceAccount } from '../../database/queries/service-accounts.js';
import { Problem } from '../../problem.js';
import { type ChangeOptions, change, changeEach, recordRefusal } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { departuresSince } from '../provisioning/departure-limit.js';
import { aloneWithClaims } from '../provisioning/locks.js';
import { findAccount, lockAccount } from '../service-accounts/service-account.js';
import { type DisabledUser, disabling } from './disable.js';

/** The departures that the limit of an IdP held back, as an operator reviews them. */
export interface Review {
  idp: { id: string; name: string };
  /** Those whose account is still pending. A release disables exactly these. */
  users: HeldBackUser[];
  /** Held back, and not pending any more: the account is disabled or gone, or the user has come back. */
  others: readonly string[];
  /** Departures that count towards the limit at this moment, whether they are held back or not. */
  counted: number;
}

export interface HeldBackUser extends Pick<HeldBackRow, 'identityId' | 'reason' | 'since'> {
  userId: string;
  loginName: string;
  email: string | null;
  displayName: string | null;
}

/** An account as it is after a release. */
export interface ReleasedUser extends DisabledUser {
  /** Why it is still enabled: the code of what went wrong; null where it was disabled. */
  problem: string | null;
}

/** What a release did. */
export interface Release {
  idp: string;
  disabled: number;
  /** Still enabled, because the host application refused; and still held back. */
  failed: number;
  /** No longer pending when the turn came to them. */
  notPending: number;
  /** Departures that are held back now: those that failed, and those since the review. */
  heldBack: number;
  /** When the count was started again; null where nothing counted. */
  releasedAt: Date | null;
  users: ReleasedUser[];
}

/**
 * What a release of the IdP would disable. Changes nothing.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function reviewHeldBack(core: Core, reference: string): Promise<Review> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const now = core.clock();
    const { id, name } = await findAccount(session, reference, now);
    const links = await heldBackLinks(session, await hostUserShape(session), id);
    const row = await readServiceAccount(session, id);
    const limit = row?.departureLimit && { ...row.departureLimit, releasedAt: row.releasedAt };
    return {
      idp: { id, name },
      users: links.flatMap(({ host, identityId, reason, since }) => {
        if (!host) return [];
        const { userId, loginName, email, displayName } = host;
        return [{ identityId, reason, since, userId, loginName, email, displayName }];
      }),
      others: links.filter(({ host }) => !host).map(({ identityId }) => identityId),
      counted: limit ? await countDepartures(session, id, departuresSince(limit, now).since) : 0,
    };
  });
}

/** In one transaction, so that none is long and an interruption costs little. */
const BATCH = 100;

/**
 * Disables the accounts that were reviewed and are still pending, and starts the count of departures again. What has
 * been done stays when it is interrupted, and a second release does the rest. Accounts that the host application
 * refuses to disable stay as they are, and are held back still.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export async function releaseHeldBack(
  core: Core,
  { idp, users, others, counted }: Review,
  { dryRun = false, progress = () => {} }: ReleaseOptions = {},
): Promise<Release> {
  const released: ReleasedUser[] = [];
  const all = [...users.map(({ identityId }) => identityId), ...others];
  for (let at = 0; at < all.length; at += BATCH) {
    released.push(...(await releaseBatch(core, idp, all.slice(at, at + BATCH), dryRun)));
    progress(released.length);
  }
  const disabled = released.filter(({ changed }) => changed).length;
  const failed = released.length - disabled;
  const counts = { disabled, failed, notPending: all.length - released.length };
  const restarts = all.length + counted > 0;
  const { heldBack, releasedAt } = restarts
    ? await restartCount(core, idp.id, counts, dryRun)
    : { heldBack: 0, releasedAt: null };
  return { idp: idp.name, ...counts, heldBack, releasedAt, users: released };
}

export interface ReleaseOptions extends Pick<ChangeOptions, 'dryRun'> {
  /** Called with the number of accounts that have been dealt with. */
  progress?: (count: number) => void;
}

const REFUSALS = ['host-refused', 'host-broken', 'host-write-ignored'];

/** Where the host application refuses one of them, the others are done without it: by halves. */
async function releaseBatch(
  core: Core,
  idp: Review['idp'],
  ids: readonly string[],
  dryRun: boolean,
): Promise<ReleasedUser[]> {
  try {
    return await disableTogether(core, idp, ids, dryRun);
  } catch (error) {
    if (!(error instanceof Problem && REFUSALS.includes(error.code))) throw error;
    if (ids.length === 1) return refused(core, idp, ids, error, dryRun);
    const half = ids.length >> 1;
    return [
      ...(await releaseBatch(core, idp, ids.slice(0, half), dryRun)),
      ...(await releaseBatch(core, idp, ids.slice(half), dryRun)),
    ];
  }
}

async function disableTogether(
  core: Core,
  idp: Review['idp'],
  ids: readonly string[],
  dryRun: boolean,
): Promise<ReleasedUser[]> {
  const disabled = await changeEach<DisabledUser>(
    core,
    ids.length,
    async (session) => {
      await assertHostViews(session, ['host_user']);
      const shape = await hostUserShape(session);
      // What has come back or was released meanwhile is not among them any more.
      const links = await heldBackLinks(session, shape, idp.id, ids);
      await clearHeldBack(session, ids);
      return links.flatMap(({ identityId, host, reason, since }) => {
        if (!host) return [];
        const why = { idp: idp.name, reason, since, heldBack: true };
        const link = { identityId, change: { heldBackAt: null } };
        const intent = { action: 'user.disable', target: { type: 'user' } };
        return [{ intent, done: disabling(session, shape, host, why, link) }];
      });
    },
    // The IdP may be about to let one of them in again.
    { dryRun, locks: aloneWithClaims },
  );
  return disabled.map((user) => ({ ...user, problem: null }));
}

async function refused(
  core: Core,
  idp: Review['idp'],
  ids: readonly string[],
  problem: Problem,
  dryRun: boolean,
): Promise<ReleasedUser[]> {
  const links = await core.database.read(async (session) =>
    heldBackLinks(session, await hostUserShape(session), idp.id, ids),
  );
  const users: ReleasedUser[] = [];
  for (const { host } of links) {
    if (!host) continue;
    const { userId, loginName, email, displayName } = host;
    const target = { type: 'user', id: userId, name: loginName };
    if (!dryRun) await recordRefusal(core, { action: 'user.disable', target }, problem);
    const untouched = { enabled: true, changed: false, licenceFreed: null, idp: idp.name };
    users.push({ userId, loginName, email, displayName, ...untouched, problem: problem.code });
  }
  return users;
}

function restartCount(
  core: Core,
  id: string,
  counts: Pick<Release, 'disabled' | 'failed' | 'notPending'>,
  dryRun: boolean,
): Promise<{ heldBack: number; releasedAt: Date }> {
  return change(
    core,
    { action: 'idp.release', target: { type: 'idp', id } },
    async (session) => {
      const { name, maxDepartures } = await lockAccount(session, id, core.clock());
      const releasedAt = core.clock();
      await updateServiceAccount(session, id, { releasedAt }, releasedAt);
      const heldBack = dryRun ? counts.failed : await countHeldBack(session, id);
      return {
        target: { name },
        result: { heldBack, releasedAt },
        details: { maxDepartures, ...counts, heldBack },
      };
    },
    { dryRun },
  );
}
