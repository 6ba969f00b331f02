import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { leaveGroups } from '../../database/queries/identities.js';
import { provisioningFacts } from '../../database/queries/provisioning-facts.js';
import { assertHostViews } from '../host/views.js';
import { exclusion } from './access.js';
import { writeUser } from './host-refusal.js';
import { changeUnder, linkLock, need } from './locks.js';
import { placeAt } from './place.js';
import { findUser } from './read-user.js';
import { toUser } from './user.js';
/**
 * Deletes a user: the IdP does not see it any more, and it is in no group. What becomes of the host user is
 * the policy's business, as when it is disabled; under `manual` it is pending. A create takes it up again.
 * @param decide is run on the user as it is, and may throw to refuse; it may be run again.
 * @throws Problem `user-unknown`, `host-views-missing`.
 */
export function deleteUser(core, idp, id, decide = () => undefined) {
    const intent = { action: 'user.delete', target: { type: 'user', id } };
    const first = { names: [linkLock(id)], claims: 'none' };
    return changeUnder(core, intent, first, async (session, held) => {
        await assertHostViews(session, ['host_user']);
        const shape = await hostUserShape(session);
        const row = await findUser(session, shape, idp, id);
        const current = toUser(row, shape);
        decide(current);
        const { write, licenceFreed } = await leftPlace(session, { core, idp, shape, held }, row);
        const now = core.clock();
        if (current.groups.length > 0)
            await leaveGroups(session, row.identityId, now);
        const change = {
            // Somebody who was disabled before has been waiting since then.
            deprovisionedAt: row.deprovisionedAt ?? now,
            deprovisionReason: 'deleted',
            updatedAt: now,
        };
        return {
            target: { id: row.identityId, name: row.userName },
            details: {
                hostUserId: row.hostUserId,
                policy: idp.deprovisionPolicy,
                ...(licenceFreed !== undefined && { licenceFreed }),
            },
            write: async (event) => {
                await writeUser(session, shape, { host: write, link: { identityId: row.identityId, change }, event });
            },
        };
    });
}
/** A host user who is protected, or by now somebody else's, is left alone. */
async function leftPlace(session, scene, row) {
    const change = exclusion(scene.idp.deprovisionPolicy);
    if (Object.keys(change).length === 0 || !row.host)
        return {};
    const host = await present(session, scene, row, row.host);
    if (host.isProtected || host.claimedBy !== null)
        return {};
    return placeAt(scene, host, change);
}
async function present(session, { idp, shape, held }, { deprovisionedAt, identityId }, host) {
    // While the link is in force nobody else has one to the same host user; the database sees to that.
    if (deprovisionedAt === null)
        return { ...host, claimedBy: null };
    need(held, { claims: 'alone' });
    const { linked } = await provisioningFacts(session, shape, {
        serviceAccountId: idp.id,
        linkedBy: identityId,
    });
    return linked ?? { ...host, claimedBy: null };
}
