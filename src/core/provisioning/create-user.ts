import type { Session } from '../../database/database.js';
import { NEW_HOST_USER } from '../../database/dialect.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { type IdentityRow, leaveGroups } from '../../database/queries/identities.js';
import {
  type FactsQuery,
  type KnownIdentity,
  provisioningFacts,
} from '../../database/queries/provisioning-facts.js';
import type { Done, Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { randomUuid } from '../uuid.js';
import { assertMayProvision, type Scene } from './access.js';
import { changeUnder } from './change-under.js';
import { adoption } from './host-profile.js';
import { writeUser } from './host-refusal.js';
import { type Held, linkLock, nameLocks, need, placeLock } from './locks.js';
import { addressOf, assertOpen } from './match.js';
import { assertAddressFree, findPlace, type Place, takePlace } from './place.js';
import { userExists } from './problems.js';
import { settlingRaces } from './races.js';
import { findUser } from './read-user.js';
import { claimsFor, factsWithSeats } from './seat.js';
import { assertStorable, toStored } from './stored-attributes.js';
import type { Created, Idp, Profile } from './types.js';
import { toUser } from './user.js';

/**
 * Provisions a user: finds the host user who is meant, or makes one, links it to the IdP's object, lets it
 * sign in through the IdP's SAML provider and gives it a seat; all of it or nothing, in one transaction. A
 * user whom the IdP had deleted is taken up again under the same id.
 * @throws Problem `user-exists`, `user-ambiguous`, `user-protected`, `user-claimed`, `user-name-taken`,
 *   `seats-exhausted`, `hosting-cloud`, `idp-disabled`, `saml-not-enabled`, `host-views-missing`,
 *   `profile-invalid`.
 */
export async function createUser(core: Core, idp: Idp, profile: Profile): Promise<Created> {
  assertStorable(profile);
  const intent: Intent = { action: 'user.create', target: { type: 'user', name: profile.userName } };
  const newId = randomUuid(core.random);
  const first: Held = {
    names: [...nameLocks(idp, profile), placeLock(profile)],
    claims: profile.active ? claimsFor(core) : 'none',
  };
  return settlingRaces(core, intent, () =>
    changeUnder(core, intent, first, (session, held) => create(core, session, held, idp, profile, newId)),
  );
}

async function create(
  core: Core,
  session: Session,
  held: Held,
  idp: Idp,
  profile: Profile,
  newId: string,
): Promise<Done<Created>> {
  await assertHostViews(session, ['host_user', 'host_sso_provider', 'host_licence']);
  const shape = await hostUserShape(session);
  const query: FactsQuery = {
    serviceAccountId: idp.id,
    names: profile,
    addresses: [addressOf(profile) ?? profile.userName],
    access: true,
  };
  const scene: Scene = { core, idp, shape, held, facts: await factsWithSeats(session, shape, query) };
  assertMayProvision(scene);
  if (scene.facts.known.some(({ identityId, isDeleted }) => identityId === newId && !isDeleted)) {
    // Our own, of an attempt whose COMMIT got no answer.
    const user = toUser(await findUser(session, shape, idp, newId), shape);
    return { changed: false, result: { user, how: 'created' } };
  }
  const former = takenUpAgain(scene.facts.known, profile);
  const place = former ? await formerPlace(session, scene, profile, former) : findPlace(scene, profile);
  const row = linkOf(core, idp, profile, former?.identityId ?? newId, former?.createdAt);
  const how = former ? 'revived' : place.host ? 'matched' : 'created';
  return {
    action: ACTIONS[how],
    target: { id: row.identityId },
    details: details(idp, profile, place),
    write: async (event) => {
      const hostUserId = place.host?.userId;
      // A group that was changed while the user was deleted may have taken it in again, unseen.
      if (former) await leaveGroups(session, former.identityId, row.updatedAt);
      const link = { ...row, ...(hostUserId !== undefined && { hostUserId }) };
      const made = await writeUser(session, shape, {
        host: place.write,
        link: former ? { identityId: row.identityId, change: link } : { make: link },
        event,
      });
      const host = place.host ?? made ?? null;
      const user = toUser({ ...row, host, hostUserId: host?.userId ?? '', groups: [] }, shape);
      return { user, how };
    },
  };
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
async function formerPlace(
  session: Session,
  scene: Scene,
  profile: Profile,
  { identityId }: KnownIdentity,
): Promise<Place> {
  need(scene.held, { names: [linkLock(identityId)] });
  const query = { serviceAccountId: scene.idp.id, linkedBy: identityId };
  const { linked } = await provisioningFacts(session, scene.shape, query);
  if (!linked) return findPlace(scene, profile);
  assertAddressFree(scene, linked, adoption(profile, assertOpen(linked)));
  return takePlace(scene, profile, linked);
}

type Link = Required<Omit<IdentityRow, 'hostUserId'>>;

function linkOf(core: Core, idp: Idp, profile: Profile, identityId: string, createdAt?: Date): Link {
  const now = core.clock();
  return {
    identityId,
    serviceAccountId: idp.id,
    externalId: profile.externalId,
    userName: profile.userName,
    createdAt: createdAt ?? now,
    updatedAt: now,
    deprovisionedAt: profile.active ? null : now,
    deprovisionReason: profile.active ? null : 'disabled',
    attributes: toStored(profile),
  };
}

const details = (idp: Idp, { active }: Profile, { host, licenceTaken, licenceFreed }: Place) => ({
  hostUserId: host?.userId ?? NEW_HOST_USER,
  ...(licenceTaken !== undefined && { licenceTaken }),
  ...(licenceFreed !== undefined && { licenceFreed }),
  ...(!active && { active, policy: idp.deprovisionPolicy }),
});
