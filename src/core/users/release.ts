import { hostUserShape } from '../../database/queries/host/host-user-shape.js';
import {
  countDepartures,
  countHeldBack,
  type HeldBackRow,
  heldBackIds,
  heldBackPending,
} from '../../database/queries/links/held-back.js';
import { readServiceAccount, updateServiceAccount } from '../../database/queries/service-accounts.js';
import { MOST_ALIKE } from '../../database/queries/users/provision-alike.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { departuresSince } from '../provisioning/departures/departure-limit.js';
import { findAccount, lockAccount } from '../service-accounts/service-account.js';
import { type ReleasedUser, releaseBatch } from './release-batch.js';

export type { ReleasedUser } from './release-batch.js';

/** The departures that the limit of an IdP held back, as an operator reviews them. */
export interface Review {
  idp: { id: string; name: string };
  /** The links, longest waiting first. A release disables accounts of these and of no others. */
  ids: readonly string[];
  /**
   * Of how many of them the account is pending. Of the others it is disabled or gone, or the user has come back.
   */
  pending: number;
  /** The first of these accounts. */
  first: readonly HeldBackUser[];
  /** Departures that count towards the limit at this moment, whether they are held back or not. */
  counted: number;
}

export interface HeldBackUser extends Pick<HeldBackRow, 'identityId' | 'reason' | 'since'> {
  userId: string;
  loginName: string;
  email: string | null;
  displayName: string | null;
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
}

/** More are not shown before a question; `users pending` has all of them. */
const MOST_SHOWN = 50;

/**
 * What a release of the IdP would disable. Changes nothing.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function reviewHeldBack(core: Core, reference: string): Promise<Review> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const now = core.clock();
    const { id, name } = await findAccount(session, reference, now);
    const ids = await heldBackIds(session, id);
    const { count, first } = await heldBackPending(session, await hostUserShape(session), id, MOST_SHOWN);
    const row = await readServiceAccount(session, id);
    const limit = row?.departureLimit && { ...row.departureLimit, releasedAt: row.releasedAt };
    return {
      idp: { id, name },
      ids,
      pending: count,
      first: first.flatMap(({ host, identityId, reason, since }) => {
        if (!host) return [];
        const { userId, loginName, email, displayName } = host;
        return [{ identityId, reason, since, userId, loginName, email, displayName }];
      }),
      counted: limit ? await countDepartures(session, id, departuresSince(limit, now).since) : 0,
    };
  });
}

/**
 * Disables the accounts that were reviewed and are still pending, and starts the count of departures again; some at a
 * time, each time in one transaction, so that none is long. What has been done stays when it is interrupted, and a
 * second release does the rest. Accounts that the host application refuses to disable stay as they are, and are held
 * back still.
 * @returns the accounts, page by page as they are dealt with, and at the end what it came to.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export async function* releaseHeldBack(
  core: Core,
  { idp, ids, counted }: Review,
  { dryRun = false }: Pick<ChangeOptions, 'dryRun'> = {},
): AsyncGenerator<readonly ReleasedUser[], Release> {
  const counts = { disabled: 0, failed: 0, notPending: 0 };
  for (let at = 0; at < ids.length; at += MOST_ALIKE) {
    const batch = ids.slice(at, at + MOST_ALIKE);
    const released = await releaseBatch(core, idp, batch, dryRun);
    const disabled = released.filter(({ changed }) => changed).length;
    counts.disabled += disabled;
    counts.failed += released.length - disabled;
    counts.notPending += batch.length - released.length;
    if (released.length > 0) yield released;
  }
  const restarts = ids.length + counted > 0;
  const { heldBack, releasedAt } = restarts
    ? await restartCount(core, idp.id, counts, dryRun)
    : { heldBack: 0, releasedAt: null };
  return { idp: idp.name, ...counts, heldBack, releasedAt };
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
