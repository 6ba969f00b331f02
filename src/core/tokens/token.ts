import type { TokenRow } from '../../database/queries/tokens.js';
import type { HashScheme } from '../../words/token.js';
import { type TokenStatus, tokenStatus, validUntil } from './status.js';

/** A token as lists show it: everything but the token. */
export interface TokenSummary {
  /** The public id, which stands in the token too. */
  id: string;
  idp: string;
  status: TokenStatus;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date | null;
  /** When it stops working or stopped: expiry, end of overlap or revocation, whichever is first. */
  validUntil: Date | null;
  lastUsedAt: Date | null;
  hashScheme: HashScheme;
  keyId: string | null;
}

export function summarise(row: TokenRow, idp: string, now: Date): TokenSummary {
  return {
    id: row.publicId,
    idp,
    status: tokenStatus(row, now),
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    expiresAt: row.expiresAt,
    validUntil: validUntil(row),
    lastUsedAt: row.lastUsedAt,
    hashScheme: row.hashScheme,
    keyId: row.keyId,
  };
}
