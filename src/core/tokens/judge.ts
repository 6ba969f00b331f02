import type { PresentedToken } from '../../database/queries/tokens.js';
import type { HashScheme } from '../../words/token.js';
import { matchDigest } from './digest.js';
import type { TokenKeys } from './keys.js';
import { tokenStatus, type VerificationReason, validUntil } from './status.js';

/** What the decision is made of. */
export type Judged = Pick<
  PresentedToken,
  | 'publicId'
  | 'idp'
  | 'hashScheme'
  | 'keyId'
  | 'digest'
  | 'expiresAt'
  | 'retiresAt'
  | 'revokedAt'
  | 'endedAt'
  | 'isAccountEnabled'
  | 'isAccountRemoved'
>;

/** The decision itself. Pure. Nothing about the token is told to one who has only its id. */
export function judge(text: string, row: Judged, keys: TokenKeys, now: Date): Verification {
  const { publicId: id, idp, hashScheme, keyId } = row;
  const match = matchDigest(text, row, keys);
  if (match === 'different') return { valid: false, reason: 'digest', id };
  if (match !== 'same') return { valid: false, reason: match, id, hashScheme, keyId };
  const reason = standing(row, now);
  return { valid: reason === 'valid', reason, id, idp, validUntil: validUntil(row), hashScheme, keyId };
}

/** Whether a token that is the right one works now. Pure. */
export function standing(
  row: Omit<Judged, 'publicId' | 'idp' | 'hashScheme' | 'keyId' | 'digest'>,
  now: Date,
): VerificationReason {
  const status = tokenStatus(row, now);
  if (status === 'expired' || status === 'revoked') return status;
  if (row.isAccountRemoved) return 'account-removed';
  return row.isAccountEnabled ? 'valid' : 'account-disabled';
}

export interface Verification {
  valid: boolean;
  reason: VerificationReason;
  id?: string;
  idp?: string;
  validUntil?: Date | null;
  hashScheme?: HashScheme;
  /** The key it was hashed with, by id. */
  keyId?: string | null;
}
