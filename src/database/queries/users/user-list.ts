import type { AttributePath, Filter } from '../../../words/filter.js';
import type { Session } from '../../database.js';
import { ALWAYS, allOf, bound, type Fragment, raw, sql, stretchOf } from '../../sql/fragment.js';
import { compileFilter } from '../filters/compile.js';
import type { Means } from '../filters/means.js';
import { after, instantKey, orderBy, type SortKey, type SortKeyValue, sortKey } from '../filters/sort.js';
import { userAttributes } from '../filters/user-attributes.js';
import { type HostUserShape, hostUserShape, rememberedHostViews } from '../host/host-user-shape.js';
import { lookUpRows, ownTable, selectRows } from '../rows.js';
import { spacedNamesFor } from '../spaced-names.js';
import { linksFrom, toUserRow, type UserRow, userColumns, usersFrom, visibleTo } from './users.js';

/** A filter and an order, as SQL for one IdP's users. */
export interface UserList {
  session: Session;
  shape: HostUserShape;
  serviceAccountId: string;
  condition: Fragment;
  /** Whether filter or order read the host's columns. */
  filtersHost: boolean;
  sortsHost: boolean;
  sort: SortKey;
  descending: boolean;
  /** Whether it asks for one user by a name that has an index. */
  isLookUp: boolean;
}

export interface Selection {
  filter?: Filter;
  sortBy?: AttributePath;
  descending?: boolean;
}

/** Makes SQL of filter and order; without an order, oldest first. */
export async function userList(
  session: Session,
  serviceAccountId: string,
  { filter, sortBy, descending = false }: Selection,
): Promise<UserList> {
  const shape = await hostUserShape(session);
  const columns =
    (await rememberedHostViews(session)).find(({ name }) => name === 'host_user')?.columns ?? [];
  const means = { search: session.dialect.search, bindInstant: session.dialect.bindInstant } satisfies Means;
  let readsHost = false;
  const onHost = () => {
    readsHost = true;
  };
  const spaced = await spacedNamesFor(session, serviceAccountId, filter);
  const attributes = userAttributes({ session, shape, columns, serviceAccountId, spaced, onHost });
  const condition = filter ? compileFilter(means, attributes, filter) : ALWAYS;
  const filtersHost = readsHost;
  readsHost = false;
  const sort = sortBy && sortKey(means, attributes, sortBy);
  return {
    session,
    shape,
    serviceAccountId,
    condition,
    filtersHost,
    sortsHost: readsHost,
    sort: sort ?? instantKey(means, 'i.created_at'),
    descending,
    isLookUp: filter !== undefined && isLookUp(filter),
  };
}

/** What IdPs find users by; all of it has indexes. */
const isLookUp = (filter: Filter): boolean =>
  filter.kind === 'compare' &&
  filter.operator === 'eq' &&
  ['userName', 'externalId', 'id'].includes(filter.attribute.path.join('.'));

export interface Stretch {
  limit: number;
  /** So many rows are left out before it. */
  offset?: number;
  /** Or all up to a row of which this much is known. */
  after?: { key: SortKeyValue; id: string };
  withGroups: boolean;
  /** How much a page may hold. It ends before the first user with whom it would be more; the first of all is always there. */
  room: Room;
}

export interface Room {
  /** In characters of JSON: attributes and groups of all users. */
  text: number;
  /** What counts for each group of a user. */
  textOfGroup: number;
}

/** Rows, each with what it is ordered by. */
export interface FoundUsers {
  rows: { row: UserRow; key: SortKeyValue }[];
  /** How many rows the stretch has, with those for which there is no room. */
  found: number;
}

const ID = 'i.identity_id';

/** @returns nothing where `after` is not of a row that this order could have. */
export async function selectUserList(list: UserList, stretch: Stretch): Promise<FoundUsers | undefined> {
  const measuring = measuringQuery(list, stretch);
  const lengths = measuring && (await selectRows<{ text_length: number }>(list.session, measuring));
  if (lengths?.length === 0) return { rows: [], found: 0 };
  const limit = lengths ? fittingOf(lengths, stretch.room) : stretch.limit;
  const query = userListQuery(list, { ...stretch, limit });
  if (!query) return undefined;
  const rows = await (list.isLookUp ? lookUpRows : selectRows)(list.session, query);
  return {
    rows: rows.map((row) => ({ row: toUserRow(row), key: list.sort.carried(row.sort_key) })),
    found: lengths?.length ?? Number(rows[0]?.stretch_rows ?? rows.length),
  };
}

/** How many users, from the first on, there is room for: the first of all in any case. */
function fittingOf(lengths: readonly { text_length: number }[], { text }: Room): number {
  let soFar = 0;
  const end = lengths.findIndex(({ text_length }, at) => {
    soFar += Number(text_length);
    return at > 0 && soFar > text;
  });
  return end === -1 ? lengths.length : end;
}

/**
 * The statement itself. It reads no user for whom there is no room, however much one page would have of it; where the
 * database cannot add up on the way, `measuringQuery` says beforehand how many there is room for.
 */
export function userListQuery(list: UserList, stretch: Stretch): Fragment | undefined {
  const { session, shape, sort, descending, serviceAccountId } = list;
  const { offset = 0, limit, withGroups, room } = stretch;
  const beyond = stretch.after ? after(sort, ID, stretch.after, descending) : ALWAYS;
  if (!beyond) return undefined;
  const order = orderBy(sort, ID, descending);
  const columns = sql`${userColumns(session, shape, withGroups ? 'some' : 'none')}, ${sort.shown} as sort_key`;
  const from = usersFrom(session, shape);
  if (isAddedUp(list)) {
    return sql`select ${columns}, page.stretch_rows from ${from}
      join (${addedUp(list, stretch, beyond)}) page on page.identity_id = ${raw(ID)}
      where ${visibleTo(serviceAccountId)}
        and (page.text_so_far = page.text_length or page.text_so_far <= ${bound(room.text)})
      order by page.place`;
  }
  if (offset === 0) {
    return sql`select ${columns} from ${from}
      where ${matching(list, beyond)} order by ${order} ${stretchOf(0, limit)}`;
  }
  // What is skipped is skipped over our own index, before the host's users are looked up.
  const skipped = sql`select ${raw(ID)} from ${linksOf(list, list.filtersHost || list.sortsHost)}
    where ${matching(list)} order by ${order} ${stretchOf(offset, limit)}`;
  return sql`select ${columns} from ${from} join (${skipped}) page on page.identity_id = ${raw(ID)}
    where ${visibleTo(serviceAccountId)} order by ${order}`;
}

/** Whether the statement itself adds up how much the users have. A look-up finds one or two. */
const isAddedUp = ({ session, isLookUp }: UserList): boolean => session.dialect.addsUp && !isLookUp;

/** How much each user of a stretch has, in their order; nothing where it need not be asked. */
export function measuringQuery(list: UserList, stretch: Stretch): Fragment | undefined {
  const { sort, descending, session, isLookUp } = list;
  if (session.dialect.addsUp || isLookUp) return undefined;
  const beyond = stretch.after ? after(sort, ID, stretch.after, descending) : ALWAYS;
  return beyond && sql`select m.text_length from (${measured(list, stretch, beyond)}) m order by m.place`;
}

/** The users of a stretch with their places in it, how much each has, and all up to it. */
const addedUp = (list: UserList, stretch: Stretch, beyond: Fragment): Fragment =>
  sql`select m.identity_id, m.place, m.text_length,
      sum(m.text_length) over (order by m.place rows unbounded preceding) as text_so_far,
      count(*) over () as stretch_rows
    from (${measured(list, stretch, beyond)}) m`;

function measured(
  list: UserList,
  { offset = 0, limit, withGroups, room }: Stretch,
  beyond: Fragment,
): Fragment {
  const { session, sort, descending } = list;
  const order = orderBy(sort, ID, descending);
  const stretched = sql`select ${raw(ID)}, row_number() over (order by ${order}) as place
    from ${linksOf(list, list.filtersHost || list.sortsHost)}
    where ${matching(list, beyond)} order by ${order} ${stretchOf(offset, limit)}`;
  return sql`select s.identity_id, s.place, ${textOf(session, room, withGroups)} as text_length
    from (${stretched}) s join ${linksFrom(session)} on ${raw(ID)} = s.identity_id`;
}

/** How much a user takes, in a query over `identity` as `i`. */
function textOf(session: Session, { textOfGroup }: Room, withGroups: boolean): Fragment {
  const attributes = `coalesce(${session.dialect.expressions.textLength('i.attributes')}, 0)`;
  if (!withGroups) return raw(attributes);
  const groups = `select count(*) from ${ownTable(session, 'idp_group_member')} gm where gm.identity_id = i.identity_id`;
  return sql`${raw(attributes)} + (${raw(groups)}) * ${bound(textOfGroup)}`;
}

export async function countUserList(list: UserList): Promise<number> {
  const [row] = await selectRows(
    list.session,
    sql`select count(*) as total from ${linksOf(list, list.filtersHost)} where ${matching(list)}`,
  );
  return Number(row?.total ?? 0);
}

const linksOf = ({ session, shape }: UserList, withHost: boolean): Fragment =>
  withHost ? usersFrom(session, shape) : linksFrom(session);

const matching = ({ serviceAccountId, condition }: UserList, more: Fragment = ALWAYS): Fragment =>
  allOf([visibleTo(serviceAccountId), condition, more]);
