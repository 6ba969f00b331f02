import { NEW_HOST_USER } from '../../database/dialect.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserRow } from '../../database/queries/host-users.js';
import { type IdentityChange, updateIdentity } from '../../database/queries/identities.js';
import type { KnownIdentity } from '../../database/queries/provisioning-facts.js';
import type { UserRow } from '../../database/queries/users.js';
import type { Done, Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import type { Scene } from './access.js';
import { changeHost } from './change-host.js';
import { changeUnder } from './change-under.js';
import { factsForChange } from './facts-for-change.js';
import { writeLast, writeUser } from './host-refusal.js';
import { type Held, linkLock } from './locks.js';
import { userExists } from './problems.js';
import { settlingRaces } from './races.js';
import { findUser } from './read-user.js';
import { assertStorable, toStored } from './stored-attributes.js';
import type { Idp, Profile, ProvisionedUser } from './types.js';
import { changedAttributes, toUser } from './user.js';

export interface Changed {
  user: ProvisionedUser;
  /** False where nothing was different: nothing was written. */
  changed: boolean;
}

/**
 * Changes a user to what `decide` makes of its present state, in one transaction: profile, deprovisioning,
 * re-enabling. `decide` is pure; it may be run again, and what it throws is the outcome.
 * @throws Problem `user-unknown`, `user-exists`, `user-name-taken`, `user-protected`, `user-claimed`,
 *   `user-ambiguous`, `seats-exhausted`, `hosting-cloud`, `idp-disabled`, `saml-not-enabled`,
 *   `host-views-missing`, `profile-invalid`.
 */
export function changeUser(
  core: Core,
  idp: Idp,
  id: string,
  decide: (current: ProvisionedUser) => Profile,
): Promise<Changed> {
  const intent: Intent = { action: 'user.update', target: { type: 'user', id } };
  const first: Held = { names: [linkLock(id)], claims: 'none' };
  return settlingRaces(core, intent, () =>
    changeUnder(core, intent, first, async (session, held): Promise<Done<Changed>> => {
      await assertHostViews(session, ['host_user', 'host_sso_provider', 'host_licence']);
      const shape = await hostUserShape(session);
      const row = await findUser(session, shape, idp, id);
      const current = toUser(row, shape);
      const wanted = decide(current);
      const attributes = changedAttributes(current, wanted);
      if (attributes.length === 0) return { result: { user: current, changed: false }, changed: false };
      assertStorable(wanted);
      const facts = await factsForChange(session, { core, idp, shape, held }, row, current, wanted);
      const scene: Scene = { core, idp, shape, held, facts };
      const givingUp = assertNamesFree(scene, row, wanted);
      const place = changeHost(scene, row, current, wanted);
      const link: IdentityChange = {
        userName: wanted.userName,
        externalId: wanted.externalId,
        attributes: toStored(wanted),
        // Two changes within a millisecond are two versions.
        updatedAt: new Date(Math.max(core.clock().getTime(), row.updatedAt.getTime() + 1)),
        ...(place.host && { hostUserId: place.host.userId }),
        ...deprovisioning(core, current, wanted),
      };
      const isNew = place.write !== undefined && 'make' in place.write;
      return {
        action: actionOf(current, wanted),
        target: { name: wanted.userName },
        details: {
          hostUserId: isNew ? NEW_HOST_USER : (place.host?.userId ?? row.hostUserId),
          changed: attributes,
          ...(place.licenceTaken !== undefined && { licenceTaken: place.licenceTaken }),
          ...(place.licenceFreed !== undefined && { licenceFreed: place.licenceFreed }),
          ...(current.active && !wanted.active && { policy: idp.deprovisionPolicy }),
        },
        write: async (event) => {
          for (const { identityId } of givingUp)
            await updateIdentity(session, identityId, { externalId: null });
          const change = { host: place.write, link: { identityId: row.identityId, change: link }, event };
          const changedTo = (host: HostUserRow | null): Changed => {
            const now = { ...row, ...link, host, hostUserId: host?.userId ?? row.hostUserId };
            return { user: toUser(now as UserRow, shape), changed: true };
          };
          const present = place.host ?? row.host;
          if (!isNew) return writeLast(session, shape, change, changedTo(present));
          return changedTo((await writeUser(session, shape, change)) ?? present);
        },
      };
    }),
  );
}

const actionOf = (current: Profile, wanted: Profile) =>
  current.active === wanted.active ? 'user.update' : wanted.active ? 'user.enable' : 'user.deprovision';

function deprovisioning(core: Core, current: Profile, wanted: Profile): IdentityChange {
  if (current.active === wanted.active) return {};
  if (wanted.active) return { deprovisionedAt: null, deprovisionReason: null };
  return { deprovisionedAt: core.clock(), deprovisionReason: 'disabled' };
}

/**
 * A user name belongs to one user of the IdP, and so does an external id; a deleted user gives both up.
 * @returns those who have to give up the external id.
 * @throws Problem `user-exists`.
 */
function assertNamesFree({ facts }: Scene, { identityId }: UserRow, wanted: Profile): KnownIdentity[] {
  const others = facts.known.filter((one) => one.identityId !== identityId);
  const hasExternalId = (one: KnownIdentity) =>
    wanted.externalId !== null && one.externalId === wanted.externalId;
  const there = others.find(({ isDeleted }) => !isDeleted);
  if (there) throw userExists(hasExternalId(there) ? 'externalId' : 'userName');
  return others.filter(hasExternalId);
}
