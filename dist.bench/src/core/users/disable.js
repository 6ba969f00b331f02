import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { keepable, updateHostUser } from '../../database/queries/host-users.js';
import { hostUsersNamed } from '../../database/queries/named-host-users.js';
import { listPending } from '../../database/queries/pending.js';
import { operationProblem } from '../../problem.js';
import { change } from '../audit/change.js';
import { assertHostViews } from '../host/views.js';
import { aloneWithClaims } from '../provisioning/locks.js';
import { ambiguous } from './linked.js';
/**
 * What disabling would do, for each that was named; of one whom nobody may disable here it says so. Changes
 * nothing.
 * @throws Problem as `disableUser` does.
 */
export async function chooseUsers(core, references) {
    const chosen = new Map();
    for (const reference of references) {
        const host = await core.database.read(async (session) => (await choose(session, reference)).host);
        chosen.set(host.userId, host);
    }
    return [...chosen.values()];
}
/**
 * Disables one host user who is pending, and frees the seat: what an administrator would do in the host
 * application. One who is disabled already stays as it is.
 * @throws Problem `user-unknown`, `user-reference-ambiguous`, `user-protected`, `user-not-pending`,
 *   `host-write-ignored`, `host-views-missing`.
 */
export function disableUser(core, reference, options) {
    return change(core, { action: 'user.disable', target: { type: 'user', name: reference } }, async (session) => {
        const { host, pending } = await choose(session, reference);
        const { userId, loginName, email, displayName } = host;
        const known = { userId, loginName, email, displayName, enabled: false };
        if (!pending) {
            return { result: { ...known, changed: false, licenceFreed: null, idp: null }, changed: false };
        }
        const licenceFreed = await shutOut(session, host);
        return {
            result: { ...known, changed: true, licenceFreed, idp: pending.idp },
            target: { id: userId, name: loginName },
            details: {
                idp: pending.idp,
                reason: pending.reason,
                since: pending.since,
                ...(licenceFreed !== null && { licenceFreed }),
            },
        };
    }, 
    // The IdP may be about to let the user in again.
    { ...options, locks: aloneWithClaims });
}
/** The one that is meant; with what it is pending for, unless it is disabled already. */
async function choose(session, reference) {
    await assertHostViews(session, ['host_user']);
    const [host, ...others] = await hostUsersNamed(session, reference);
    if (!host) {
        throw operationProblem('user-unknown', `There is no host user ${JSON.stringify(reference)}.`, {
            hint: 'Give an id, a login name or an e-mail address, as `scimctl users pending` shows them.',
        });
    }
    if (others.length > 0)
        throw ambiguous(reference, [host, ...others].map(({ userId }) => userId));
    if (host.isProtected) {
        throw operationProblem('user-protected', `The host user ${host.loginName} is protected.`, {
            hint: 'scimctl never changes a protected account; do it in the host application if it has to be.',
        });
    }
    if (!host.isEnabled)
        return { host };
    const [pending] = (await listPending(session, { hostUserId: host.userId })).reverse();
    if (pending)
        return { host, pending };
    throw operationProblem('user-not-pending', `The host user ${host.loginName} is not pending manual disable.`, {
        hint: 'Only who was deprovisioned in the IdP, and by no other IdP is provisioned, can be disabled here.',
    });
}
/**
 * @returns the pool that has a seat more now.
 * @throws Problem `host-write-ignored`.
 */
async function shutOut(session, host) {
    const shape = await hostUserShape(session);
    await updateHostUser(session, shape, host.userId, keepable(shape, { isEnabled: false, licenceType: null }));
    const now = (await hostUsersNamed(session, host.userId)).find(({ userId }) => userId === host.userId);
    // Host views are written by the host's own triggers, which may do nothing.
    if (now?.isEnabled !== false || now.licenceType !== null) {
        throw operationProblem('host-write-ignored', `The host application did not keep that ${host.loginName} is disabled.`, { hint: '`scimctl host status` says which columns of host_user can be written.' });
    }
    return host.licenceType;
}
