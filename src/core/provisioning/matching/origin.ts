import { sameName } from '../../../database/queries/spaced-names.js';
import type { KnownIdentity } from '../../../database/queries/users/facts.js';
import { userExists } from '../problems.js';
import type { Profile } from '../types.js';
import { isAnotherPerson, isSamePerson } from './person.js';

/** Where a user that an IdP creates comes from. */
export interface Origin<T extends KnownIdentity = KnownIdentity> {
  /** The link that comes back, or that awaited this user; a new one otherwise. */
  former?: T;
  /** Links that have ended and whose user name or external id the new user takes over. */
  superseded: readonly T[];
  /** The links of other people who had the user name or the external id before: the last of them, and all superseded. */
  others: readonly T[];
}

/** The link of a user who is there already and cannot be created, only changed. */
export interface Present<T extends KnownIdentity> {
  there: T;
  by: 'externalId' | 'userName';
}

/**
 * Which link a create is about: by external id before user name. An IdP brings a user back by creating it again, also
 * under another user name; a user name or a link that it gives to another person makes a new link.
 * @param known links of the IdP that have the external id or the user name, newest first.
 * @throws Problem `user-exists` where the user is there already.
 */
export function originOf(known: readonly KnownIdentity[], profile: Profile): Origin {
  const meant = linkMeant(known, profile);
  if ('there' in meant) throw userExists(meant.by);
  return meant;
}

/** The same without an error: of a user who is there, which link it is. */
export function linkMeant<T extends KnownIdentity>(
  known: readonly T[],
  profile: Profile,
): Origin<T> | Present<T> {
  const byExternalId = known.find(
    ({ externalId }) => externalId !== null && externalId === profile.externalId,
  );
  if (byExternalId && isThere(byExternalId, profile)) return { there: byExternalId, by: 'externalId' };
  const named = known.filter((one) => one !== byExternalId && sameName(one.userName, profile.userName));
  // Given to another person while it was not in force: the link stays that of the former one.
  const isReused = byExternalId !== undefined && isAnotherPerson(byExternalId, profile);
  const own = isReused ? undefined : byExternalId;
  const awaited = own ? undefined : named.find((one) => isAwaited(one, profile));
  const present = named.find((one) => one !== awaited && one.isInForce);
  if (present) return { there: present, by: 'userName' };
  const visible = named.filter((one) => one.isVisible && one !== awaited);
  const former = own ?? awaited ?? sameOf(named, profile);
  if (former && former !== own && isThere(former, profile)) return { there: former, by: 'userName' };
  const superseded = [...visible.filter((one) => one !== former), ...(isReused ? [byExternalId] : [])];
  const [last] = named.filter((one) => one !== former);
  return {
    ...(former && { former }),
    superseded,
    others: [...new Set([...(last ? [last] : []), ...superseded])],
  };
}

/** What the IdP sees as it is cannot be created; what it sees as inactive can be brought back. */
const isThere = (one: KnownIdentity, { active }: Profile): boolean =>
  !one.awaitsIdp && one.isVisible && (one.isInForce || !active);

const isAwaited = (one: KnownIdentity, { externalId }: Profile): boolean =>
  one.awaitsIdp && one.isInForce && (one.externalId === null || one.externalId === externalId);

/** Those that the IdP sees before those that it does not. */
const sameOf = <T extends KnownIdentity>(named: readonly T[], profile: Profile): T | undefined => {
  const same = named.filter((one) => !one.isInForce && isSamePerson(one, profile));
  return same.find(({ isVisible }) => isVisible) ?? same[0];
};
