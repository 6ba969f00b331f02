import type { Knex } from 'knex';
import type { Session } from '../../database.js';
import type { Listing, OrderTerm } from '../../sql/paging.js';
import { type HostUserShape, hostUserShape } from '../host/host-user-shape.js';
import { bind } from '../rows.js';
import { agrees } from './agreement.js';
import {
  PENDING_EXTERNAL_ID,
  PENDING_REASON,
  PENDING_SINCE,
  type PendingFilter,
  type PendingRow,
  pendingQuery,
} from './pending.js';

/** What the list of pending users can be ordered by. */
export type PendingKey = keyof PendingRow;

/** By which column, and which way round. */
export interface ListOrder<Key> {
  key: Key;
  descending: boolean;
}

/**
 * The links that have ended by the word of an IdP, longest ago first, whatever became of their accounts; for
 * `Database.pages`. They have an index, so that the first of them are there at once, however many links there are.
 */
export function endedLinks(session: Session, { reason, ...filter }: PendingFilter): Listing {
  const query = linksLeft(session, 'i.deprovisioned_at', filter);
  if (reason) query.where('i.deprovision_reason', reason);
  return { query, order: [{ sql: 'i.deprovisioned_at', kind: 'own' }, ...TELLING], isIndexed: true };
}

/** The same of links in force that are marked as missing, which have an index of their own. */
export function markedLinks(session: Session, filter: PendingFilter): Listing {
  const query = linksLeft(session, 'i.missing_at', filter).whereNull('i.deprovisioned_at');
  return { query, order: [{ sql: 'i.missing_at', kind: 'own' }, ...TELLING], isIndexed: true };
}

function linksLeft(
  session: Session,
  leftAt: 'i.deprovisioned_at' | 'i.missing_at',
  { serviceAccountIds, before }: PendingFilter,
): Knex.QueryBuilder {
  const { knex, schema } = session;
  const query = knex(`${schema}.identity as i`)
    .whereNotNull(leftAt)
    .whereNull('i.unlinked_at')
    .select({ identityId: 'i.identity_id', endedAt: leftAt });
  if (serviceAccountIds) query.whereIn('i.service_account_id', [...serviceAccountIds]);
  if (before) query.whereRaw(`${leftAt} <= ?`, [bind(session, before) as string]);
  return query;
}

/** In any order, with doubtful accounts among the others; for `Database.pages`. */
export async function pendingListing(
  session: Session,
  filter: PendingFilter,
  order: ListOrder<PendingKey> = { key: 'since', descending: false },
): Promise<Listing> {
  const shape = await hostUserShape(session);
  const rest: OrderTerm[] = [{ sql: PENDING_SINCE, kind: 'own' }, ...TELLING];
  return {
    query: pendingQuery(session, shape, filter),
    order: [...termOf(session, shape, order), ...rest.slice(order.key === 'since' ? 1 : 0)],
  };
}

/** What tells one row from another that has waited as long. */
const TELLING: readonly OrderTerm[] = [
  { sql: 'i.user_name', kind: 'own' },
  { sql: 'i.identity_id', kind: 'own' },
];

function termOf(
  session: Session,
  shape: HostUserShape,
  { key, descending }: ListOrder<PendingKey>,
): OrderTerm[] {
  const reason = `case when ${agrees(session, shape, 'i')} then ${PENDING_REASON} else 'doubtful' end`;
  const terms: Record<PendingKey, Omit<OrderTerm, 'descending'> | undefined> = {
    userId: { sql: 'i.host_user_id', kind: 'own' },
    loginName: { sql: 'h.login_name', kind: 'hostText' },
    email: hostColumn(shape, 'email', 'hostText'),
    displayName: hostColumn(shape, 'display_name', 'hostText'),
    idp: { sql: 'a.name', kind: 'own' },
    externalId: { sql: PENDING_EXTERNAL_ID, kind: 'own', nullable: true },
    reason: { sql: reason, kind: 'own', nullable: true },
    since: { sql: PENDING_SINCE, kind: 'own' },
    licenceType: hostColumn(shape, 'licence_type', 'hostText'),
    lastSignInAt: hostColumn(shape, 'last_sign_in_at', 'hostInstant'),
    heldBack: { sql: 'case when i.held_back_at is null then 0 else 1 end', kind: 'own' },
  };
  const term = terms[key];
  return term ? [{ ...term, descending }] : [];
}

/** A column of the host's; nothing where there is no such column, so that it tells no rows apart. */
export const hostColumn = (
  { columns }: Pick<HostUserShape, 'columns'>,
  name: string,
  kind: OrderTerm['kind'],
): Omit<OrderTerm, 'descending'> | undefined =>
  columns.has(name) ? { sql: `h.${name}`, kind, nullable: true } : undefined;
