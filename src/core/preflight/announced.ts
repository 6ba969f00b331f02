import type { HostUserShape } from '../../database/queries/host/host-user-shape.js';
import {
  type HostUserChange,
  type HostUserRow,
  isOn,
  keepable,
} from '../../database/queries/host/host-users.js';
import { different } from '../provisioning/account/host-profile.js';

/** What a sync will change in an existing account. */
export interface Announced {
  /** Old and new values, by field of the host views; only fields that change. */
  changes: Partial<Record<ChangedField, [from: string | boolean | null, to: string | boolean | null]>>;
  /** The account is enabled, its user departs, and an administrator has to disable it. */
  becomesPending: boolean;
}

/**
 * Whether an administrator should know about this account before the sync: its login name changes, it is enabled,
 * disabled or put on the pending list, or another seat, provider or identity replaces the one that it has. Names and
 * addresses change for most accounts, and so do values that an account did not have: for those, a count will do.
 */
export const isWorthKnowing = ({ changes, becomesPending }: Announced): boolean =>
  becomesPending ||
  'loginName' in changes ||
  'enabled' in changes ||
  REPLACED.some((field) => (changes[field]?.[0] ?? null) !== null);

export type ChangedField =
  | 'loginName'
  | 'email'
  | 'displayName'
  | 'givenName'
  | 'familyName'
  | 'enabled'
  | 'licenceType'
  | 'ssoProviderId'
  | 'ssoSubject'
  | 'externalId';

const REPLACED = [
  'licenceType',
  'ssoProviderId',
  'ssoSubject',
  'externalId',
] as const satisfies ChangedField[];

export const NOTHING_ANNOUNCED: Announced = { changes: {}, becomesPending: false };

/**
 * The differences that are announced. The pool of a seat that is taken depends on the users before: `SeatsAhead` adds it.
 */
export function changesOf(
  shape: HostUserShape,
  host: HostUserRow,
  wanted: HostUserChange,
): Announced['changes'] {
  const { isEnabled, isLockedTemporarily: _, ...texts } = keepable(shape, different(host, wanted));
  const changes: Announced['changes'] = {};
  for (const [field, to] of Object.entries(texts)) {
    changes[field as ChangedField] = [host[field as keyof typeof texts] ?? null, to];
  }
  if (isEnabled !== undefined) changes.enabled = [isOn(host), isEnabled];
  return changes;
}
