import { ALWAYS, allOf, bound, raw, sql, stretchOf } from '../fragment.js';
import { compileFilter } from './filters/compile.js';
import { groupAttributes } from './filters/group-attributes.js';
import { after, instantKey, orderBy, sortKey } from './filters/sort.js';
import { GROUP_COLUMNS, toGroupRow } from './groups.js';
import { hostUserShape } from './host-user-shape.js';
import { ownTable, selectRows } from './rows.js';
/** Makes SQL of filter and order; without an order, oldest first. */
export async function groupList(session, serviceAccountId, { filter, sortBy, descending = false }) {
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
export async function selectGroupList(list, stretch) {
    const query = groupListQuery(list, stretch);
    if (!query)
        return undefined;
    const rows = await selectRows(list.session, query);
    return rows.map((row) => ({ row: toGroupRow(row), key: list.sort.carried(row.sort_key) }));
}
/** The statement itself. */
export function groupListQuery(list, stretch) {
    const { sort, descending } = list;
    const beyond = stretch.after ? after(sort, ID, stretch.after, descending) : ALWAYS;
    if (!beyond)
        return undefined;
    const columns = raw(GROUP_COLUMNS.map((column) => `g.${column}`).join(', '));
    return sql `select ${columns}, ${sort.shown} as sort_key from ${groupsOf(list)} where ${matching(list, beyond)}
    order by ${orderBy(sort, ID, descending)} ${stretchOf(stretch.offset ?? 0, stretch.limit)}`;
}
export async function countGroupList(list) {
    const [row] = await selectRows(list.session, sql `select count(*) as total from ${groupsOf(list)} where ${matching(list)}`);
    return Number(row?.total ?? 0);
}
const groupsOf = ({ session }) => raw(`${ownTable(session, 'idp_group')} g`);
const matching = ({ serviceAccountId, condition }, more = ALWAYS) => allOf([sql `g.service_account_id = ${bound(serviceAccountId)}`, condition, more]);
