import { deleteExpiredAccessTokens, findAccessCredential, insertAccessToken, } from '../../database/queries/credentials.js';
import { digestAs } from '../tokens/digest.js';
import { generateToken } from '../tokens/format.js';
import { NO_KEYS } from '../tokens/keys.js';
import { validUntil } from '../tokens/status.js';
/** How long an access token lasts at most, in milliseconds. */
export const ACCESS_TOKEN_MS = 3_600_000;
/**
 * Makes an access token (RFC 6749 §4.4.3) of a token that was let in. It is stored as a digest, made the way
 * the token's own was, so that where keys are required nobody can plant one without the key; and it ends with
 * the token, whatever ends that.
 */
export async function issueAccessToken(core, { credential }) {
    const fresh = generateToken(core.random, 'accessToken');
    const now = core.clock();
    const end = validUntil(credential)?.getTime() ?? Number.POSITIVE_INFINITY;
    const expiresAt = new Date(Math.min(end, now.getTime() + ACCESS_TOKEN_MS));
    const digest = digestAs(fresh.text, credential, core.tokenKeys ?? NO_KEYS);
    const row = {
        accessTokenId: fresh.publicId,
        tokenPublicId: credential.publicId,
        digest,
        createdAt: now,
        expiresAt,
    };
    await core.database.transaction((session) => insertAccessToken(session, row), {
        arrived: async (session) => (await findAccessCredential(session, fresh.publicId)) !== undefined,
    });
    return { text: fresh.text, expiresAt, expiresIn: Math.floor((expiresAt.getTime() - now.getTime()) / 1000) };
}
/** Clears away what has expired. */
export const clearAccessTokens = (core) => core.database.transaction((session) => deleteExpiredAccessTokens(session, core.clock()));
