import type { TokenRow } from '../../database/queries/tokens.js';

export type TokenStatus = 'active' | 'retiring' | 'expired' | 'revoked';

type Times = Pick<TokenRow, 'expiresAt' | 'retiresAt' | 'revokedAt' | 'endedAt'>;

/** When the token stops working, or stopped: the earliest of its ends. Null for never. */
export function validUntil({ expiresAt, retiresAt, revokedAt, endedAt }: Times): Date | null {
  const ends = [expiresAt, retiresAt, revokedAt, endedAt].filter((end) => end !== null);
  return ends.length > 0 ? new Date(Math.min(...ends.map((end) => end.getTime()))) : null;
}

/** Worked out from its instants at every look, never stored. */
export function tokenStatus(token: Times, now: Date): TokenStatus {
  if (token.revokedAt) return 'revoked';
  const end = validUntil(token);
  if (token.endedAt || (end && end <= now)) return 'expired';
  return token.retiresAt ? 'retiring' : 'active';
}

/** Whether the token opens the door now. */
export const isLive = (token: Times, now: Date): boolean =>
  ['active', 'retiring'].includes(tokenStatus(token, now));

export type VerificationReason =
  | 'valid'
  | 'form'
  | 'checksum'
  | 'unknown'
  | 'digest'
  | 'key-missing'
  | 'key-required'
  | 'expired'
  | 'revoked'
  | 'account-disabled'
  | 'account-removed';
