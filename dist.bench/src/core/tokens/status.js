/** When the token stops working, or stopped: the earliest of its ends. Null for never. */
export function validUntil({ expiresAt, retiresAt, revokedAt, endedAt }) {
    const ends = [expiresAt, retiresAt, revokedAt, endedAt].filter((end) => end !== null);
    return ends.length > 0 ? new Date(Math.min(...ends.map((end) => end.getTime()))) : null;
}
/** Worked out from its instants at every look, never stored. */
export function tokenStatus(token, now) {
    if (token.revokedAt)
        return 'revoked';
    const end = validUntil(token);
    if (token.endedAt || (end && end <= now))
        return 'expired';
    return token.retiresAt ? 'retiring' : 'active';
}
/** Whether the token opens the door now. */
export const isLive = (token, now) => ['active', 'retiring'].includes(tokenStatus(token, now));
