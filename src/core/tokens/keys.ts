import { configurationProblem, usageProblem } from '../../problem.js';

/** A secret key for hashing tokens, at least 32 bytes. */
export interface TokenKey {
  id: string;
  key: Uint8Array;
}

export interface TokenKeys {
  /** Hashes new tokens; nothing where plain SHA-256 is wanted. */
  current: TokenKey | undefined;
  find(id: string): TokenKey | undefined;
  /** Whether tokens hashed without a key are refused, so that write access to the database cannot plant one. */
  requireKeyed: boolean;
}

export const NO_KEYS: TokenKeys = { current: undefined, find: () => undefined, requireKeyed: false };

const MIN_KEY_BYTES = 32;

/**
 * Reads keys, one a line: an id, blanks, the key in base64. The first is for new tokens; the others are kept
 * for the tokens that were hashed with them. Lines that begin with `#` are comments.
 * @throws Problem `token-keys-invalid`; the message names the line, never what is in it.
 */
export function parseTokenKeys(text: string, source: string, requireKeyed = false): TokenKeys {
  const keys = new Map<string, TokenKey>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, id, encoded] =
      /^\s*([A-Za-z0-9][A-Za-z0-9._-]{0,62})\s+([A-Za-z0-9+/]+={0,2})\s*$/.exec(line) ?? [];
    const key = encoded === undefined ? new Uint8Array() : new Uint8Array(Buffer.from(encoded, 'base64'));
    if (!id || key.length < MIN_KEY_BYTES || keys.has(id)) {
      const what = id && keys.has(id) ? 'an id that an earlier line has' : 'no valid key';
      throw configurationProblem('token-keys-invalid', `Line ${at + 1} of ${source} contains ${what}.`, {
        hint: `Each line needs its own id, a space, and at least ${MIN_KEY_BYTES} random bytes in base64. \`scimctl token new-key ID\` prints such a line.`,
      });
    }
    keys.set(id, { id, key });
  }
  const [current] = keys.values();
  if (!current) {
    throw configurationProblem('token-keys-invalid', `${source} contains no key.`, {
      hint: 'Add the line that `scimctl token new-key ID` prints, or remove the setting.',
    });
  }
  return { current, find: (id) => keys.get(id), requireKeyed };
}

export const KEY_BYTES = 32;

/**
 * A line for the file of token keys: an id, a blank, 32 random bytes in base64. As long as the hash is wide,
 * which is what RFC 2104 §3 advises.
 * @throws Problem `token-key-id-invalid`.
 */
export function newTokenKeyLine(id: string, random: (bytes: number) => Uint8Array): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(id)) {
    throw usageProblem('token-key-id-invalid', `${JSON.stringify(id.slice(0, 80))} is not a valid key id.`, {
      hint: 'Use 1 to 63 letters, digits, dots, hyphens and underscores, starting with a letter or digit; for example: 2026-a.',
    });
  }
  return `${id} ${Buffer.from(random(KEY_BYTES)).toString('base64')}`;
}
