import { ROWS_PLANTED, type Sealing, sealEvents } from '../../../core/audit/seal.js';
import type { Core } from '../../../core/core.js';
import { observeEnds } from '../../../core/users/life/observe-ends.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { duration } from '../../input/quantity.js';
import type { Column } from '../../output/column.js';
import { progress } from '../../output/progress.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { waitingText } from '../../shared/seal-after.js';
import { printFindings } from './findings.js';

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

export const auditSeal: Command<Options> = {
  name: 'seal',
  summary: 'Seal the events that were written since the last seal',
  description:
    'Adds the digests of the newest events to the chain of seals. From then on, `audit verify` detects any change to these events. First, it records which accounts that were pending have been disabled or removed in the application since the last time. Commands and `serve` seal what they write; where neither runs, run it from a scheduled job. It is safe to run at any time, also several times at once, and blocks no other work. If an event number is missing, it asks the database whether a change that may have that number is still in progress; later events are sealed when there is none. Rows that were planted beside the chain are skipped and listed, with exit code 4.',
  options: [
    {
      flags: '--margin <duration>',
      description: 'how long to wait for a missing event number; 0s: do not wait (default 5s)',
      parse: duration('0s', '7d'),
    },
    DRY_RUN,
  ],
  examples: [
    { does: 'in a scheduled job', command: 'audit seal -q' },
    { does: 'as far as it goes at once', command: 'audit seal --margin 0s' },
  ],
  rights: {
    event: 'SELECT, INSERT',
    event_seal: 'SELECT, INSERT',
    event_void: 'SELECT',
    service_account: 'SELECT',
    identity: 'SELECT, UPDATE',
    host_user: 'SELECT',
  },
  async run({ margin, dryRun }, context) {
    const bar = progress(context, 'events sealed');
    const core = await context.core();
    if (!dryRun) await observed(core, context);
    const sealing = await sealEvents(core, { waitMs: margin, dryRun, onProgress: bar.show }).finally(bar.end);
    await context.output.one(sealing, FIELDS);
    if (sealing.waiting > 0) context.talk.warn(waitingText(sealing.waiting));
    if (dryRun) sayDone(context, { dryRun }, `${sealing.events} events are sealed.`);
    if (sealing.findingCount === 0) return EXIT_CODES.done.code;
    await printFindings(sealing, ROWS_PLANTED, context);
    return EXIT_CODES.prerequisite.code;
  },
};

/** What ended in the application is written down first, so that it is sealed with the rest. Sealing goes on without it. */
async function observed(core: Core, { talk }: Context): Promise<void> {
  try {
    await observeEnds(core);
  } catch (error) {
    talk.detail(String(error));
    talk.warn(
      'scimctl could not check whether pending accounts were disabled in the application. Run `scimctl users pending` to see why.',
    );
  }
}
