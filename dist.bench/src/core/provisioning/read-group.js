import { readGroupRow } from '../../database/queries/groups.js';
import { isUuid } from '../uuid.js';
import { withMembersOf } from './group.js';
import { groupUnknown } from './group-problems.js';
/**
 * A group of this IdP, as it is at this moment.
 * @throws Problem `group-unknown`, also for another IdP's; `host-views-missing`.
 */
export function readGroup(core, idp, id, options = {}) {
    return core.database.read(async (session) => {
        const row = await findGroup(session, idp, id, readGroupRow);
        const [group] = await withMembersOf(session, [row], options);
        return group;
    });
}
/** @throws Problem `group-unknown`. */
export async function findGroup(session, idp, id, find) {
    // What is no UUID is no id of ours, and some databases refuse to compare it with one.
    const row = isUuid(id) ? await find(session, idp.id, id.toLowerCase()) : undefined;
    if (!row)
        throw groupUnknown();
    return row;
}
