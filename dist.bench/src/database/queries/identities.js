import { bind, own } from './rows.js';
export async function insertIdentity(session, row) {
    await own(session, 'identity').insert(identityValues(session, row));
}
/** Writes only what is given. */
export async function updateIdentity(session, identityId, change) {
    await own(session, 'identity').where({ identity_id: identityId }).update(identityValues(session, change));
}
/** Columns and values of what is given. */
export function identityValues(session, row) {
    const instant = (value) => value === undefined ? undefined : bind(session, value);
    const columns = {
        identity_id: row.identityId,
        service_account_id: row.serviceAccountId,
        external_id: row.externalId,
        user_name: row.userName,
        host_user_id: row.hostUserId,
        created_at: instant(row.createdAt),
        updated_at: instant(row.updatedAt),
        deprovisioned_at: instant(row.deprovisionedAt),
        deprovision_reason: row.deprovisionReason,
        attributes: row.attributes && JSON.stringify(row.attributes),
    };
    return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
/** Takes a user out of all groups; the groups have changed by that. */
export async function leaveGroups(session, identityId, at) {
    const memberships = () => own(session, 'idp_group_member').where({ identity_id: identityId });
    await own(session, 'idp_group')
        .whereIn('group_id', memberships().select('group_id'))
        .update({ updated_at: bind(session, at) });
    await memberships().delete();
}
/**
 * Ends the links of an account that is being removed; deprovisioned ones stay as they are, for the audit
 * list. The caller holds the account's lock.
 * @returns how many were active.
 */
export async function unlinkIdentities(session, serviceAccountId, at) {
    const active = { service_account_id: serviceAccountId, deprovisioned_at: null, unlinked_at: null };
    const rows = await own(session, 'identity').where(active).select('identity_id');
    await own(session, 'identity')
        .where(active)
        .update({ unlinked_at: bind(session, at), updated_at: bind(session, at) });
    return rows.length;
}
