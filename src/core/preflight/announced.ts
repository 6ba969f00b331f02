import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import { type HostUserChange, type HostUserRow, keepable } from '../../database/queries/host-users.js';
import { different } from '../provisioning/host-profile.js';

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

/** Of what is written of an account, what differs and is announced: a seat is counted elsewhere. */
export function changesOf(
  shape: HostUserShape,
  host: HostUserRow,
  wanted: HostUserChange,
): Announced['changes'] {
  const { isEnabled, licenceType, ...texts } = keepable(shape, different(host, wanted));
  const changes: Announced['changes'] = {};
  for (const [field, to] of Object.entries(texts)) {
    changes[field as ChangedField] = [host[field as keyof typeof texts] ?? null, to];
  }
  if (isEnabled !== undefined) changes.enabled = [host.isEnabled, isEnabled];
  return changes;
}
