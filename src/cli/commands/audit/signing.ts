import { readHead } from '../../../core/audit/evidence/head.js';
import { signHead } from '../../../core/audit/evidence/signed-head.js';
import type { SigningKey } from '../../../core/audit/evidence/signing-key.js';
import type { Head } from '../../../core/audit/evidence/trail-head.js';
import type { Core } from '../../../core/core.js';
import type { OptionSpec } from '../../option.js';

export const SIGNING_KEY: OptionSpec = {
  flags: '--signing-key <file>',
  description: 'sign with the private key in this file (default: signingKeyFile of the config file)',
};

/** The head as it is now, signed if there is a key. */
export async function currentHead(core: Core, key: SigningKey | undefined): Promise<Head> {
  const head = await readHead(core);
  return key ? signHead(head, key, core.clock()) : head;
}
