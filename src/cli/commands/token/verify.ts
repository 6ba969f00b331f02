import { type Verification, verifyOffline, verifyToken } from '../../../core/tokens/verify.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { readSecret } from '../../input/secret.js';
import type { Column } from '../../output/output.js';

const MEANINGS: Record<Verification['reason'], string> = {
  valid: 'the token works',
  form: 'this is not a scimctl token: its form is wrong',
  checksum: 'the checksum is wrong: a character was mistyped or is missing',
  unknown: 'no such token was ever issued here',
  digest: 'the id is known but the secret is not the right one',
  'key-missing': 'it was hashed with a key that is not there; restore the key, or issue a new token',
  'key-required': 'it was hashed without a key, and only keyed tokens are accepted',
  expired: 'the token has expired',
  revoked: 'the token was revoked',
  'account-disabled': 'the IdP is disabled',
  'account-removed': 'the IdP was removed',
};

const FIELDS: Column<Verification>[] = [
  { key: 'valid', label: 'VALID' },
  { key: 'reason', label: 'REASON', show: ({ reason }) => MEANINGS[reason] },
  { key: 'id', label: 'ID' },
  { key: 'idp', label: 'IDP' },
  { key: 'validUntil', label: 'VALID UNTIL' },
  { key: 'hashScheme', label: 'HASH' },
  { key: 'keyId', label: 'KEY' },
];

export const verify: Command<{ tokenFile?: string }> = {
  name: 'verify',
  summary: 'Say whether a token works, and if not, why',
  description:
    'Reads the token from a file, from stdin, or asks for it; never from the command line. Form and checksum are checked offline, then id, hash, status and service account. Exit 4 when it does not work.',
  options: [{ flags: '--token-file <file>', description: 'the file that holds it; - for stdin' }],
  examples: [
    { does: 'from a file', command: 'token verify --token-file entra.token' },
    { does: 'from stdin', command: 'token verify < entra.token' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT' },
  async run({ tokenFile }, context) {
    const text = (await readSecret(context, tokenFile, 'Token:')).trim();
    if (text === '') {
      throw usageProblem('token-not-given', 'No token was given.', {
        hint: 'Name a file with --token-file, or pipe the token in.',
      });
    }
    const offline = verifyOffline(text);
    const verification = 'valid' in offline ? offline : await verifyToken(await context.core(), text);
    await context.output.one(verification, FIELDS);
    return verification.valid ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};
