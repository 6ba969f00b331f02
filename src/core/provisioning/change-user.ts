import type { Session } from '../../database/database.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { type IdentityChange, identitiesKnownAs, updateIdentity } from '../../database/queries/identities.js';
import type { UserRow } from '../../database/queries/users.js';
import { change, type Done, type Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { changeHost } from './change-host.js';
import { userExists } from './problems.js';
import { settlingRaces } from './races.js';
import { findUser } from './read-user.js';
import { assertStorable, toStored } from './stored-attributes.js';
import type { Idp, Profile, ProvisionedUser } from './types.js';
import { changedAttributes, toUser } from './user.js';

/**
 * Changes a user to what `decide` makes of its present state, in one transaction: profile, deprovisioning,
 * re-enabling. `decide` is pure; it may be run again, and what it throws is the outcome.
 * @returns the user as it is now, and whether anything changed; if not, nothing was written.
 * @throws Problem `user-unknown`, `user-exists`, `user-name-taken`, `user-protected`, `user-claimed`,
 *   `seats-exhausted`, `hosting-cloud`, `saml-not-enabled`, `user-ambiguous`, `host-views-missing`,
 *   `profile-invalid`.
 */
export function changeUser(
  core: Core,
  idp: Idp,
  id: string,
  decide: (current: ProvisionedUser) => Profile,
): Promise<{ user: ProvisionedUser; changed: boolean }> {
  const intent: Intent = { action: 'user.update', target: { type: 'user', id } };
  return settlingRaces(core, intent, () =>
    change(core, intent, async (session): Promise<Done<{ user: ProvisionedUser; changed: boolean }>> => {
      await assertHostViews(session, ['host_user', 'host_sso_provider', 'host_licence']);
      const shape = await hostUserShape(session);
      await session.dialect.lockProvisioning(session.knex, session.schema);
      const row = await findUser(session, shape, idp, id);
      const current = toUser(row, shape);
      const wanted = decide(current);
      const attributes = changedAttributes(current, wanted);
      if (attributes.length === 0) return { result: { user: current, changed: false }, changed: false };
      assertStorable(wanted);
      await assertNamesFree(session, idp, row, wanted, attributes);
      const place = await changeHost(session, shape, idp, row, current, wanted);
      const link: IdentityChange = {
        userName: wanted.userName,
        externalId: wanted.externalId,
        attributes: toStored(wanted),
        updatedAt: core.clock(),
        ...(place && { hostUserId: place.host.userId }),
        ...deprovisioning(core, current, wanted),
      };
      await updateIdentity(session, row.identityId, link);
      const user = toUser({ ...row, ...link, ...(place && { host: place.host }) } as UserRow, shape);
      return {
        result: { user, changed: true },
        action: actionOf(current, wanted),
        target: { name: wanted.userName },
        details: {
          hostUserId: user.hostUserId,
          changed: attributes,
          ...(place?.licenceTaken !== undefined && { licenceTaken: place.licenceTaken }),
          ...(place?.licenceFreed !== undefined && { licenceFreed: place.licenceFreed }),
          ...(current.active && !wanted.active && { policy: idp.deprovisionPolicy }),
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
 * A user name belongs to one user of the IdP, and so does an external id; a deleted user gives up both.
 * @throws Problem `user-exists`.
 */
async function assertNamesFree(
  session: Session,
  idp: Idp,
  { identityId }: UserRow,
  wanted: Profile,
  changed: readonly string[],
): Promise<void> {
  if (!changed.includes('userName') && !changed.includes('externalId')) return;
  const known = await identitiesKnownAs(session, idp.id, wanted);
  for (const other of known.filter((one) => one.identityId !== identityId)) {
    const sameExternalId = wanted.externalId !== null && other.externalId === wanted.externalId;
    if (!other.isDeleted) throw userExists(sameExternalId ? 'externalId' : 'userName');
    if (sameExternalId) await updateIdentity(session, other.identityId, { externalId: null });
  }
}
