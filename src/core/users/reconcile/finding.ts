import type { EnabledAccount } from '../../../database/queries/links/enabled-accounts.js';
import type { UserOfList } from './listed-users.js';

/**
 * What the comparison with the IdP's own list finds of an account that is enabled: `unknown`, it has no link, and the
 * list has no such user; `missing`, its link is in force, and the list does not have the user any more; `disabled`, the
 * list says that the user is not active; `several`, the user has several such accounts; `found`, the account is marked
 * as missing, and the list has the user.
 */
export const LEAVER_FINDINGS = ['unknown', 'missing', 'disabled', 'several', 'found'] as const;
export type LeaverFinding = (typeof LEAVER_FINDINGS)[number];

/** Whether an account of this finding is marked as missing. */
export const isMarkable = (kind: LeaverFinding): boolean =>
  kind === 'unknown' || kind === 'missing' || kind === 'disabled';

/** What is found of one account by itself; undefined where the list has its user as active. */
export function findingOf(
  { link }: Pick<EnabledAccount, 'link'>,
  user: UserOfList | undefined,
): Exclude<LeaverFinding, 'several' | 'found'> | undefined {
  if (user) return user.isActive ? undefined : 'disabled';
  return link ? 'missing' : 'unknown';
}

/** More than a tenth of an IdP's links in force is marked only with --expect: the list may be the wrong one. */
const MOST_PARTS = 10;

/** Whether this number of accounts may be marked without --expect. */
export const isPlausible = (toMark: number, inForce: number): boolean => MOST_PARTS * toMark <= inForce;
