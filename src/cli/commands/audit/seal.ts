import { type Sealing, sealEvents } from '../../../core/audit/seal.js';
import type { Command } from '../../command.js';
import { duration } from '../../input/quantity.js';
import type { Column } from '../../output/output.js';
import { progress } from '../../output/progress.js';
import { DRY_RUN, sayDone } from '../shared.js';

interface Options {
  margin?: number;
  dryRun?: boolean;
}

const FIELDS: Column<Sealing>[] = [
  { key: 'events', label: 'EVENTS' },
  { key: 'seals', label: 'SEALS' },
  { key: 'waiting', label: 'WAITING' },
  { key: 'head', label: 'HEAD', show: ({ head }) => `${head.sealNo} (event ${head.lastSeq}) ${head.digest}` },
];

export const seal: Command<Options> = {
  name: 'seal',
  summary: 'Seal the events written since the last seal',
  description:
    'Puts the digests of the newest events into the chain of seals, from when on `audit verify` tells any change to them. For a scheduled job; safe to run at any time and several at once, and holds up nobody. Events behind a missing number wait until the margin is over: the number may be of a change that is not committed yet.',
  options: [
    {
      flags: '--margin <duration>',
      description: 'how long to wait for a missing number; 0s not to wait (default 10m)',
      parse: duration('0s', '7d'),
    },
    DRY_RUN,
  ],
  examples: [
    { does: 'in a scheduled job', command: 'audit seal -q' },
    { does: 'when nobody is writing', command: 'audit seal --margin 0s' },
  ],
  rights: { event: 'SELECT', event_seal: 'SELECT, INSERT' },
  async run({ margin, dryRun }, context) {
    const bar = progress(context, 'events sealed');
    const core = await context.core();
    const sealing = await sealEvents(core, { marginMs: margin, dryRun, onProgress: bar.show }).finally(
      bar.end,
    );
    await context.output.one(sealing, FIELDS);
    if (dryRun) sayDone(context, { dryRun }, `${sealing.events} events would be sealed.`);
  },
};
