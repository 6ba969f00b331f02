import type { Knex } from 'knex';
import type { Session } from '../database.js';
import { ALWAYS, type Fragment } from '../fragment.js';
import { compileFilter } from './filters/compile.js';
import { groupAttributes } from './filters/group-attributes.js';
import { narrow } from './filters/narrow.js';
import { after, instantKey, type KeyValue, orderBy, type SortKey, sortKey } from './filters/sort.js';
import { GROUP_COLUMNS, type GroupRow, toGroupRow } from './groups.js';
import { hostUserShape } from './host-user-shape.js';
import type { Selection, Stretch } from './user-list.js';

/** A filter and an order, as SQL for one IdP's groups. */
export interface GroupList {
  session: Session;
  serviceAccountId: string;
  condition: Fragment;
  sort: SortKey;
  descending: boolean;
}

/** Makes SQL of filter and order; without an order, oldest first. */
export async function groupList(
  session: Session,
  serviceAccountId: string,
  { filter, sortBy, descending = false }: Selection,
): Promise<GroupList> {
  const { search, bindInstant } = session.dialect;
  const means = { search, bindInstant };
  const attributes = groupAttributes(session, await hostUserShape(session));
  return {
    session,
    serviceAccountId,
    condition: filter ? compileFilter(means, attributes, filter) : ALWAYS,
    sort: (sortBy && sortKey(means, attributes, sortBy)) ?? instantKey(means, 'g.created_at'),
    descending,
  };
}

const ID = 'g.group_id';

/** @returns nothing where `after` is not of a row that this order could have. */
export async function selectGroupList(
  list: GroupList,
  stretch: Omit<Stretch, 'withGroups'>,
): Promise<{ row: GroupRow; key: KeyValue }[] | undefined> {
  const query = groupListQuery(list, stretch);
  if (!query) return undefined;
  const rows: Record<string, unknown>[] = await query;
  return rows.map((row) => ({ row: toGroupRow(row), key: list.sort.carried(row.sort_key) }));
}

/** The statement itself. */
export function groupListQuery(
  list: GroupList,
  stretch: Omit<Stretch, 'withGroups'>,
): Knex.QueryBuilder | undefined {
  const { session, sort, descending } = list;
  const beyond = stretch.after ? after(sort, ID, stretch.after, descending) : ALWAYS;
  if (!beyond) return undefined;
  const order = orderBy(sort, ID, descending);
  const query = narrow(groupsFrom(list), beyond)
    .select(GROUP_COLUMNS.map((column) => `g.${column}`))
    .select(session.knex.raw(`${sort.shown.sql} as sort_key`, [...sort.shown.bindings]))
    .orderByRaw(order.sql, [...order.bindings])
    .limit(stretch.limit);
  if (stretch.offset) query.offset(stretch.offset);
  return query;
}

export async function countGroupList(list: GroupList): Promise<number> {
  const [row] = await groupsFrom(list).count({ total: '*' });
  return Number(row?.total ?? 0);
}

const groupsFrom = ({ session, serviceAccountId, condition }: GroupList): Knex.QueryBuilder =>
  narrow(
    session.knex(`${session.schema}.idp_group as g`).where('g.service_account_id', serviceAccountId),
    condition,
  );
