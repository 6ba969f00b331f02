import type { Session } from '../../database/database.js';
import { type HostUserShape, hostUserShape } from '../../database/queries/host-user-shape.js';
import { hostUserOf } from '../../database/queries/host-users.js';
import {
  type IdentityRow,
  identitiesKnownAs,
  insertIdentity,
  type KnownIdentity,
  updateIdentity,
} from '../../database/queries/identities.js';
import { change, type Done, type Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { randomUuid } from '../uuid.js';
import { access } from './access.js';
import { adoption } from './host-profile.js';
import { assertOpen } from './match.js';
import { assertAddressFree, findPlace, type Place, writePlace } from './place.js';
import { assertMayProvision } from './prerequisites.js';
import { userExists } from './problems.js';
import { settlingRaces } from './races.js';
import { assertStorable, toStored } from './stored-attributes.js';
import type { Created, Idp, Profile } from './types.js';
import { toUser } from './user.js';

/**
 * Provisions a user: finds the host user who is meant, or makes one, links it to the IdP's object, lets it
 * sign in through the IdP's SAML provider and gives it a seat; all of it or nothing, in one transaction. A
 * user whom the IdP had deleted is taken up again under the same id.
 * @throws Problem `user-exists`, `user-ambiguous`, `user-protected`, `user-claimed`, `user-name-taken`,
 *   `seats-exhausted`, `hosting-cloud`, `saml-not-enabled`, `host-views-missing`, `profile-invalid`.
 */
export function createUser(core: Core, idp: Idp, profile: Profile): Promise<Created> {
  const intent: Intent = { action: 'user.create', target: { type: 'user', name: profile.userName } };
  const newId = randomUuid(core.random);
  return settlingRaces(core, intent, () =>
    change(core, intent, async (session): Promise<Done<Created>> => {
      assertStorable(profile);
      await assertHostViews(session, ['host_user', 'host_sso_provider', 'host_licence']);
      const shape = await hostUserShape(session);
      await session.dialect.lockProvisioning(session.knex, session.schema);
      await assertMayProvision(session, idp);
      const former = takenUpAgain(await identitiesKnownAs(session, idp.id, profile), profile);
      const place = await placeOf(session, shape, idp, profile, former);
      const row = identityRow(core, idp, profile, place, former?.identityId ?? newId, former?.createdAt);
      await write(session, row, former);
      const user = toUser({ ...row, host: place.host, groups: [] }, shape);
      const how = former ? 'revived' : place.isNew ? 'created' : 'matched';
      return {
        result: { user, how },
        action: ACTIONS[how],
        target: { id: row.identityId },
        details: details(idp, profile, place),
      };
    }),
  );
}

const ACTIONS = { created: 'user.create', matched: 'user.match', revived: 'user.revive' } as const;

/**
 * The deleted link that is in force again, by external id before user name.
 * @throws Problem `user-exists` where one is not deleted.
 */
function takenUpAgain(known: readonly KnownIdentity[], { externalId }: Profile): KnownIdentity | undefined {
  const byExternalId = known.find((one) => externalId !== null && one.externalId === externalId);
  const there = known.find(({ isDeleted }) => !isDeleted);
  if (there) throw userExists(there === byExternalId ? 'externalId' : 'userName');
  return byExternalId ?? known[0];
}

/** The host user a deleted link led to is the one, while it is there; else whoever is meant by the address. */
async function placeOf(
  session: Session,
  shape: HostUserShape,
  idp: Idp,
  profile: Profile,
  former: KnownIdentity | undefined,
): Promise<Place> {
  const host = former && (await hostUserOf(session, shape, former.identityId));
  if (!host) return findPlace(session, shape, idp, profile);
  const change = adoption(profile, assertOpen(host));
  await assertAddressFree(session, shape, host, change);
  const accessChange = await access(session, shape, idp, profile, host);
  return writePlace(session, shape, host, { ...change, ...accessChange });
}

function identityRow(
  core: Core,
  idp: Idp,
  profile: Profile,
  { host }: Place,
  identityId: string,
  createdAt: Date | undefined,
): Required<IdentityRow> {
  const now = core.clock();
  return {
    identityId,
    serviceAccountId: idp.id,
    externalId: profile.externalId,
    userName: profile.userName,
    hostUserId: host.userId,
    createdAt: createdAt ?? now,
    updatedAt: now,
    deprovisionedAt: profile.active ? null : now,
    deprovisionReason: profile.active ? null : 'disabled',
    attributes: toStored(profile),
  };
}

async function write(session: Session, row: Required<IdentityRow>, former: KnownIdentity | undefined) {
  if (former) await updateIdentity(session, row.identityId, row);
  else await insertIdentity(session, row);
}

const details = (idp: Idp, { active }: Profile, { host, licenceTaken, licenceFreed }: Place) => ({
  hostUserId: host.userId,
  ...(licenceTaken !== undefined && { licenceTaken }),
  ...(licenceFreed !== undefined && { licenceFreed }),
  ...(!active && { active, policy: idp.deprovisionPolicy }),
});
