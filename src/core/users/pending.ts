import type { Session } from '../../database/database.js';
import {
  type EndedLink,
  listPending,
  type PendingFilter,
  type PendingRow,
  toPendingRow,
} from '../../database/queries/links/pending.js';
import {
  endedLinks,
  type ListOrder,
  markedLinks,
  type PendingKey,
  pendingListing,
} from '../../database/queries/links/pending-list.js';
import { workAhead } from '../../database/sql/paging.js';
import type { PendingReason } from '../../words/link.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { idsEver } from '../service-accounts/service-account.js';
import { inOrderOfTime } from './in-order-of-time.js';
import { daysBetween } from './report/ageing.js';

/**
 * Why an account is on the list: how its latest link ended, that the IdP's own list does not have its user, or that
 * nobody knows whose the link is.
 */
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

/**
 * The audit list: accounts that are still enabled although their latest link ended by the IdP's word, or although the
 * IdP's own list does not have their user (`users reconcile --mark`). An account is not on it while a link in force that
 * is not marked so means it, however many links ended before, nor when its latest link ended by the removal of its IdP.
 * A link made by hand counts only once its IdP has sent the user. One row for each account; protected accounts are not
 * on it. A doubtful link, whose key the host application may have given to another person, is on it until `users link`
 * resolves it. A query over live data, so it empties itself as administrators disable the accounts.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function pendingUsers(
  core: Core,
  { idp, reason, olderThanMs }: PendingQuery = {},
): Promise<PendingUser[]> {
  return core.database.read(async (session) => {
    const now = core.clock();
    const rows = await listPending(session, await filterOf(session, { idp, reason, olderThanMs }, now));
    return rows.map((row) => withDays(row, now));
  });
}

/** What the list can be ordered by. */
export type PendingOrder = ListOrder<PendingKey | 'days'>;

/**
 * The same page by page, however many there are, in any order. Unless said otherwise, doubtful accounts come last:
 * they can be told only by looking at every link, while the others are there at once.
 */
export async function* pendingUserPages(
  core: Core,
  query: PendingQuery = {},
  order?: PendingOrder,
): AsyncGenerator<PendingUser[]> {
  const now = core.clock();
  if (order || query.reason === 'doubtful') return yield* pagesInOrder(core, query, now, order);
  yield* endedPages(core, query, now);
  if (query.reason === undefined) yield* pagesInOrder(core, { ...query, reason: 'doubtful' }, now);
}

async function* pagesInOrder(core: Core, query: PendingQuery, now: Date, order?: PendingOrder) {
  const pages = core.database.pages(async (session) =>
    pendingListing(session, await filterOf(session, query, now), order && inStoredTerms(order)),
  );
  for await (const page of pages) yield page.map((row) => withDays(toPendingRow(row), now));
}

/** Longest waiting first: links that have ended, in their order, and of each page of them those still pending. */
async function* endedPages(core: Core, query: PendingQuery, now: Date) {
  const filter = await core.database.read((session) => filterOf(session, query, now));
  const ended = core.database.pages<EndedLink>(async (session) => endedLinks(session, filter));
  const hasMarked = filter.reason === undefined || filter.reason === 'missing';
  const marked = hasMarked
    ? core.database.pages<EndedLink>(async (session) => markedLinks(session, filter))
    : noPages();
  yield* workAhead(
    inOrderOfTime(ended, marked),
    (links) => pendingOf(core, { ...filter, only: 'ended', links }, now),
    PAGES_AT_ONCE,
  );
}

const PAGES_AT_ONCE = 2;

async function* noPages(): AsyncGenerator<EndedLink[]> {}

async function pendingOf(core: Core, filter: PendingFilter, now: Date): Promise<PendingUser[]> {
  const rows = await core.database.read((session) => listPending(session, filter));
  return rows.map((row) => withDays(row, now));
}

/** Who has waited the fewest days has waited since the latest instant. */
const inStoredTerms = ({ key, descending }: PendingOrder): ListOrder<PendingKey> =>
  key === 'days' ? { key: 'since', descending: !descending } : { key, descending };

async function filterOf(
  session: Session,
  { idp, reason, olderThanMs }: PendingQuery,
  now: Date,
): Promise<PendingFilter> {
  await assertHostViews(session, ['host_user']);
  const serviceAccountIds = idp === undefined ? undefined : await idsEver(session, idp);
  const before = olderThanMs === undefined ? undefined : new Date(now.getTime() - olderThanMs);
  return { serviceAccountIds, reason, before };
}

/** The row itself, so that a long list costs no second object for each of its rows. */
const withDays = (row: PendingRow, now: Date): PendingUser =>
  Object.assign(row, { days: daysBetween(row.since, now) });
