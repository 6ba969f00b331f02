import { listTokens, updateToken } from '../../database/queries/tokens.js';
import { isLive, validUntil } from './status.js';
/** Ends a token now: it stops working and gives its slot back. */
export const revoke = (session, publicId, now) => updateToken(session, publicId, { slot: null, revokedAt: now, endedAt: now });
/**
 * Gives back the slots of tokens that have run out by themselves. The caller holds the account's lock.
 * @returns the tokens that still hold a slot.
 */
export async function freeEndedSlots(session, serviceAccountId, now) {
    const holding = (await listTokens(session, serviceAccountId)).filter(({ slot }) => slot !== null);
    for (const token of holding) {
        if (!isLive(token, now))
            await updateToken(session, token.publicId, { slot: null, endedAt: validUntil(token) ?? now });
    }
    return holding.filter((token) => isLive(token, now));
}
/** @returns how many were ended. */
export async function endAllTokens(session, serviceAccountId, now) {
    const live = await freeEndedSlots(session, serviceAccountId, now);
    for (const { publicId } of live)
        await revoke(session, publicId, now);
    return live.length;
}
