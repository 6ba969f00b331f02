import type { Session } from '../../database/database.js';
import { type HostUserShape, hostUserShape } from '../../database/queries/host-user-shape.js';
import { hostUserOf } from '../../database/queries/host-users.js';
import { leaveGroups, updateIdentity } from '../../database/queries/identities.js';
import { change, type Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { exclusion } from './access.js';
import { type Place, writePlace } from './place.js';
import { findUser } from './read-user.js';
import type { Idp, ProvisionedUser } from './types.js';
import { toUser } from './user.js';

/**
 * Deletes a user: the IdP does not see it any more, and it is in no group. What becomes of the host user is
 * the policy's business, as when it is disabled; under `manual` it is pending. A create takes it up again.
 * @param decide is run on the user as it is, and may throw to refuse; it may be run again.
 * @throws Problem `user-unknown`, `host-views-missing`.
 */
export function deleteUser(
  core: Core,
  idp: Idp,
  id: string,
  decide: (current: ProvisionedUser) => void = () => undefined,
): Promise<void> {
  const intent: Intent = { action: 'user.delete', target: { type: 'user', id } };
  return change(core, intent, async (session) => {
    await assertHostViews(session, ['host_user']);
    const shape = await hostUserShape(session);
    await session.dialect.lockProvisioning(session.knex, session.schema);
    const row = await findUser(session, shape, idp, id);
    const current = toUser(row, shape);
    decide(current);
    const now = core.clock();
    const place = await shutOut(session, shape, idp, id);
    await updateIdentity(session, id, {
      // Somebody who was disabled before has been waiting since then.
      deprovisionedAt: row.deprovisionedAt ?? now,
      deprovisionReason: 'deleted',
      updatedAt: now,
    });
    if (current.groups.length > 0) await leaveGroups(session, id, now);
    return {
      result: undefined,
      target: { name: row.userName },
      details: {
        hostUserId: row.hostUserId,
        policy: idp.deprovisionPolicy,
        ...(place?.licenceFreed !== undefined && { licenceFreed: place.licenceFreed }),
      },
    };
  });
}

/** A host user who is protected, or by now somebody else's, is left alone. */
async function shutOut(
  session: Session,
  shape: HostUserShape,
  idp: Idp,
  identityId: string,
): Promise<Place | undefined> {
  const change = exclusion(idp.deprovisionPolicy);
  if (Object.keys(change).length === 0) return undefined;
  const host = await hostUserOf(session, shape, identityId);
  if (!host || host.isProtected || host.claimedBy !== null) return undefined;
  return writePlace(session, shape, host, change);
}
