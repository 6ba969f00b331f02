import { insertMembers } from '../../database/queries/group-members.js';
import { insertGroup } from '../../database/queries/groups.js';
import { change } from '../audit/change.js';
import { randomUuid } from '../uuid.js';
import { withMembersOf } from './group.js';
import { assertGroupStorable, assertUsers, memberSet, refusingTaken } from './group-profile.js';
/**
 * Keeps a group that an IdP pushes, with its members.
 * @throws Problem `group-exists`, `group-member-unknown`, `group-invalid`, `host-views-missing`.
 */
export function createGroup(core, idp, profile, options = {}) {
    const intent = { action: 'group.create', target: { type: 'group', name: profile.displayName } };
    const groupId = randomUuid(core.random);
    return refusingTaken(core, intent, () => change(core, intent, async (session) => {
        assertGroupStorable(profile);
        const members = [...memberSet(profile.memberIds)];
        await assertUsers(session, idp, members);
        const now = core.clock();
        const row = {
            groupId,
            serviceAccountId: idp.id,
            displayName: profile.displayName,
            externalId: profile.externalId,
            createdAt: now,
            updatedAt: now,
        };
        await insertGroup(session, row);
        await insertMembers(session, groupId, members);
        const [result] = await withMembersOf(session, [row], options);
        return {
            result: result,
            target: { id: groupId },
            details: { added: members.length },
        };
    }));
}
