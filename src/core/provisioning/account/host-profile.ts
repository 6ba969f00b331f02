import {
  type HostUserChange,
  type HostUserRow,
  sameAddress,
} from '../../../database/queries/host/host-users.js';
import type { LinkRow } from '../../../database/queries/users/users.js';
import type { Idp, Profile, Wanted } from '../types.js';
import { isMarked, namesKnown } from './deletion-mark.js';
import { loginOnChange, loginOnMatch } from './login-rule.js';

/** Host applications require a display name; IdPs do not always send one. */
const displayNameOf = ({ displayName, givenName, familyName }: Profile): string | null =>
  displayName ?? ([givenName, familyName].filter((part) => part !== null).join(' ') || null);

/** A new host user for a profile, by the login name that was chosen for it. */
export const newHostUser = (profile: Profile, loginName: string): HostUserChange & { loginName: string } => ({
  loginName,
  email: profile.email,
  displayName: displayNameOf(profile) ?? profile.userName,
  givenName: profile.givenName,
  familyName: profile.familyName,
});

/** An address for an account that is there; nothing where it is not said, or marks a deletion. */
const unmarked = (
  address: string | null,
  host: HostUserRow,
  known: readonly (string | null)[] = [],
): string | undefined =>
  address === null || isMarked(address, [host.loginName, host.email, ...known]) ? undefined : address;

/** What of a profile a host user does not have yet. What the profile does not say, the host keeps. */
export function adoption(profile: Profile, host: HostUserRow, idp: Idp): HostUserChange {
  return different(host, {
    loginName: unmarked(loginOnMatch(idp, profile), host),
    email: unmarked(profile.email, host),
    displayName: displayNameOf(profile) ?? undefined,
    givenName: profile.givenName ?? undefined,
    familyName: profile.familyName ?? undefined,
  });
}

type HostField = 'email' | 'displayName' | 'givenName' | 'familyName';

/** A user as its IdP said it last, as the IdP sees it, and as it is to be. */
export interface Revision {
  said: Profile;
  current: Profile;
  wanted: Wanted;
}

/**
 * What a change of the profile changes of the host user; what was taken away is cleared. What the IdP only says again
 * is no change, though the host application has made something else of it by a rule of its own.
 */
export function revision(
  { said, current, wanted }: Revision,
  host: HostUserRow,
  derived: LinkRow['derived'],
  idp: Idp,
): HostUserChange {
  const isChanged = (field: HostField): boolean => {
    if (wanted[field] === current[field]) return false;
    if (wanted[field] !== said[field]) return true;
    if (wanted[field] === null) return false;
    if (field === 'email') return !sameAddress(wanted.email, host.email);
    return derived[field] === null || derived[field] !== (host[field] ?? '');
  };
  const known = namesKnown(said);
  const login = loginOnChange(idp, { said, wanted, changesEmail: isChanged('email') }, host);
  return different(host, {
    loginName: unmarked(login, host, known),
    email:
      isChanged('email') && !isMarked(wanted.email, [host.loginName, host.email, ...known])
        ? wanted.email
        : undefined,
    displayName: displayNameChange({ said, current, wanted }, isChanged),
    givenName: isChanged('givenName') ? wanted.givenName : undefined,
    familyName: isChanged('familyName') ? wanted.familyName : undefined,
  });
}

/** Where the IdP never sent a display name, it follows from the parts of the name. */
function displayNameChange(
  { said, current, wanted }: Revision,
  isChanged: (field: HostField) => boolean,
): string | undefined {
  if (isChanged('displayName')) return displayNameOf(wanted) ?? wanted.userName;
  // A PUT leaves it out; a PATCH has what the account shows, unless it says just that.
  const isSaid = wanted.states?.displayName === wanted.displayName;
  const isLeft = wanted.displayName === null || (wanted.displayName === current.displayName && !isSaid);
  const isDerived = said.displayName === null && isLeft;
  if (!isDerived || !(isChanged('givenName') || isChanged('familyName'))) return undefined;
  return displayNameOf({ ...wanted, displayName: null }) ?? undefined;
}

/**
 * Without what the host user has already. An account that is locked for now is enabled but for that, and reads disabled:
 * disabling it writes the state that lasts, and ends the lock, behind which it would read enabled again.
 */
export function different(host: HostUserRow, change: HostUserChange): HostUserChange {
  const changed: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(change)) {
    const present = host[field as keyof HostUserChange];
    if (field === 'isEnabled' && host.isLockedTemporarily && !host.isEnabled) {
      if (value === false) Object.assign(changed, { isEnabled: false, isLockedTemporarily: false });
      continue;
    }
    if (value === undefined || value === present) continue;
    // A GUID comes in either case.
    if ((field === 'ssoProviderId' || field === 'externalId') && sameAddress(String(value), String(present)))
      continue;
    changed[field] = value;
  }
  return changed;
}
