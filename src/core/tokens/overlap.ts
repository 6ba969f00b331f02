import type { TokenRow } from '../../database/queries/tokens.js';
import { operationProblem, usageProblem } from '../../problem.js';
import type { ServiceAccount } from '../service-accounts/service-account.js';
import { tokenStatus, validUntil } from './status.js';

/**
 * How long the old token works beside the new one: a day, unless somebody says otherwise, and a month at most, since two
 * live tokens are two secrets that can leak. With none, the old token ends with the very change, as after a leak.
 */
export const OVERLAP = { usualMs: 86_400_000, least: '0s', most: '30d' } as const;

/**
 * The tokens that a rotation without an overlap ends at once: the one that was named, or all of them, since after a leak
 * nobody knows which one it was.
 */
export const endedAtOnce = (
  live: readonly TokenRow[],
  old: TokenRow,
  { overlapMs, isNamed }: { overlapMs: number; isNamed: boolean },
): readonly TokenRow[] => {
  if (overlapMs > 0) return [];
  return isNamed ? [old] : live;
};

/** An overlap never makes a token last longer than it would have. */
export function endOfOverlap(old: TokenRow, now: Date, overlapMs: number): Date {
  const end = new Date(now.getTime() + overlapMs);
  const before = validUntil(old);
  return before && before < end ? before : end;
}

/** The one token that a rotation without a token's id means: the account's active one. */
export function tokenToRotate(
  live: readonly TokenRow[],
  { name }: ServiceAccount,
  now: Date,
  overlapMs: number,
): TokenRow {
  const active = live.filter((token) => tokenStatus(token, now) === 'active');
  const [first, second] = active.length > 0 ? active : live;
  if (!first) {
    throw operationProblem('token-none', `IdP ${JSON.stringify(name)} has no active token to rotate.`, {
      hint: `Create one with \`scimctl token create --idp ${name}\`.`,
    });
  }
  if (second && overlapMs > 0) {
    throw usageProblem('token-ambiguous', `IdP ${JSON.stringify(name)} has two active tokens.`, {
      hint: `Choose the token to replace with --token ${first.publicId} or --token ${second.publicId}, or end one with \`scimctl token revoke ID\`.`,
    });
  }
  return first;
}
