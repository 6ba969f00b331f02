import { hostViewColumns } from './host.js';
import { asInstant, asText, bind, ownTable } from './rows.js';
/**
 * A condition: the link `i` was deprovisioned, and its host user `h` is enabled at this moment. One who is
 * provisioned again, by whichever IdP, is not pending, nor is one who is protected.
 */
export function isPending(session, hostColumns) {
    return [
        'i.deprovisioned_at is not null',
        'cast(h.is_enabled as int) = 1',
        `not exists (select 1 from ${ownTable(session, 'identity')} again
      where again.host_user_id = i.host_user_id and again.deprovisioned_at is null and again.unlinked_at is null)`,
        ...(hostColumns.has('is_protected') ? ['coalesce(cast(h.is_protected as int), 0) = 0'] : []),
    ].join(' and ');
}
/**
 * Everybody whom an IdP has deprovisioned and whose host user is enabled at this moment, longest waiting
 * first. A host user who is provisioned again, by whichever IdP, is not pending.
 */
export async function listPending(session, filter) {
    const { knex, schema } = session;
    const { hostId } = session.dialect.expressions;
    const columns = await hostViewColumns(session, 'host_user');
    const optional = ['licence_type', 'last_sign_in_at']
        .filter((name) => columns.has(name))
        .map((name) => `h.${name}`);
    const query = knex(`${schema}.identity as i`)
        .join(`${schema}.service_account as a`, 'a.service_account_id', 'i.service_account_id')
        .join(`${schema}.host_user as h`, (on) => {
        on.on(knex.raw(`i.host_user_id = ${hostId('h.user_id')}`));
    })
        .whereRaw(isPending(session, columns))
        .orderBy(['i.deprovisioned_at', 'i.user_name'])
        .select('i.host_user_id', 'h.login_name', 'h.email', 'h.display_name', 'a.name', 'i.external_id')
        .select('i.deprovision_reason', 'i.deprovisioned_at', ...optional);
    if (filter.serviceAccountId)
        query.where('i.service_account_id', filter.serviceAccountId);
    if (filter.hostUserId !== undefined)
        query.where('i.host_user_id', filter.hostUserId);
    if (filter.reason)
        query.where('i.deprovision_reason', filter.reason);
    if (filter.before)
        query.where('i.deprovisioned_at', '<=', bind(session, filter.before));
    // biome-ignore lint/suspicious/noExplicitAny: rows as the driver hands them over
    const rows = await query;
    return rows.map((row) => ({
        userId: String(row.host_user_id),
        loginName: String(row.login_name),
        email: asText(row.email),
        displayName: asText(row.display_name),
        idp: row.name,
        externalId: row.external_id,
        reason: row.deprovision_reason,
        since: row.deprovisioned_at,
        licenceType: asText(row.licence_type),
        lastSignInAt: asInstant(row.last_sign_in_at),
    }));
}
