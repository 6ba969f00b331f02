import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { readUserRow } from '../../database/queries/users.js';
import { assertHostViews } from '../host/views.js';
import { isUuid } from '../uuid.js';
import { userUnknown } from './problems.js';
import { toUser } from './user.js';
/**
 * A user of this IdP, as it is at this moment.
 * @throws Problem `user-unknown`, also for another IdP's and for one whom the IdP has deleted;
 *   `host-views-missing`.
 */
export function readUser(core, idp, id) {
    return core.database.read(async (session) => {
        await assertHostViews(session, ['host_user']);
        const shape = await hostUserShape(session);
        return toUser(await findUser(session, shape, idp, id), shape);
    });
}
/** @throws Problem `user-unknown`. */
export async function findUser(session, shape, idp, id) {
    // What is no UUID is no id of ours, and some databases refuse to compare it with one.
    const row = isUuid(id) ? await readUserRow(session, shape, idp.id, id) : undefined;
    if (!row)
        throw userUnknown();
    return row;
}
