import { readHead } from '../../../core/audit/head.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';

export const auditHead: Command = {
  name: 'head',
  summary: 'Print the newest seal as JSON, to keep in another place',
  description:
    'Prints the number and the digest of the newest seal. Keep it in a place that users with write access to the database cannot change. With it, `audit verify --head` also detects a trail whose end was cut off, and a trail that was rewritten completely.',
  options: [OUT],
  examples: [
    { does: 'keep it under today’s date', command: 'audit head --out head-2026-01-31.json' },
    { does: 'verify with it later', command: 'audit verify --head head-2026-01-31.json' },
  ],
  rights: { event: 'SELECT', event_seal: 'SELECT', event_void: 'SELECT' },
  async run(_, context) {
    context.output.json(await readHead(await context.core()));
  },
};
