import { bind, own } from './rows.js';
export async function insertServiceAccount(session, row) {
    await own(session, 'service_account').insert({
        service_account_id: row.serviceAccountId,
        name: row.name,
        kind: row.kind,
        display_name: row.displayName,
        is_enabled: row.isEnabled,
        sso_provider_id: row.ssoProviderId,
        deprovision_policy: row.deprovisionPolicy,
        allows_basic: row.allowsBasic,
        allows_oauth: row.allowsOauth,
        created_at: bind(session, row.createdAt),
        created_by: row.createdBy,
        updated_at: bind(session, row.updatedAt),
        token_changes: 0,
    });
}
/** All that have not been removed, by name. */
export async function listServiceAccounts(session) {
    const rows = await own(session, 'service_account').whereNull('removed_at').orderBy('name').select('*');
    return rows.map(toRow);
}
/** By its id; nothing where it was removed. */
export async function readServiceAccount(session, id) {
    const rows = await own(session, 'service_account')
        .where({ service_account_id: id })
        .whereNull('removed_at')
        .select('*');
    return rows.map(toRow)[0];
}
export async function updateServiceAccount(session, id, change, at) {
    const columns = {
        display_name: change.displayName,
        is_enabled: change.isEnabled,
        sso_provider_id: change.ssoProviderId,
        deprovision_policy: change.deprovisionPolicy,
        allows_basic: change.allowsBasic,
        allows_oauth: change.allowsOauth,
    };
    const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
    await own(session, 'service_account')
        .where({ service_account_id: id })
        .update({ ...given, updated_at: bind(session, at) });
}
export async function markServiceAccountRemoved(session, id, at) {
    const removed = { removed_at: bind(session, at), updated_at: bind(session, at), is_enabled: false };
    await own(session, 'service_account').where({ service_account_id: id }).update(removed);
}
/**
 * Writes the account's row, and so waits for whoever else is changing it or its tokens: from here to the end
 * of the transaction the caller is alone with them. A row lock by writing, since hints are not portable.
 */
export async function lockServiceAccount(session, id) {
    await own(session, 'service_account').where({ service_account_id: id }).increment('token_changes', 1);
    return readServiceAccount(session, id);
}
// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toRow = (row) => ({
    serviceAccountId: row.service_account_id,
    name: row.name,
    kind: row.kind,
    displayName: row.display_name,
    isEnabled: row.is_enabled,
    ssoProviderId: row.sso_provider_id,
    deprovisionPolicy: row.deprovision_policy,
    allowsBasic: row.allows_basic,
    allowsOauth: row.allows_oauth,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
});
