import type { LinkNamed } from '../../database/queries/host/first-sync.js';
import type { HostUserShape } from '../../database/queries/host/host-user-shape.js';
import {
  type HostUserCandidate,
  type HostUserChange,
  type HostUserRow,
  isOn,
  keepable,
} from '../../database/queries/host/host-users.js';
import { exclusion, isSeated } from '../provisioning/account/access.js';
import { isForFormerLinks } from '../provisioning/account/adopt-disabled.js';
import { withoutMark } from '../provisioning/account/deletion-mark.js';
import { different, type Revision, revision } from '../provisioning/account/host-profile.js';
import { freeLogin } from '../provisioning/account/login-rule.js';
import { adoptedSubjects, type KnownSubject, revisedSubjects } from '../provisioning/account/sso-subject.js';
import { assertOwn } from '../provisioning/matching/match.js';
import { isRenamed, namesTaken } from '../provisioning/matching/names.js';
import { linkMeant } from '../provisioning/matching/origin.js';
import { adoptionAmong, assertAddressFree, findMatch, newAddresses } from '../provisioning/matching/place.js';
import { accountsNotCreated, userDisabled, userProtected } from '../provisioning/problems.js';
import { assertStorable } from '../provisioning/stored-attributes.js';
import type { Idp, Profile, Wanted } from '../provisioning/types.js';
import { nextSaid, PROFILE_FIELDS, saidProfile, shownHost, toUser } from '../provisioning/user.js';
import { type Announced, changesOf, NOTHING_ANNOUNCED } from './announced.js';

/** Everything that a decision depends on. */
export interface Scenery {
  shape: HostUserShape;
  idp: Idp;
  /** Host users with the address of the user, or a login name that the user may get (`namesToLookUp`). */
  candidates(profile: Profile): readonly HostUserCandidate[];
  /** Links of this IdP that have the external id or the user name, newest first. */
  known(profile: Profile): readonly LinkNamed[];
  /** Whether this IdP has, or had, a link in force to the account; called only if the answer matters. */
  hadBefore(userId: string): boolean;
}

/** What a sync does with the links of an IdP, as its departure limit counts it. */
export interface Effect {
  /** The change in the number of links in force. */
  links: -1 | 0 | 1;
  /** Whether it counts as a departure. */
  departs: boolean;
  /** Whether it writes to the account, which an exceeded limit prevents. */
  excludes: boolean;
  /** The time of an earlier departure that no longer counts, because the user returns. */
  undoes: Date | null;
  /** The addresses by which the account did not go before: no other account can get them afterwards. */
  addresses: readonly string[];
}

/** What a sync does with one user who is not refused. */
export interface Course extends Announced {
  outcome: 'create' | 'match' | 'linked';
  /** The host user that is matched or linked, if any. */
  userId: string | null;
  loginName: string | null;
  needsSeat: boolean;
  effect: Effect;
}

export const NO_EFFECT: Effect = { links: 0, departs: false, excludes: false, undoes: null, addresses: [] };

/**
 * Decides by the rules of the endpoint which link of the IdP is meant, if any, and what happens to the account. A user
 * that the IdP finds at the endpoint is changed; all others are created.
 * @throws Problem as `createUser` and `changeUser` do, except for seats and for refusals by the host application.
 */
export function courseOf(profile: Profile, scenery: Scenery): Course {
  const known = scenery.known(profile);
  const meant = linkMeant(known, profile);
  const isThere = 'there' in meant;
  const link = isThere ? meant.there : meant.former;
  // Nothing prevents a departure.
  if (link && !profile.active) {
    return link.deprovisionedAt === null ? departing(scenery, link) : linked(link, {});
  }
  assertStorable(profile);
  if (!link) return placed(scenery, profile);
  const before = saidProfile(link);
  const current = toUser(link, scenery.shape);
  const wanted = wantedByExport(current, profile);
  const said = link.isVisible ? nextSaid(before, current, wanted) : profile;
  const unmarked = withoutMark(said);
  if (isThere && isRenamed(link, said)) namesTaken({ known: [...known] }, link, said);
  if (!link.host) return placed(scenery, profile, link);
  const isOn = link.deprovisionedAt === null && !link.awaitsIdp;
  return isOn
    ? updated(scenery, link, { said: before, current, wanted }, said)
    : returning(scenery, link, link.host, unmarked);
}

/** The current user with the values of the export; a value that the export lacks stays as it is. */
export function wantedByExport(current: Profile, profile: Profile): Wanted {
  const wanted: Wanted = { ...current, states: profile };
  // Field by field, which is faster, for 100,000 users.
  for (const field of PROFILE_FIELDS) {
    if (profile[field] !== null) Object.assign(wanted, { [field]: profile[field] });
  }
  return wanted;
}

const linked = ({ hostUserId, host }: LinkNamed, more: Partial<Course>): Course => ({
  outcome: 'linked',
  userId: hostUserId,
  loginName: host?.loginName ?? null,
  needsSeat: false,
  ...NOTHING_ANNOUNCED,
  effect: NO_EFFECT,
  ...more,
});

/** A departure leaves the account unchanged if it is gone, protected, or may now belong to another person. */
function departing({ idp, shape }: Scenery, link: LinkNamed): Course {
  const effect: Effect = { ...NO_EFFECT, links: -1, departs: true };
  const { host, agrees } = link;
  if (!host || !agrees || host.isProtected) return linked(link, { effect });
  const wanted = exclusion(idp.deprovisionPolicy);
  const changes = changesOf(shape, host, wanted);
  return linked(link, {
    changes,
    becomesPending: isOn(host) && changes.enabled === undefined,
    effect: { ...effect, excludes: Object.keys(keepable(shape, different(host, wanted))).length > 0 },
  });
}

/** A link that has ended or was made by hand gets its account. */
function returning(scenery: Scenery, link: LinkNamed, host: HostUserRow, said: Profile): Course {
  const { claimedBy, claimIsDoubtful, deprovisionedAt, departedAt, agrees } = link;
  const open = assertOwn({ ...host, claimedBy, claimIsDoubtful }, agrees);
  const { addresses, ...entered } = entering(scenery, said, open, link);
  return linked(link, {
    ...entered,
    effect: { ...NO_EFFECT, links: deprovisionedAt === null ? 0 : 1, undoes: departedAt, addresses },
  });
}

/** The account that the address means, or a new one. */
function placed(scenery: Scenery, profile: Profile, link?: LinkNamed): Course {
  const { idp, candidates } = scenery;
  const { active } = profile;
  const near = candidates(profile);
  const match = findMatch(near, profile, idp);
  const links = active && link?.deprovisionedAt !== null ? 1 : 0;
  const undoes = link?.departedAt ?? null;
  const effect: Effect = { links, departs: false, excludes: false, undoes, addresses: [] };
  if (!match) {
    if (idp.createReason != null) throw accountsNotCreated(idp.createReason);
    const needsSeat = active;
    effect.addresses = addressesOfNew(idp, profile, freeLogin(idp, profile, near));
    return { outcome: 'create', userId: null, loginName: null, needsSeat, ...NOTHING_ANNOUNCED, effect };
  }
  const { userId, loginName } = match;
  const outcome = 'match';
  if (active) {
    // Named one by one, which is much faster than spreading them, for 100,000 users.
    const { changes, becomesPending, needsSeat, addresses } = entering(scenery, profile, match);
    effect.addresses = addresses;
    return { outcome, userId, loginName, needsSeat, changes, becomesPending, effect };
  }
  effect.departs = isOn(match) && idp.deprovisionPolicy === 'disable';
  const { changes } = NOTHING_ANNOUNCED;
  return { outcome, userId, loginName, needsSeat: false, changes, becomesPending: isOn(match), effect };
}

/**
 * Updates an account and gives it access.
 * @param known of the link that led the same user to the account before.
 * @throws Problem `user-disabled`, `user-name-taken`, `sso-subject-taken`.
 */
function entering(
  { idp, shape, hadBefore, candidates }: Scenery,
  said: Profile,
  host: HostUserRow,
  known?: KnownSubject,
): Announced & Pick<Course, 'needsSeat'> & Pick<Effect, 'addresses'> {
  if (isForFormerLinks(idp, host) && !hadBefore(host.userId)) throw userDisabled(host);
  const wanted = adoptionAmong(candidates(said), said, host, idp);
  // Most IdPs are not set to write any, and there may be 100,000 users.
  if (idp.ssoSubject)
    Object.assign(wanted, adoptedSubjects({ idp, columns: shape.columns }, said, host, known));
  wanted.isEnabled = true;
  // An IdP that is not set up yet has no SSO provider.
  if (idp.ssoProviderId !== '') wanted.ssoProviderId = idp.ssoProviderId;
  const changes = changesOf(shape, host, wanted);
  const needsSeat = !isSeated(shape, host);
  if (needsSeat && shape.columns.has('licence_type')) changes.licenceType = [host.licenceType, null];
  return { changes, becomesPending: false, needsSeat, addresses: newAddresses(host, wanted) };
}

/** A login that is made unique by a number does not prevent the next one. */
const addressesOfNew = ({ loginRule }: Idp, { email }: Profile, login: string): string[] => [
  ...new Set([...(loginRule === 'local-part' ? [] : [login]), ...(email === null ? [] : [email])]),
];

/** A link in force continues. A doubtful link changes nothing. */
function updated(scenery: Scenery, link: LinkNamed, revised: Revision, said: Profile): Course {
  const { idp, shape } = scenery;
  const host = shownHost(link);
  if (!host) return linked(link, {});
  const change = keepable(shape, revision(revised, host, link.derived, idp));
  if (idp.ssoSubject && !host.isProtected) {
    const asSaid = { before: revised.said, said };
    Object.assign(change, revisedSubjects({ idp, columns: shape.columns }, asSaid, host, link));
  }
  if (host.isProtected && Object.keys(change).length > 0) throw userProtected();
  assertOthersApart(scenery, said, host, change);
  const effect = { ...NO_EFFECT, addresses: newAddresses(host, change) };
  return linked(link, { changes: changesOf(shape, host, change), effect });
}

const assertOthersApart = (
  { idp, candidates }: Scenery,
  said: Profile,
  host: HostUserRow,
  change: HostUserChange,
): void => assertAddressFree({ idp, facts: { candidates: candidates(said) } }, said, host, change);
