import type { HostUserRow } from '../../database/queries/host-users.js';
import type { UserRow } from '../../database/queries/users.js';
import { exclusion } from '../provisioning/access.js';
import { adoption } from '../provisioning/host-profile.js';
import type { Idp, Profile } from '../provisioning/types.js';

/** What a sync changes of an account that is there, before it does. */
export interface Announced {
  /** From and to, by the fields of the host views; those that stay as they are are not there. */
  changes: Partial<Record<ChangedField, [from: string | boolean | null, to: string | boolean | null]>>;
  /** An enabled account whose user departs by the sync, and that an administrator has to disable. */
  becomesPending: boolean;
}

/**
 * Whether an administrator should know of it before the sync: a login name changes, an account is enabled or disabled,
 * or ends up on the pending list. Names and addresses are what a sync is for.
 */
export const isWorthKnowing = ({ changes, becomesPending }: Announced): boolean =>
  becomesPending || 'loginName' in changes || 'enabled' in changes;

type ChangedField =
  | 'loginName'
  | 'email'
  | 'displayName'
  | 'givenName'
  | 'familyName'
  | 'enabled'
  | 'ssoProviderId';

export const NOTHING_ANNOUNCED: Announced = { changes: {}, becomesPending: false };

/** Of an account that is matched: what the match writes, and nothing for a user who is not active. */
export function announceMatch(idp: Idp, profile: Profile, before: HostUserRow): Announced {
  if (!profile.active) return { changes: {}, becomesPending: before.isEnabled };
  return { changes: entering(idp, profile, before), becomesPending: false };
}

/** Of a user whom the IdP has linked already. */
export function announceLinked(idp: Idp, profile: Profile, link: UserRow): Announced {
  const { host, agrees, deprovisionedAt } = link;
  if (!host || !agrees || host.isProtected) return NOTHING_ANNOUNCED;
  const isInForce = deprovisionedAt === null;
  if (profile.active) {
    const changes = isInForce ? profileChanges(profile, host) : entering(idp, profile, host);
    return { changes, becomesPending: false };
  }
  if (!isInForce || !host.isEnabled) return NOTHING_ANNOUNCED;
  const disables = exclusion(idp.deprovisionPolicy).isEnabled === false;
  return { changes: disables ? { enabled: [true, false] } : {}, becomesPending: !disables };
}

function entering(idp: Idp, profile: Profile, host: HostUserRow): Announced['changes'] {
  const provider = idp.ssoProviderId;
  const isBound = provider !== '' && host.ssoProviderId?.toLowerCase() !== provider.toLowerCase();
  return {
    ...profileChanges(profile, host),
    ...(!host.isEnabled && { enabled: [false, true] as [boolean, boolean] }),
    ...(isBound && { ssoProviderId: [host.ssoProviderId, provider] as [string | null, string] }),
  };
}

function profileChanges(profile: Profile, host: HostUserRow): Announced['changes'] {
  const { loginName, email, displayName, givenName, familyName } = adoption(profile, host);
  const wanted = { loginName, email, displayName, givenName, familyName };
  const changed = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    changed.map(([field, value]) => [field, [host[field as keyof typeof wanted], value]]),
  );
}
