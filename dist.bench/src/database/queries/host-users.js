import { asBoolean, asText, own } from './rows.js';
const COLUMNS = {
    loginName: 'login_name',
    email: 'email',
    displayName: 'display_name',
    isEnabled: 'is_enabled',
    givenName: 'given_name',
    familyName: 'family_name',
    ssoProviderId: 'sso_provider_id',
    licenceType: 'licence_type',
};
/** Without what the host has no columns for. */
export const keepable = ({ columns }, change) => Object.fromEntries(Object.entries(change).filter(([field]) => columns.has(COLUMNS[field])));
/** The same but for case; to the code point, whatever a collation thinks of accents and trailing blanks. */
export const sameAddress = (a, b) => a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
/** Writes only what is given and what the host has columns for. */
export async function updateHostUser(session, shape, userId, change) {
    const columns = hostUserValues(shape, change);
    if (Object.keys(columns).length === 0)
        return;
    const { boundHostKey, hostId } = session.dialect.expressions;
    await own(session, 'host_user')
        .whereRaw(`user_id = ${boundHostKey(shape.userId)} and ${hostId('user_id')} = ?`, [userId, userId])
        .update(columns);
}
/** Columns and values, without what the host has no columns for. */
export function hostUserValues(shape, change) {
    const given = Object.entries(COLUMNS).flatMap(([field, column]) => {
        const value = change[field];
        if (value === undefined || !shape.columns.has(column))
            return [];
        return [[column, typeof value === 'boolean' && !shape.hasBoolean ? Number(value) : value]];
    });
    return Object.fromEntries(given);
}
export const toHostUser = (row) => ({
    userId: String(row.h_user_id),
    loginName: String(row.h_login_name),
    email: asText(row.h_email),
    displayName: asText(row.h_display_name),
    isEnabled: asBoolean(row.h_is_enabled),
    givenName: asText(row.h_given_name),
    familyName: asText(row.h_family_name),
    ssoProviderId: asText(row.h_sso_provider_id),
    licenceType: asText(row.h_licence_type),
    isProtected: asBoolean(row.h_is_protected),
});
