import { deleteMembers, insertMembers } from '../../database/queries/group-members.js';
import { lockGroup, updateGroup } from '../../database/queries/groups.js';
import { change } from '../audit/change.js';
import { withMembersOf } from './group.js';
import { assertGroupStorable, assertUsers, memberSet, refusingTaken } from './group-profile.js';
import { findGroup } from './read-group.js';
/**
 * Changes a group to what `decide` makes of its present state, in one transaction in which nobody else
 * changes it. Of the members only the difference is written. `decide` is pure; it may be run again, and what
 * it throws is the outcome.
 * @throws Problem `group-unknown`, `group-exists`, `group-member-unknown`, `group-invalid`,
 *   `host-views-missing`.
 */
export function changeGroup(core, idp, id, decide, options = {}) {
    const intent = { action: 'group.update', target: { type: 'group', id } };
    return refusingTaken(core, intent, () => change(core, intent, async (session) => {
        const row = await findGroup(session, idp, id, lockGroup);
        const [current] = await withMembersOf(session, [row], {});
        const group = current;
        const wanted = decide(group);
        const difference = differenceOf(group, wanted);
        const changed = changedAttributes(row, wanted, difference);
        if (changed.length === 0)
            return { result: { group, changed: false }, changed: false };
        assertGroupStorable(wanted);
        await assertUsers(session, idp, difference.added);
        const next = await writeGroup(core, session, row, wanted, difference);
        const [written] = await withMembersOf(session, [next], options);
        return {
            result: { group: written, changed: true },
            target: { name: next.displayName },
            details: { changed, added: difference.added.length, removed: difference.removed.length },
        };
    }));
}
function differenceOf({ members }, { memberIds }) {
    const wanted = memberSet(memberIds);
    const present = new Set(members.map(({ id }) => id));
    return {
        added: [...wanted].filter((id) => !present.has(id)),
        removed: [...present].filter((id) => !wanted.has(id)),
    };
}
/** Names as RFC 7643 has them. */
function changedAttributes(row, wanted, { added, removed }) {
    return [
        ...(wanted.displayName === row.displayName ? [] : ['displayName']),
        ...(wanted.externalId === row.externalId ? [] : ['externalId']),
        ...(added.length + removed.length === 0 ? [] : ['members']),
    ];
}
/** The caller holds the group's lock. @returns the row as it is now. */
export async function writeGroup(core, session, row, wanted, { added, removed }) {
    // Two changes within a millisecond are two versions.
    const updatedAt = new Date(Math.max(core.clock().getTime(), row.updatedAt.getTime() + 1));
    const next = { ...row, displayName: wanted.displayName, externalId: wanted.externalId, updatedAt };
    await updateGroup(session, row.groupId, next);
    await deleteMembers(session, row.groupId, removed);
    await insertMembers(session, row.groupId, added);
    return next;
}
