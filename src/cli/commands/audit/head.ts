import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import { readSigningKey } from '../../settings/signing-key.js';
import { currentHead, SIGNING_KEY } from './signing.js';

export const auditHead: Command<{ signingKey?: string }> = {
  name: 'head',
  summary: 'Print the newest seal as JSON, to keep in another place',
  description:
    'Prints the number and the digest of the newest seal. Keep it in a place that users with write access to the database cannot change. With it, `audit verify --head` also detects a trail whose end was cut off, and a trail that was rewritten completely. If there is a key (signingKeyFile, `audit new-key`), the head is signed.',
  options: [SIGNING_KEY, OUT],
  examples: [
    { does: 'keep it under today’s date', command: 'audit head --out head-2026-01-31.json' },
    { does: 'signed', command: 'audit head --signing-key signing.key --out head-2026-01-31.json' },
    { does: 'verify with it later', command: 'audit verify --head head-2026-01-31.json' },
  ],
  rights: { event: 'SELECT', event_seal: 'SELECT', event_void: 'SELECT' },
  async run({ signingKey }, context) {
    const core = await context.core();
    context.output.json(await currentHead(core, await readSigningKey(context, signingKey)));
  },
};
