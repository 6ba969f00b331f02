import { readMembers } from '../../database/queries/group-members.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { assertHostViews } from '../host/views.js';
/**
 * Groups as their IdP reads them back.
 * @throws Problem `host-views-missing`, where members are wanted.
 */
export async function withMembersOf(session, rows, { withMembers = true }) {
    const members = withMembers ? await membersOf(session, rows) : [];
    const byGroup = new Map(rows.map(({ groupId }) => [groupId, []]));
    for (const member of members)
        byGroup.get(member.groupId)?.push(member);
    return rows.map((row) => toGroup(row, byGroup.get(row.groupId) ?? []));
}
async function membersOf(session, rows) {
    if (rows.length === 0)
        return [];
    await assertHostViews(session, ['host_user']);
    const shape = await hostUserShape(session);
    return readMembers(session, shape, rows.map(({ groupId }) => groupId));
}
const toGroup = (row, members) => ({
    id: row.groupId,
    displayName: row.displayName,
    externalId: row.externalId,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    members: members.map(({ identityId, display }) => ({ id: identityId, display })).sort(byName),
});
// Not by the language of the server: the same order everywhere, and quick for thousands.
function byName(one, other) {
    if (one.display !== other.display)
        return one.display < other.display ? -1 : 1;
    return one.id < other.id ? -1 : 1;
}
