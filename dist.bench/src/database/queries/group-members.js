import { bound, joined, raw, sql } from '../fragment.js';
import { hostOrStored } from './filters/user-attributes.js';
import { isHostUser } from './host-user-shape.js';
import { own, ownTable, selectRows } from './rows.js';
import { linksFrom, visibleTo } from './users.js';
/**
 * Ids that go into one statement. As a list of parameters, since a join with a set whose size the server
 * cannot know may be done in any way; SQL Server takes 2,100.
 */
const AT_ONCE = 1_000;
/** The users in these groups, in no order; those whom the IdP has deleted are in none. */
export async function readMembers(session, shape, groupIds) {
    if (groupIds.length === 0)
        return [];
    const rows = await selectRows(session, sql `select m.group_id, i.identity_id, ${displayOf(session, shape)} as display
          from ${raw(ownTable(session, 'idp_group_member'))} m
          join ${raw(ownTable(session, 'identity'))} i on i.identity_id = m.identity_id
          left join ${raw(ownTable(session, 'host_user'))} h on ${raw(isHostUser(session, shape, 'i.host_user_id'))}
         where m.group_id in (${joined(groupIds.map(bound), ', ')}) and ${raw(VISIBLE)}`);
    return rows.map((row) => ({ groupId: row.group_id, identityId: row.identity_id, display: row.display }));
}
/** What a member is called, in a query over `identity` as `i` and `host_user` as `h`. */
export const displayOf = (session, shape) => sql `coalesce(${hostOrStored({ session, shape }, 'display_name', ['displayName'])}, i.user_name)`;
/** Those links of an identity `i` that the IdP sees. */
export const VISIBLE = "i.unlinked_at is null and (i.deprovision_reason is null or i.deprovision_reason <> 'deleted')";
/** Those of these ids that are users of the IdP. */
export const userIdsAmong = (session, serviceAccountId, identityIds) => among(session, identityIds, sql `${linksFrom(session)} where ${visibleTo(serviceAccountId)}`);
/** Those of these users who are in the group. */
export const memberIdsAmong = (session, groupId, identityIds) => among(session, identityIds, sql `${raw(ownTable(session, 'idp_group_member'))} i where i.group_id = ${bound(groupId)}`);
/** Those of these ids that a query over `i` finds. */
async function among(session, ids, from) {
    const found = new Set();
    for (const some of chunks(ids)) {
        const rows = await selectRows(session, sql `select i.identity_id from ${from} and i.identity_id in (${joined(some.map(bound), ', ')})`);
        for (const { identity_id } of rows)
            found.add(identity_id);
    }
    return found;
}
/** Adds users who are not in the group yet. The caller holds the group's lock. */
export async function insertMembers(session, groupId, identityIds) {
    const { jsonStrings, toUuid } = session.dialect.search;
    for (const some of chunks(identityIds)) {
        const { from, value } = jsonStrings(bound(JSON.stringify(some)));
        const table = raw(ownTable(session, 'idp_group_member'));
        await selectRows(session, sql `insert into ${table} (group_id, identity_id) select ${toUuid(bound(groupId))}, ${toUuid(value)} from ${from}`);
    }
}
export async function deleteMembers(session, groupId, identityIds) {
    for (const some of chunks(identityIds)) {
        await own(session, 'idp_group_member')
            .where({ group_id: groupId })
            .whereIn('identity_id', [...some])
            .delete();
    }
}
function* chunks(all) {
    for (let from = 0; from < all.length; from += AT_ONCE)
        yield all.slice(from, from + AT_ONCE);
}
