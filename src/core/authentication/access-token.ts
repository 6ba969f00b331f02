import type { Session } from '../../database/database.js';
import {
  type AccessTokenRow,
  accessTokenExpiry,
  type Credential,
  deleteExpiredAccessTokens,
  deleteOldestAccessTokens,
  findAccessCredential,
  insertAccessToken,
} from '../../database/queries/credentials.js';
import type { Core } from '../core.js';
import { digestAs } from '../tokens/digest.js';
import { generateToken } from '../tokens/format.js';
import { NO_KEYS } from '../tokens/keys.js';
import { validUntil } from '../tokens/status.js';

/** How long an access token lasts at most, in milliseconds. */
export const ACCESS_TOKEN_MS = 3_600_000;

/** So many access tokens of one token work at a time. */
export const MOST_ACCESS_TOKENS = 10;

export interface AccessToken {
  /** The only time its text is to be had. */
  text: string;
  expiresAt: Date;
  /** Whole seconds. */
  expiresIn: number;
}

/**
 * Makes an access token (RFC 6749 §4.4.3) of a token that was let in. It is stored as a digest, made the way
 * the token's own was, so that where keys are required nobody can plant one without the key; and it ends with
 * the token, whatever ends that. The database sets its times. Where the token has more than ten then, the oldest ends.
 */
export async function issueAccessToken(
  core: Core,
  { credential }: { credential: Credential },
): Promise<AccessToken> {
  const fresh = generateToken(core.random, 'accessToken');
  const digest = digestAs(fresh.text, credential, core.tokenKeys ?? NO_KEYS);
  const row = { accessTokenId: fresh.publicId, tokenPublicId: credential.publicId, digest };
  const expires = await core.database.transaction((session) => insert(session, row), {
    arrived: async (session) => (await findAccessCredential(session, fresh.publicId)) !== undefined,
  });
  // Once it is committed: of several at once, the last one sees all, and none waits for another.
  await core.database.transaction((session) => deleteOldestAccessTokens(session, row, MOST_ACCESS_TOKENS));
  const now = core.clock().getTime();
  const end = validUntil(credential)?.getTime() ?? Number.POSITIVE_INFINITY;
  const expiresAt = new Date(Math.min(end, expires.getTime(), now + ACCESS_TOKEN_MS));
  return {
    text: fresh.text,
    expiresAt,
    expiresIn: Math.max(0, Math.floor((expiresAt.getTime() - now) / 1000)),
  };
}

async function insert(session: Session, row: AccessTokenRow): Promise<Date> {
  await insertAccessToken(session, row);
  const expires = await accessTokenExpiry(session, row.accessTokenId);
  if (!expires) throw new Error('the access token is not there');
  return expires;
}

/** Clears away what has expired. */
export const clearAccessTokens = (core: Core): Promise<void> =>
  core.database.transaction((session) => deleteExpiredAccessTokens(session, core.clock()));
