import type { Session } from '../../database.js';
import { ALWAYS, allOf, bound, type Fragment, raw, sql, stretchOf } from '../../sql/fragment.js';
import { compileFilter } from '../filters/compile.js';
import { groupAttributes } from '../filters/group-attributes.js';
import { after, instantKey, orderBy, type SortKey, type SortKeyValue, sortKey } from '../filters/sort.js';
import { hostUserShape } from '../host/host-user-shape.js';
import { ownTable, selectRows } from '../rows.js';
import { comparesWith, spacedGroupNames } from '../spaced-names.js';
import type { Selection, Stretch } from '../users/user-list.js';
import { GROUP_COLUMNS, type GroupRow, toGroupRow } from './groups.js';

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
  const asksName = filter !== undefined && comparesWith(filter, 'displayName');
  const spaced = asksName ? await spacedGroupNames(session, serviceAccountId) : [];
  const attributes = groupAttributes(session, await hostUserShape(session), spaced);
  return {
    session,
    serviceAccountId,
    condition: filter ? compileFilter(means, attributes, filter) : ALWAYS,
    sort: (sortBy && sortKey(means, attributes, sortBy)) ?? instantKey(means, 'g.created_at'),
    descending,
  };
}

const ID = 'g.group_id';

type GroupStretch = Pick<Stretch, 'limit' | 'offset' | 'after'>;

/** @returns nothing where `after` is not of a row that this order could have. */
export async function selectGroupList(
  list: GroupList,
  stretch: GroupStretch,
): Promise<{ row: GroupRow; key: SortKeyValue }[] | undefined> {
  const query = groupListQuery(list, stretch);
  if (!query) return undefined;
  const rows = await selectRows(list.session, query);
  return rows.map((row) => ({ row: toGroupRow(row), key: list.sort.carried(row.sort_key) }));
}

/** The statement itself. */
export function groupListQuery(list: GroupList, stretch: GroupStretch): Fragment | undefined {
  const { sort, descending } = list;
  const beyond = stretch.after ? after(sort, ID, stretch.after, descending) : ALWAYS;
  if (!beyond) return undefined;
  const columns = raw(GROUP_COLUMNS.map((column) => `g.${column}`).join(', '));
  return sql`select ${columns}, ${sort.shown} as sort_key from ${groupsOf(list)} where ${matching(list, beyond)}
    order by ${orderBy(sort, ID, descending)} ${stretchOf(stretch.offset ?? 0, stretch.limit)}`;
}

export async function countGroupList(list: GroupList): Promise<number> {
  const [row] = await selectRows(
    list.session,
    sql`select count(*) as total from ${groupsOf(list)} where ${matching(list)}`,
  );
  return Number(row?.total ?? 0);
}

const groupsOf = ({ session }: GroupList): Fragment => raw(`${ownTable(session, 'idp_group')} g`);

const matching = ({ serviceAccountId, condition }: GroupList, more: Fragment = ALWAYS): Fragment =>
  allOf([sql`g.service_account_id = ${bound(serviceAccountId)}`, condition, more]);
