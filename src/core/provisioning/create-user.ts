import type { Session } from '../../database/database.js';
import { NEW_HOST_USER } from '../../database/dialect/provision-writes.js';
import { type HostUserShape, hostUserShape } from '../../database/queries/host/host-user-shape.js';
import { type HostUserRow, isOn } from '../../database/queries/host/host-users.js';
import {
  type IdentityChange,
  type IdentityRow,
  leaveGroups,
} from '../../database/queries/links/identities.js';
import type { FactsQuery, KnownIdentity } from '../../database/queries/users/facts.js';
import type { Provision } from '../../database/queries/users/provision.js';
import type { UserRow } from '../../database/queries/users/users.js';
import type { Done, Intent } from '../audit/intent.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { randomUuid } from '../uuid.js';
import { assertMayProvision, type ChangeScene } from './account/access.js';
import { accountTrace } from './account/account-trace.js';
import { assertAdoptable } from './account/adopt-disabled.js';
import { writeLast } from './account/host-refusal.js';
import { namesToLookUp } from './account/login-rule.js';
import { claimsFor, factsWithSeats } from './account/seat.js';
import { subjectsNoted } from './account/sso-subject.js';
import { becomesPending, notedPending } from './departures/becomes-pending.js';
import { supersede } from './matching/former.js';
import { assertOwn } from './matching/match.js';
import { formerUsers } from './matching/names.js';
import { originOf } from './matching/origin.js';
import { findPlace, type Place, takePlace } from './matching/place.js';
import { findLink, findUser } from './read-user.js';
import { assertStorable, toStored } from './stored-attributes.js';
import { changeUnder } from './transactions/change-under.js';
import { factsUnder } from './transactions/facts-under.js';
import type { Held } from './transactions/held.js';
import { linkLock, nameLocks, placeLocks } from './transactions/locks.js';
import { settlingRaces } from './transactions/races.js';
import type { Created, Idp, Profile } from './types.js';
import { toUser } from './user.js';

/**
 * Provisions a user: finds the host user who is meant, or makes one, links it to the IdP's object, lets it
 * sign in through the IdP's SAML provider and gives it a seat; all of it or nothing, in one transaction. A
 * user whom the IdP had before comes back under the same id. See docs/people.md.
 * @throws Problem `user-exists`, `user-ambiguous`, `user-protected`, `user-claimed`, `user-name-taken`,
 *   `user-name-hidden`, `user-disabled`, `user-doubtful`, `seats-exhausted`, `hosting-cloud`, `idp-disabled`,
 *   `saml-not-enabled`, `host-views-missing`, `host-refused`, `host-broken`, `host-write-ignored`, `profile-invalid`.
 */
export async function createUser(core: Core, idp: Idp, profile: Profile): Promise<Created> {
  assertStorable(profile);
  const intent: Intent = { action: 'user.create', target: { type: 'user', name: profile.userName } };
  const newId = randomUuid(core.random);
  const first: Held = {
    names: [...nameLocks(idp, profile), ...placeLocks(idp, profile)],
    claims: profile.active ? claimsFor(core) : 'none',
  };
  const attempt = () =>
    settlingRaces(core, intent, () =>
      changeUnder(core, intent, first, (session, held) => create(core, session, held, idp, profile, newId)),
    );
  const created = await attempt();
  // COMMIT got no answer, and has arrived: what was made is there to be read.
  return created === ARRIVED ? ((await attempt()) as Created) : created;
}

/** The result of a create whose COMMIT arrived although its answer was lost: the new account has not been read. */
const ARRIVED = Symbol('arrived');

async function create(
  core: Core,
  session: Session,
  held: Held,
  idp: Idp,
  profile: Profile,
  newId: string,
): Promise<Done<Created | typeof ARRIVED>> {
  await assertHostViews(session, ['host_user', 'host_sso_provider', 'host_licence']);
  const shape = await hostUserShape(session);
  const query: FactsQuery = {
    serviceAccountId: idp.id,
    names: profile,
    addresses: namesToLookUp(idp, profile),
    access: true,
  };
  const scene: ChangeScene = { core, idp, shape, held, facts: await factsWithSeats(session, shape, query) };
  assertMayProvision(scene);
  if (scene.facts.known.some(({ identityId }) => identityId === newId)) {
    // Our own, of an attempt whose COMMIT got no answer.
    const user = toUser(await findUser(session, shape, idp, newId), shape);
    return { changed: false, result: { user, how: 'created' } };
  }
  const { former, superseded, others } = originOf(scene.facts.known, profile);
  const place = former ? await formerPlace(session, scene, profile, former) : findPlace(scene, profile);
  if (profile.active) await assertAdoptable(session, idp, place);
  const link = linkOf(core, idp, profile, place, shape);
  // Also where a link comes back whose own account is gone.
  const account = place.host && { hostUserId: place.host.userId };
  const identityId = former?.identityId ?? newId;
  const isMatch = place.host !== undefined || place.isDoubtful === true;
  const how = former && !former.awaitsIdp ? 'revived' : isMatch ? 'matched' : 'created';
  const said = details(idp, profile, place, former);
  return {
    action: ACTIONS[how],
    target: { id: identityId },
    details: {
      ...said,
      ...(others.length > 0 && { externalId: profile.externalId }),
      ...formerUsers(others),
    },
    write: async (event) => {
      for (const one of superseded) {
        await supersede(session, idp.id, one, profile.externalId, link.updatedAt);
      }
      const groups = former ? await groupsOf(session, scene, former, link.updatedAt) : NO_GROUPS;
      const noted = { ...account, ...notedPending(said, profile.active, link.createdAt) };
      const wanted: Provision = {
        host: place.write,
        link: former
          ? { identityId, change: { ...returned(link, profile, former), ...noted } }
          : { make: { ...link, identityId, serviceAccountId: idp.id, ...noted } },
        event,
      };
      const createdAt = former?.createdAt ?? link.createdAt;
      const createdAs = (host: HostUserRow | null): Created => {
        const row = { ...link, identityId, createdAt, host, hostUserId: host?.userId ?? '', ...groups };
        return { user: toUser({ ...row, agrees: true, awaitsIdp: false }, shape), how };
      };
      const planned = place.host ? createdAs(place.host) : ARRIVED;
      const made = await writeLast(session, shape, wanted, planned);
      return createdAs(made ?? place.host ?? null);
    },
  };
}

const ACTIONS = { created: 'user.create', matched: 'user.match', revived: 'user.revive' } as const;

/**
 * The account that a former link led to is the one, while it is there; else the one that the address means. Through a
 * link that stays ended nothing is changed of it.
 */
async function formerPlace(
  session: Session,
  scene: ChangeScene,
  profile: Profile,
  former: KnownIdentity,
): Promise<Place> {
  const { identityId } = former;
  const query = { serviceAccountId: scene.idp.id, linkedBy: identityId };
  const { facts } = await factsUnder(session, scene, { names: [linkLock(identityId)] }, query);
  const { linked, linkAgrees } = facts;
  if (!profile.active) {
    if (!linked) return {};
    return linkAgrees ? { before: linked, host: linked } : { isDoubtful: true };
  }
  if (!linked) return findPlace(scene, profile);
  assertOwn(linked, linkAgrees);
  return takePlace(scene, profile, linked, former);
}

type Link = Omit<IdentityRow, 'identityId' | 'serviceAccountId' | 'hostUserId'> & {
  attributes: Record<string, unknown>;
};

function linkOf(core: Core, idp: Idp, profile: Profile, { host, write }: Place, shape: HostUserShape): Link {
  const now = core.clock();
  const account = write && 'make' in write ? write.make : host;
  return {
    externalId: profile.externalId,
    userName: profile.userName,
    createdAt: now,
    updatedAt: now,
    deprovisionedAt: profile.active ? null : now,
    deprovisionReason: profile.active ? null : 'disabled',
    attributes: toStored(profile),
    accountExternalId: profile.externalId,
    // Departures that leave an account enabled count, also where the IdP never had it in force.
    departedAt: !profile.active && host && isOn(host) && idp.deprovisionPolicy === 'disable' ? now : null,
    ...(host && { accountLogin: host.loginName, accountEmail: host.email }),
    ...(profile.active && account && subjectsNoted({ idp, columns: shape.columns }, profile, account)),
  };
}

/** A link that is there, taken up again. One that stays ended keeps the instant of its end. */
function returned({ createdAt, ...link }: Link, { active }: Profile, former: KnownIdentity): IdentityChange {
  const { deprovisionedAt, departedAt, accountExternalId, ...known } = link;
  return {
    ...known,
    awaitsIdp: false,
    missingAt: null,
    supersededAt: null,
    ...(active
      ? { deprovisionedAt: null, departedAt: null, accountExternalId }
      : former.isInForce && { deprovisionedAt, departedAt }),
  };
}

/** What a user who comes back is in. A group that was changed while the IdP did not see the user may have taken it in. */
async function groupsOf(
  session: Session,
  { idp, shape }: ChangeScene,
  { identityId, isVisible }: KnownIdentity,
  at: Date,
): Promise<Pick<UserRow, 'groups' | 'hasMoreGroups'>> {
  if (isVisible) {
    const { groups, hasMoreGroups } = await findLink(session, shape, idp, identityId);
    return { groups, hasMoreGroups };
  }
  await leaveGroups(session, identityId, at);
  return NO_GROUPS;
}

const NO_GROUPS = { groups: [] };

const details = (idp: Idp, { active }: Profile, place: Place, former: KnownIdentity | undefined) => ({
  hostUserId:
    place.write && 'make' in place.write ? NEW_HOST_USER : (place.host?.userId ?? former?.hostUserId),
  ...accountTrace(place),
  ...(place.licenceTaken !== undefined && { licenceTaken: place.licenceTaken }),
  ...(place.licenceFreed !== undefined && { licenceFreed: place.licenceFreed }),
  ...(!active && { active, policy: idp.deprovisionPolicy }),
  // The link of a former user who stays inactive has ended before, and that was told.
  ...(!active && (former === undefined || former.isInForce) && place.host && inactiveAccount(place.host)),
});

const inactiveAccount = (host: HostUserRow) => becomesPending(host, isOn(host) && !host.isProtected);
