import type { DeprovisionReason } from '../../../words/link.js';
import type { Session } from '../../database.js';
import { bound, type Fragment, listed, padded, raw, sql, stretchOf } from '../../sql/fragment.js';
import { named } from '../../sql/statements.js';
import { type HostUserShape, hostUserColumns, hostUserShape } from '../host/host-user-shape.js';
import { type HostUserRow, toHostUser } from '../host/host-users.js';
import { bind, own, ownTable, selectRows } from '../rows.js';
import { linksFrom, usersFrom } from '../users/users.js';
import { isPending } from './pending.js';

/** A departure whose account the limit of its IdP kept enabled, and which no operator has released. */
export interface HeldBackRow {
  identityId: string;
  reason: DeprovisionReason;
  since: Date;
  /** The account; null where it is not pending by this link any more. */
  host: HostUserRow | null;
}

const ORDER = raw('order by i.deprovisioned_at, i.user_name, i.identity_id');

/** The links of one IdP whose departures are held back, longest waiting first: all of them, and so no more than their ids. */
export async function heldBackIds(session: Session, serviceAccountId: string): Promise<string[]> {
  const rows = await selectRows<{ identity_id: string }>(
    session,
    sql`select i.identity_id from ${linksFrom(session)}
      where i.service_account_id = ${bound(serviceAccountId)} and i.held_back_at is not null ${ORDER}`,
  );
  return rows.map(({ identity_id }) => String(identity_id).toLowerCase());
}

/** How many of them have an account that is pending by them, and the first of these accounts. */
export async function heldBackPending(
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
  most: number,
): Promise<{ count: number; first: HeldBackRow[] }> {
  const isOne = sql`i.service_account_id = ${bound(serviceAccountId)} and i.held_back_at is not null
    and ${raw(isPending(session, shape))}`;
  const [row] = await selectRows(
    session,
    sql`select count(*) as held from ${usersFrom(session, shape)} where ${isOne}`,
  );
  const rows = await selectRows(
    session,
    sql`select ${columnsOf(shape)}, 1 as is_pending from ${usersFrom(session, shape)}
      where ${isOne} ${ORDER} ${stretchOf(0, most)}`,
  );
  return { count: Number(row?.held ?? 0), first: rows.map(toHeldBack) };
}

/** Those of these links that are held back at this moment, longest waiting first. */
export async function heldBackLinks(
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
  ids: readonly string[],
): Promise<HeldBackRow[]> {
  const rows = await selectRows(
    session,
    sql`select ${columnsOf(shape)}, case when ${raw(isPending(session, shape))} then 1 else 0 end as is_pending
      from ${usersFrom(session, shape)}
      where i.service_account_id = ${bound(serviceAccountId)} and i.held_back_at is not null
        and i.identity_id in (${listed(ids)}) ${ORDER}`,
  );
  return rows.map(toHeldBack);
}

const columnsOf = (shape: HostUserShape): Fragment =>
  raw(`i.identity_id, i.deprovision_reason, i.deprovisioned_at, ${named(hostUserColumns(shape))}`);

const toHeldBack = (row: Record<string, unknown>): HeldBackRow => ({
  identityId: String(row.identity_id).toLowerCase(),
  reason: row.deprovision_reason as DeprovisionReason,
  since: row.deprovisioned_at as Date,
  host: Number(row.is_pending) === 1 ? toHostUser(row) : null,
});

/** These departures are held back no longer, whatever became of their accounts. */
export async function clearHeldBack(session: Session, ids: readonly string[]): Promise<void> {
  await own(session, 'identity').whereIn('identity_id', padded(ids)).update({ held_back_at: null });
}

/** How many departures of one IdP are held back. */
export async function countHeldBack(session: Session, serviceAccountId: string): Promise<number> {
  const held = own(session, 'identity')
    .where({ service_account_id: serviceAccountId })
    .whereNotNull('held_back_at');
  const [row] = await held.count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** How many departures of one IdP count towards its limit since an instant. */
export async function countDepartures(
  session: Session,
  serviceAccountId: string,
  since: Date,
): Promise<number> {
  const departed = own(session, 'identity')
    .where({ service_account_id: serviceAccountId })
    .where('departed_at', '>', bind(session, since));
  const [row] = await departed.count({ count: '*' });
  return Number(row?.count ?? 0);
}

/**
 * How many departures of each IdP are held back, by name. Of IdPs that were removed, which an earlier version did while
 * it held some back, those whose accounts are pending yet.
 */
export async function heldBackByIdp(
  session: Session,
): Promise<{ idp: string; count: number; isRemoved: boolean }[]> {
  const rows = await selectRows(
    session,
    sql`select a.name, count(i.identity_id) as held from ${raw(ownTable(session, 'service_account'))} a
      left join ${raw(ownTable(session, 'identity'))} i
        on i.service_account_id = a.service_account_id and i.held_back_at is not null
      where a.removed_at is null group by a.name order by a.name`,
  );
  const [any] = await selectRows(
    session,
    sql`select count(*) as held from ${linksFrom(session)}
      join ${raw(ownTable(session, 'service_account'))} a on a.service_account_id = i.service_account_id
      where a.removed_at is not null and i.held_back_at is not null`,
  );
  const removed = Number(any?.held ?? 0) > 0 ? await heldBackByRemoved(session) : [];
  const names = new Set(rows.map(({ name }) => name));
  return [
    ...rows.map((row) => ({
      idp: String(row.name),
      count: Number(row.held) + Number(removed.find(({ name }) => name === row.name)?.held ?? 0),
      isRemoved: false,
    })),
    ...removed
      .filter(({ name }) => !names.has(name))
      .map(({ name, held }) => ({ idp: String(name), count: Number(held), isRemoved: true })),
  ];
}

const heldBackByRemoved = async (session: Session) =>
  selectRows(
    session,
    sql`select a.name, count(*) as held from ${usersFrom(session, await hostUserShape(session))}
      join ${raw(ownTable(session, 'service_account'))} a on a.service_account_id = i.service_account_id
      where a.removed_at is not null and i.held_back_at is not null
        and ${raw(isPending(session, await hostUserShape(session)))}
      group by a.name order by a.name`,
  );
