import type { Session } from '../../database/database.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserCandidate } from '../../database/queries/host-users.js';
import { leaveGroups } from '../../database/queries/identities.js';
import { provisioningFacts } from '../../database/queries/provisioning-facts.js';
import type { UserRow } from '../../database/queries/users.js';
import type { Done, Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { exclusion, type Scene } from './access.js';
import { changeUnder } from './change-under.js';
import { writeUser } from './host-refusal.js';
import { type Held, linkLock, need } from './locks.js';
import { type Place, placeAt } from './place.js';
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
  const first: Held = { names: [linkLock(id)], claims: 'none' };
  return changeUnder(core, intent, first, async (session, held): Promise<Done<void>> => {
    await assertHostViews(session, ['host_user']);
    const shape = await hostUserShape(session);
    const row = await findUser(session, shape, idp, id);
    const current = toUser(row, shape);
    decide(current);
    const { write, licenceFreed } = await leftPlace(session, { core, idp, shape, held }, row);
    const now = core.clock();
    const change = {
      // Somebody who was disabled before has been waiting since then.
      deprovisionedAt: row.deprovisionedAt ?? now,
      deprovisionReason: 'deleted',
      updatedAt: now,
    } as const;
    return {
      target: { id: row.identityId, name: row.userName },
      details: {
        hostUserId: row.hostUserId,
        policy: idp.deprovisionPolicy,
        ...(licenceFreed !== undefined && { licenceFreed }),
      },
      write: async (event) => {
        if (current.groups.length > 0) await leaveGroups(session, row.identityId, now);
        await writeUser(session, shape, { host: write, link: { identityId: row.identityId, change }, event });
      },
    };
  });
}

/** A host user who is protected, or by now somebody else's, is left alone. */
async function leftPlace(session: Session, scene: Omit<Scene, 'facts'>, row: UserRow): Promise<Place> {
  const change = exclusion(scene.idp.deprovisionPolicy);
  if (Object.keys(change).length === 0 || !row.host) return {};
  const host = await present(session, scene, row, row.host);
  if (host.isProtected || host.claimedBy !== null) return {};
  return placeAt(scene, host, change);
}

async function present(
  session: Session,
  { idp, shape, held }: Omit<Scene, 'facts'>,
  { deprovisionedAt, identityId }: UserRow,
  host: NonNullable<UserRow['host']>,
): Promise<HostUserCandidate> {
  // While the link is in force nobody else has one to the same host user; the database sees to that.
  if (deprovisionedAt === null) return { ...host, claimedBy: null };
  need(held, { claims: 'alone' });
  const { linked } = await provisioningFacts(session, shape, {
    serviceAccountId: idp.id,
    linkedBy: identityId,
  });
  return linked ?? { ...host, claimedBy: null };
}
