import type { Verification } from '../../../core/tokens/judge.js';
import { verifyOffline, verifyToken } from '../../../core/tokens/verify.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { readSecret } from '../../input/secret.js';
import type { Column } from '../../output/column.js';

const MEANINGS: Record<Verification['reason'], string> = {
  valid: 'the token works',
  form: 'this is not a scimctl token: its format is wrong',
  checksum: 'the checksum does not match: a character is mistyped or missing',
  unknown: 'this token was never created here',
  digest: 'the id is known, but the secret is wrong',
  'key-missing': 'the key of the token is missing; restore the key, or create a new token',
  'key-required': 'the token was hashed without a key, but only keyed tokens are accepted',
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

export const tokenVerify: Command<{ tokenFile?: string }> = {
  name: 'verify',
  summary: 'Check whether a token works, and if not, why',
  description:
    'Reads the token from a file or from stdin, or asks for it; never from the command line. Checks format and checksum offline, then id, hash, status and service account in the database. Exit code 4 if the token does not work.',
  options: [{ flags: '--token-file <file>', description: 'file with the token; - for stdin' }],
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
