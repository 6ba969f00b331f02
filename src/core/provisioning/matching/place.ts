import {
  goesBy,
  type HostUserCandidate,
  type HostUserChange,
  type HostUserRow,
  keepable,
  sameAddress,
} from '../../../database/queries/host/host-users.js';
import type { Provision } from '../../../database/queries/users/provision.js';
import { access, type ChangeScene } from '../account/access.js';
import { adoption, different, newHostUser } from '../account/host-profile.js';
import { freeLogin, namesToLookUp } from '../account/login-rule.js';
import { nextFreeSeat } from '../account/seat.js';
import { adoptedSubjects, type KnownSubject, newSubjects } from '../account/sso-subject.js';
import { accountsNotCreated, userNameTaken } from '../problems.js';
import type { Idp, Profile } from '../types.js';
import { addressOf, chooseMatch } from './match.js';

/** The host user of a user, as decided, and what is to be written of it. */
export interface Place {
  /** As it was; undefined for a new one. */
  before?: HostUserRow;
  /** As it will be; undefined for a new one, whom the host has to make. */
  host?: HostUserRow;
  /** Undefined where it is so already. */
  write?: Provision['host'];
  licenceTaken?: string;
  licenceFreed?: string;
  /** Whether the link leads to an account that may be another person's by now, and is neither shown nor changed. */
  isDoubtful?: boolean;
}

/**
 * The host user whom a profile means by its address, brought up to date and let in, or a new one. A match for a user
 * who is not active is left as it is: nothing through a link that is not in force changes an account.
 * @throws Problem as `chooseMatch` and `nextFreeSeat` do, and `user-name-taken`.
 */
export function findPlace(scene: ChangeScene, profile: Profile): Place {
  const { candidates } = scene.facts;
  const match = findMatch(candidates, profile, scene.idp);
  if (match) return profile.active ? takePlace(scene, profile, match) : { before: match, host: match };
  return newPlace(scene, profile);
}

/**
 * The host user whom a profile means by its address; none where it is a new one.
 * @throws Problem as `chooseMatch` does, and `user-name-taken`.
 */
export function findMatch(
  candidates: readonly HostUserCandidate[],
  profile: Profile,
  idp: Idp,
): HostUserCandidate | undefined {
  const address = addressOf(profile);
  const match = address === null ? undefined : chooseMatch(candidates, address, profile);
  if (match) return match;
  // Also by e-mail address: the new account may be called so, and neither could be told from the other. Where a number
  // makes its login unique, the account of another user is no obstacle.
  const isNumbered = idp.loginRule === 'local-part';
  const taken = candidates.filter(
    (one) => goesBy(one, profile.userName) && !(isNumbered && one.claimedBy !== null),
  );
  if (taken.length > 0) throw userNameTaken(taken, profile, { isLinked: false });
  // Another person's, and yet the host application's database would not tell the two apart.
  const known = namesToLookUp(idp, profile);
  const alike = candidates.filter((one) => !known.some((name) => goesBy(one, name)));
  if (alike.length > 0) throw userNameTaken(alike, profile, { isLinked: false, isAlike: true });
  return undefined;
}

/**
 * A host user who is there, brought up to date for a profile as it came, and let in.
 * @param known of the link that led the same user there before.
 * @throws Problem `user-name-taken`, `sso-subject-taken`.
 */
export const takePlace = (
  scene: ChangeScene,
  profile: Profile,
  host: HostUserRow,
  known?: KnownSubject,
): Place =>
  placeAt(scene, host, {
    ...adoptionAmong(scene.facts.candidates, profile, host, scene.idp),
    ...adoptedSubjects({ idp: scene.idp, columns: scene.shape.columns }, profile, host, known),
    ...access(scene, true, host),
  });

function newPlace({ core, idp, shape, facts, held }: ChangeScene, profile: Profile): Place {
  if (idp.createReason != null) throw accountsNotCreated(idp.createReason);
  const { loginName, ...others } = newHostUser(profile, freeLogin(idp, profile, facts.candidates));
  // Last, because more seats would not help against the other refusals.
  const licenceType = profile.active ? nextFreeSeat(core, facts, held) : undefined;
  const { ssoProviderId } = idp;
  const entry = {
    isEnabled: profile.active,
    ssoProviderId,
    ...newSubjects(idp, profile),
    ...(licenceType !== undefined && { licenceType }),
  };
  // What the host has no columns for is neither written nor told in the event.
  const make = { ...keepable(shape, { ...others, ...entry }), loginName };
  const isSaid = licenceType !== undefined && shape.columns.has('licence_type');
  return { write: { make }, ...(isSaid && { licenceTaken: licenceType }) };
}

/** What of a change the host user does not have yet. */
export function placeAt(
  { shape }: Pick<ChangeScene, 'shape'>,
  host: HostUserRow,
  wanted: HostUserChange,
): Place {
  const change = keepable(shape, different(host, wanted));
  if (Object.keys(change).length === 0) return { before: host, host };
  const { licenceType } = change;
  return {
    before: host,
    host: { ...host, ...change },
    write: { userId: host.userId, change, before: host },
    ...(licenceType != null && { licenceTaken: licenceType }),
    ...(licenceType !== undefined && host.licenceType !== null && { licenceFreed: host.licenceType }),
  };
}

/**
 * What of a profile a host user is to have, among those who have one of its addresses too.
 * @throws Problem `user-name-taken`.
 */
export function adoptionAmong(
  candidates: readonly HostUserCandidate[],
  profile: Profile,
  host: HostUserRow,
  idp: Idp,
): HostUserChange {
  const change = adoption(profile, host, idp);
  if (isLoginOfTwins(candidates, host, change)) delete change.loginName;
  assertAddressFree({ idp, facts: { candidates } }, profile, host, change);
  return change;
}

/**
 * Whether the new login name is an address that the host user has already, and another has in other letters. Each of
 * them keeps its login then: the one who comes first would otherwise leave the other a name that is not to be had.
 */
function isLoginOfTwins(
  candidates: readonly HostUserCandidate[],
  host: HostUserRow,
  { loginName }: HostUserChange,
): boolean {
  if (loginName === undefined || !goesBy(host, loginName)) return false;
  const others = candidates.filter((one) => one.userId !== host.userId && goesBy(one, loginName));
  if (sameAddress(host.loginName, loginName)) return others.length > 0;
  const isTwin = (name: string | null) => name !== loginName && sameAddress(name, loginName);
  return (
    others.every((one) => one.loginName !== loginName) &&
    others.some((one) => isTwin(one.loginName) || isTwin(one.email))
  );
}

/** Addresses that a change gives a host user: a login name that is another, an address that it does not go by yet. */
export function newAddresses(host: HostUserRow, { loginName, email }: HostUserChange): string[] {
  return [
    ...new Set([
      ...(loginName !== undefined && !sameAddress(loginName, host.loginName) ? [loginName] : []),
      ...(email != null && !goesBy(host, email) ? [email] : []),
    ]),
  ];
}

/** Names under which others are looked for before a host user gets what a profile says: also where only the case is new. */
export function namesAdopted(profile: Profile, host: HostUserRow, idp: Idp): string[] {
  const change = adoption(profile, host, idp);
  const { loginName } = change;
  return [...new Set([...(loginName === undefined ? [] : [loginName]), ...newAddresses(host, change)])];
}

/**
 * No two host users may go by one address. An e-mail address that two of them share already can be the login name of
 * one.
 * @throws Problem `user-name-taken`.
 */
export function assertAddressFree(
  { idp, facts }: { idp: Idp; facts: { candidates: readonly HostUserCandidate[] } },
  profile: Profile,
  host: HostUserRow,
  change: HostUserChange,
): void {
  const wanted = newAddresses(host, change);
  const others = facts.candidates.filter(({ userId }) => userId !== host.userId);
  const has = (one: HostUserRow, address: string) =>
    sameAddress(one.loginName, address) || (goesBy(one, address) && !goesBy(host, address));
  const taken = others.filter((one) => wanted.some((address) => has(one, address)));
  if (taken.length > 0) throw userNameTaken(taken, profile, { isLinked: true });
  if (wanted.length === 0) return;
  // Includes the names that were looked up for a possible new account: the local part of the address may be another login.
  const known = [...wanted, host.loginName, host.email ?? host.loginName, ...namesToLookUp(idp, profile)];
  const alike = others.filter((one) => !known.some((address) => goesBy(one, address)));
  if (alike.length > 0) throw userNameTaken(alike, profile, { isLinked: true, isAlike: true });
}
