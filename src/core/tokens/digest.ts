import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { configurationProblem } from '../../problem.js';
import type { HashScheme } from '../../words/token.js';
import type { TokenKey, TokenKeys } from './keys.js';

export interface TokenDigest {
  hashScheme: HashScheme;
  keyId: string | null;
  /** 32 bytes. */
  digest: Buffer;
}

/**
 * The digest to store for a new token, over the whole of its text (UTF-8), which binds the id to it: HMAC-SHA-256
 * where there is a key, else SHA-256. A plain hash is enough for 256 random bits (NIST SP 800-63B asks for salt
 * and stretching only below 112); a key also keeps write access to the database from planting a token.
 * @throws Problem `token-key-missing` where plain tokens are refused and there is no key.
 */
export function digestForStorage(text: string, { current, requireKeyed }: TokenKeys): TokenDigest {
  if (!current && requireKeyed) {
    throw configurationProblem(
      'token-key-missing',
      'Only keyed tokens are accepted here, but no key is configured.',
      {
        hint: 'Run `scimctl token new-key ID --key-file FILE`, then set SCIMCTL_TOKEN_KEYS_FILE or tokenKeysFile to this file. No token was created.',
      },
    );
  }
  if (current) return { hashScheme: 'hmac-sha256', keyId: current.id, digest: hmacSha256(text, current) };
  return { hashScheme: 'sha256', keyId: null, digest: sha256(text) };
}

/**
 * The digest of a text that belongs to a token, made with the same scheme and key.
 * @throws Problem `token-key-missing`; but a token that was let in has its key.
 */
export function digestAs(
  text: string,
  { hashScheme, keyId }: { hashScheme: HashScheme; keyId: string | null },
  keys: TokenKeys,
): Buffer {
  if (hashScheme === 'sha256') return sha256(text);
  const key = keys.find(keyId ?? '');
  if (key) return hmacSha256(text, key);
  throw configurationProblem('token-key-missing', `The token key ${JSON.stringify(keyId)} is missing.`, {
    hint: 'Add the key to the key file, or create a new token.',
  });
}

export type DigestMatch = 'same' | 'different' | 'key-missing' | 'key-required';

/** Compares what was presented with what is stored, in constant time. */
export function matchDigest(
  text: string,
  stored: { hashScheme: HashScheme; keyId: string | null; digest: Uint8Array },
  keys: TokenKeys,
): DigestMatch {
  if (stored.hashScheme === 'sha256') {
    return keys.requireKeyed ? 'key-required' : compare(sha256(text), stored.digest);
  }
  const key = keys.find(stored.keyId ?? '');
  return key ? compare(hmacSha256(text, key), stored.digest) : 'key-missing';
}

const compare = (a: Uint8Array, b: Uint8Array): DigestMatch =>
  a.length === b.length && timingSafeEqual(a, b) ? 'same' : 'different';

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');

const hmacSha256 = (text: string, { key }: TokenKey): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();
