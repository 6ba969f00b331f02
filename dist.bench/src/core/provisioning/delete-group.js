import { lockGroup, removeGroup } from '../../database/queries/groups.js';
import { change } from '../audit/change.js';
import { withMembersOf } from './group.js';
import { findGroup } from './read-group.js';
/**
 * Deletes a group. Its members stay users.
 * @param decide is run on the group as it is, and may throw to refuse; it may be run again.
 * @throws Problem `group-unknown`; `host-views-missing`, where there is something to decide.
 */
export function deleteGroup(core, idp, id, decide) {
    const intent = { action: 'group.delete', target: { type: 'group', id } };
    return change(core, intent, async (session) => {
        const row = await findGroup(session, idp, id, lockGroup);
        const [group] = await withMembersOf(session, [row], { withMembers: decide !== undefined });
        decide?.(group);
        await removeGroup(session, row.groupId);
        return { result: undefined, target: { name: row.displayName } };
    });
}
