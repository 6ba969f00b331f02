import { listPending, type PendingReason, type PendingRow } from '../../database/queries/pending.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { findAccount } from '../service-accounts/service-account.js';

/** Why an account is on the list: how its latest link ended, or that nobody knows whose the link is. */
export const PENDING_REASONS: readonly PendingReason[] = ['disabled', 'deleted', 'missing', 'doubtful'];

export interface PendingUser extends PendingRow {
  /** Whole days since then. */
  days: number;
}

export interface PendingQuery {
  idp?: string;
  reason?: PendingReason;
  /** Milliseconds. */
  olderThanMs?: number;
}

const DAY_MS = 86_400_000;

/**
 * The audit list: accounts that are still enabled although their latest link ended by the IdP's word. A link in force
 * keeps an account off it, however many links ended before, and so does one that ended later by the removal of its
 * IdP. One row for each account; protected accounts are not on it. A doubtful link, whose key the host application may
 * have given to another person, is on it until `users link` resolves it. A query over live data, so it empties itself
 * as administrators disable the accounts.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function pendingUsers(
  core: Core,
  { idp, reason, olderThanMs }: PendingQuery = {},
): Promise<PendingUser[]> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const now = core.clock();
    const account = idp === undefined ? undefined : await findAccount(session, idp, now);
    const before = olderThanMs === undefined ? undefined : new Date(now.getTime() - olderThanMs);
    const rows = await listPending(session, { serviceAccountId: account?.id, reason, before });
    return rows.map((row) => ({
      ...row,
      days: Math.max(0, Math.floor((now.getTime() - row.since.getTime()) / DAY_MS)),
    }));
  });
}
