import { countUserList, selectUserList, userList } from '../../database/queries/user-list.js';
import { assertHostViews } from '../host/views.js';
import { readPage } from './page.js';
import { toUser } from './user.js';
/**
 * The users of an IdP that match, a page of them, in a stable order (RFC 7644 §3.4.2). One look-up is one
 * round trip, as is every page that is the last or goes on a walk by cursor; others count as well.
 * @throws Problem `cursor-invalid`, `host-views-missing`.
 */
export function listUsers(core, idp, query, { withGroups = true } = {}) {
    return core.database.read(async (session) => {
        await assertHostViews(session, ['host_user']);
        const list = await userList(session, idp.id, query);
        return readPage(query, {
            count: () => countUserList(list),
            select: async (stretch) => (await selectUserList(list, { ...stretch, withGroups }))?.map(({ row, key }) => ({
                item: toUser(row, list.shape),
                id: row.identityId,
                key,
            })),
        });
    });
}
