import { findPresentedToken, type HashScheme, type PresentedToken } from '../../database/queries/tokens.js';
import type { Core } from '../core.js';
import { matchDigest } from './digest.js';
import { parseToken } from './format.js';
import { NO_KEYS, type TokenKeys } from './keys.js';
import { tokenStatus, validUntil } from './status.js';

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

/** What can be said of a token without a database: its form and its checksum. */
export function verifyOffline(text: string): Verification | { id: string } {
  const parsed = parseToken(text);
  return 'fault' in parsed ? { valid: false, reason: parsed.fault } : { id: parsed.publicId };
}

/**
 * Says whether a token would be let in now, and if not, why: form and checksum offline, then id, digest,
 * status and service account, with one lookup by primary key. The text goes nowhere.
 */
export async function verifyToken(core: Core, text: string): Promise<Verification> {
  const offline = verifyOffline(text);
  if ('valid' in offline) return offline;
  const { id } = offline;
  const row = await core.database.read((session) => findPresentedToken(session, id));
  if (!row) return { valid: false, reason: 'unknown', id };
  return judge(text, row, core.tokenKeys ?? NO_KEYS, core.clock());
}

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
