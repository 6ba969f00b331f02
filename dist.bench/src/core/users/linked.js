import { linkedUsers, } from '../../database/queries/linked-users.js';
import { operationProblem } from '../../problem.js';
import { assertHostViews } from '../host/views.js';
import { findAccount } from '../service-accounts/service-account.js';
export const LINK_STATES = ['active', 'inactive', 'pending'];
/**
 * The users whom IdPs have linked, by name; without those who are history.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function listLinkedUsers(core, { idp, ...filter } = {}) {
    return core.database.read(async (session) => {
        await assertHostViews(session, ['host_user']);
        const account = idp === undefined ? undefined : await findAccount(session, idp, core.clock());
        const rows = await linkedUsers(session, { ...filter, serviceAccountId: account?.id });
        return rows.map(toLinkedUser);
    });
}
/**
 * One user, by host user id, login name, e-mail address, user name or id in the IdP, or id of the link. Where
 * several IdPs have linked it, the link that is in force.
 * @throws Problem `user-unknown`, `user-reference-ambiguous`, `host-views-missing`.
 */
export function showLinkedUser(core, reference) {
    return core.database.read(async (session) => {
        await assertHostViews(session, ['host_user']);
        const found = await linkedUsers(session, { reference });
        const people = new Set(found.map(({ hostUserId }) => hostUserId));
        if (people.size > 1)
            throw ambiguous(reference, [...people]);
        const newest = [...found].sort((a, b) => Number(a.deprovisionedAt !== null) - Number(b.deprovisionedAt !== null) ||
            b.updatedAt.getTime() - a.updatedAt.getTime())[0];
        if (!newest)
            throw unknown(reference);
        return toDetails(newest);
    });
}
const toLinkedUser = (row) => ({
    userName: row.userName,
    idp: row.idp,
    externalId: row.externalId,
    hostUserId: row.hostUserId,
    displayName: row.host?.displayName ?? null,
    active: row.deprovisionedAt === null && row.host?.isEnabled === true,
    pending: row.isPending,
    licenceType: row.host?.licenceType ?? null,
    groups: row.groups.map(({ displayName }) => displayName),
});
const toDetails = (row) => ({
    ...toLinkedUser(row),
    id: row.identityId,
    loginName: row.host?.loginName ?? null,
    email: row.host?.email ?? null,
    enabled: row.host?.isEnabled ?? null,
    protected: row.host?.isProtected ?? false,
    ssoProviderId: row.host?.ssoProviderId ?? null,
    deprovisionedAt: row.deprovisionedAt,
    reason: row.deprovisionReason,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    lastSignInAt: row.lastSignInAt,
});
const unknown = (reference) => operationProblem('user-unknown', `No IdP has linked a user ${JSON.stringify(reference)}.`, {
    hint: '`scimctl users list` shows those there are.',
});
export const ambiguous = (reference, ids) => operationProblem('user-reference-ambiguous', `${JSON.stringify(reference)} means several users: ${ids.join(', ')}.`, { hint: 'Give the id of the one you mean.' });
