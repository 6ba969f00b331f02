import { ALWAYS, allOf, raw, sql, stretchOf } from '../fragment.js';
import { compileFilter } from './filters/compile.js';
import { after, instantKey, orderBy, sortKey } from './filters/sort.js';
import { userAttributes } from './filters/user-attributes.js';
import { hostUserShape, rememberedHostViews } from './host-user-shape.js';
import { lookUpRows, selectRows } from './rows.js';
import { linksFrom, toUserRow, userColumns, usersFrom, visibleTo } from './users.js';
/** Makes SQL of filter and order; without an order, oldest first. */
export async function userList(session, serviceAccountId, { filter, sortBy, descending = false }) {
    const shape = await hostUserShape(session);
    const columns = (await rememberedHostViews(session)).find(({ name }) => name === 'host_user')?.columns ?? [];
    const means = { search: session.dialect.search, bindInstant: session.dialect.bindInstant };
    let readsHost = false;
    const onHost = () => {
        readsHost = true;
    };
    const attributes = userAttributes({ session, shape, columns, serviceAccountId, onHost });
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
const isLookUp = (filter) => filter.kind === 'compare' &&
    filter.operator === 'eq' &&
    ['userName', 'externalId', 'id'].includes(filter.attribute.path.join('.'));
const ID = 'i.identity_id';
/** @returns nothing where `after` is not of a row that this order could have. */
export async function selectUserList(list, stretch) {
    const query = userListQuery(list, stretch);
    if (!query)
        return undefined;
    const rows = await (list.isLookUp ? lookUpRows : selectRows)(list.session, query);
    return rows.map((row) => ({ row: toUserRow(row), key: list.sort.carried(row.sort_key) }));
}
/** The statement itself. */
export function userListQuery(list, stretch) {
    const { session, shape, sort, descending } = list;
    const { offset = 0, limit, withGroups } = stretch;
    const beyond = stretch.after ? after(sort, ID, stretch.after, descending) : ALWAYS;
    if (!beyond)
        return undefined;
    const order = orderBy(sort, ID, descending);
    const select = sql `select ${userColumns(session, shape, { withGroups })}, ${sort.shown} as sort_key
    from ${usersFrom(session, shape)}`;
    if (offset === 0) {
        return sql `${select} where ${matching(list, beyond)} order by ${order} ${stretchOf(0, limit)}`;
    }
    // What is skipped is skipped over our own index, before the host's users are looked up.
    const from = linksOf(list, list.filtersHost || list.sortsHost);
    const skipped = sql `select ${raw(ID)}, row_number() over (order by ${order}) as place from ${from}
    where ${matching(list)} order by ${order} ${stretchOf(offset, limit)}`;
    return sql `${select} join (${skipped}) page on page.identity_id = ${raw(ID)}
    where ${visibleTo(list.serviceAccountId)} order by page.place`;
}
export async function countUserList(list) {
    const [row] = await selectRows(list.session, sql `select count(*) as total from ${linksOf(list, list.filtersHost)} where ${matching(list)}`);
    return Number(row?.total ?? 0);
}
const linksOf = ({ session, shape }, withHost) => withHost ? usersFrom(session, shape) : linksFrom(session);
const matching = ({ serviceAccountId, condition }, more = ALWAYS) => allOf([visibleTo(serviceAccountId), condition, more]);
