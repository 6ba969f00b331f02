import type { Session } from '../../database/database.js';
import { listTokens, type TokenRow, updateToken } from '../../database/queries/tokens.js';
import { isLive, validUntil } from './status.js';

/** Ends a token now: it stops working and gives its slot back. */
export const endToken = (session: Session, publicId: string, now: Date): Promise<void> =>
  updateToken(session, publicId, { slot: null, revokedAt: now, endedAt: now });

/**
 * Gives back the slots of tokens that have run out by themselves. The caller holds the account's lock.
 * @returns the tokens that still hold a slot.
 */
export async function freeEndedSlots(
  session: Session,
  serviceAccountId: string,
  now: Date,
): Promise<TokenRow[]> {
  const holding = (await listTokens(session, serviceAccountId)).filter(({ slot }) => slot !== null);
  for (const token of holding) {
    if (!isLive(token, now))
      await updateToken(session, token.publicId, { slot: null, endedAt: validUntil(token) ?? now });
  }
  return holding.filter((token) => isLive(token, now));
}

/** @returns how many were ended. */
export async function endAllTokens(session: Session, serviceAccountId: string, now: Date): Promise<number> {
  const live = await freeEndedSlots(session, serviceAccountId, now);
  for (const { publicId } of live) await endToken(session, publicId, now);
  return live.length;
}
