import { memberIdsAmong } from '../../database/queries/group-members.js';
import { lockGroup } from '../../database/queries/groups.js';
import { change } from '../audit/change.js';
import { isUuid } from '../uuid.js';
import { writeGroup } from './change-group.js';
import { withMembersOf } from './group.js';
import { assertUsers, memberSet } from './group-profile.js';
import { findGroup } from './read-group.js';
/**
 * Adds users to a group and takes others out, without reading the members it has: the cost goes by the
 * change and not by the size of the group. Who is in already, or is not, makes no difference; who is both to
 * be added and removed is added.
 * @returns the group, without its members unless they are asked for.
 * @throws Problem `group-unknown`, `group-member-unknown`; `host-views-missing`, where members are asked for.
 */
export function changeMembers(core, idp, id, { add = [], remove = [] }, { withMembers = false } = {}) {
    const intent = { action: 'group.update', target: { type: 'group', id } };
    return change(core, intent, async (session) => {
        const row = await findGroup(session, idp, id, lockGroup);
        const staying = memberSet(add);
        const joining = [...staying];
        const leaving = [...memberSet(remove)].filter((one) => isUuid(one) && !staying.has(one));
        await assertUsers(session, idp, joining);
        const present = await memberIdsAmong(session, row.groupId, [...joining, ...leaving]);
        const added = joining.filter((one) => !present.has(one));
        const removed = leaving.filter((one) => present.has(one));
        const changed = added.length + removed.length > 0;
        const next = changed ? await writeGroup(core, session, row, row, { added, removed }) : row;
        const [group] = await withMembersOf(session, [next], { withMembers });
        return {
            result: { group: group, changed },
            changed,
            target: { name: row.displayName },
            details: { changed: ['members'], added: added.length, removed: removed.length },
        };
    });
}
