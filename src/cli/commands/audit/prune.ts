import { type Pruning, pruneTrail } from '../../../core/audit/prune.js';
import { planPrune } from '../../../core/audit/prune-plan.js';
import { assertRights } from '../../../core/rights/denied.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import { parseBefore } from '../../input/parse.js';
import type { Column } from '../../output/column.js';
import { progress } from '../../output/progress.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { PUBLIC_KEY, readKeptHead } from '../../shared/kept-head.js';

interface Options {
  before: (now: Date) => Date;
  head: string;
  publicKey?: string;
  dryRun?: boolean;
}

const FIELDS: Column<Pruning>[] = [
  { key: 'events', label: 'EVENTS' },
  { key: 'lastSeq', label: 'UP TO EVENT' },
  { key: 'sealNo', label: 'UP TO SEAL' },
  {
    key: 'resumed',
    label: 'LEFT OF AN EARLIER PRUNE',
    show: ({ resumed }) => (resumed === 0 ? '' : `${resumed}`),
  },
  {
    key: 'prune',
    label: 'PRUNE SEAL',
    show: ({ prune: made }) => (made === null ? '' : `${made.pruneNo} ${made.digest}`),
  },
];

const RIGHTS = {
  event: 'SELECT, INSERT, DELETE',
  event_seal: 'SELECT',
  event_void: 'SELECT',
  event_prune: 'SELECT, INSERT',
};

export const auditPrune: Command<Options> = {
  name: 'prune',
  summary: 'Remove old events from the audit trail, leaving a prune seal in their place',
  description:
    'Removes the events that were sealed before a time, at least 90 days ago, and that a head kept elsewhere confirms. Verifies the whole trail with the head first, and removes nothing if there are findings. A prune seal with the number and the digest of the removed events takes their place, and an event records who removed them. The seals stay: the trail can still be verified, also with heads that were kept before, and an export of the removed events can still be proved. If it is interrupted, run it again. Requires the role installer.',
  options: [
    {
      flags: '--before <time>',
      description: 'remove only events that were sealed before this time or this long ago, at least 90d',
      parse: parseBefore,
      required: true,
    },
    { flags: '--head <file>', description: 'a file with a head that was kept elsewhere', required: true },
    PUBLIC_KEY,
    DRY_RUN,
    OUT,
  ],
  examples: [
    { does: 'count what it would remove', command: 'audit prune --before 365d --head head.json --dry-run' },
    { does: 'keep the events first', command: 'audit export --until 2025-01-01 --out 2024.jsonl' },
    { does: 'remove them', command: 'audit prune --before 2025-01-01 --head head.json --yes' },
  ],
  rights: RIGHTS,
  async run({ before, head: file, publicKey, dryRun }, context) {
    const core = await context.core();
    const { head } = await readKeptHead(file, publicKey, context);
    await assertRights(RIGHTS, core.database);
    const checking = progress(context, 'events checked');
    const wish = { before: before(core.clock()), head, onProgress: checking.show };
    const plan = await planPrune(core, wish).finally(checking.end);
    const going = plan.events + plan.left;
    if (!dryRun && going > 0) {
      const upTo = plan.seal?.lastSeq ?? plan.leftUpTo;
      await context.prompts.confirm(`This removes ${going} events up to event ${upTo} permanently.`);
    }
    const bar = progress(context, 'events removed');
    const done = await pruneTrail(core, plan, { dryRun, onProgress: bar.show }).finally(bar.end);
    await context.output.one(done, FIELDS);
    const next = ' Run `scimctl audit seal`, then keep a new head.';
    sayDone(
      context,
      { dryRun },
      going === 0 ? 'No event is to be removed.' : `${going} events are removed.${dryRun ? '' : next}`,
    );
  },
};
