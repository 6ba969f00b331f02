import { findPresentedToken } from '../../database/queries/tokens.js';
import type { Core } from '../core.js';
import { parseToken } from './format.js';
import { judge, type Verification } from './judge.js';
import { NO_KEYS } from './keys.js';

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
