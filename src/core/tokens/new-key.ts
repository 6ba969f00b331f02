import { usageProblem } from '../../problem.js';

const KEY_BYTES = 32;

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
