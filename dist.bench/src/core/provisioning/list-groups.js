import { countGroupList, groupList, selectGroupList } from '../../database/queries/group-list.js';
import { withMembersOf } from './group.js';
import { readPage } from './page.js';
/**
 * The groups of an IdP that match, a page of them, in a stable order (RFC 7644 §3.4.2).
 * @throws Problem `cursor-invalid`; `host-views-missing`, where members are wanted.
 */
export function listGroups(core, idp, query, options = {}) {
    return core.database.read(async (session) => {
        const list = await groupList(session, idp.id, query);
        return readPage(query, {
            count: () => countGroupList(list),
            select: async (stretch) => {
                const rows = await selectGroupList(list, stretch);
                if (!rows)
                    return undefined;
                const groups = await withMembersOf(session, rows.map(({ row }) => row), options);
                return rows.map(({ row, key }, at) => ({
                    item: groups[at],
                    id: row.groupId,
                    key,
                }));
            },
        });
    });
}
