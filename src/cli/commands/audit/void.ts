import { declareVoid, type Voiding } from '../../../core/audit/void/declare-void.js';
import { planVoid } from '../../../core/audit/void/void-plan.js';
import { assertRights } from '../../../core/rights/denied.js';
import type { Command } from '../../command.js';
import { parseSeq } from '../../input/parse.js';
import { count } from '../../input/quantity.js';
import type { Column } from '../../output/column.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

interface Options {
  seal?: number[];
  event?: bigint[];
  reason: string;
  dryRun?: boolean;
}

const FIELDS: Column<Voiding>[] = [
  { key: 'seals', label: 'SEALS' },
  { key: 'events', label: 'EVENTS' },
  { key: 'sealedAnew', label: 'SEALED AGAIN' },
  {
    key: 'voids',
    label: 'VOID SEALS',
    show: ({ voids }) => voids.map(({ voidNo, digest }) => `${voidNo} ${digest}`).join(', '),
  },
];

const RIGHTS = { event: 'SELECT, INSERT', event_seal: 'SELECT', event_void: 'SELECT, INSERT' };

export const auditVoid: Command<Options> = {
  name: 'void',
  summary: 'Declare planted seals and events void, without deleting them',
  description:
    'Writes a void seal that lists all seals beside the chain, all changed seals, and all planted events. They no longer count as findings. Deletes nothing. With --seal, it also lists seals of the chain whose lists of events are false, and seals their events again as they are now. With --event, it also lists events that no seal covers. Run `audit verify` first, and find out who wrote the rows. Requires the role installer.',
  options: [
    { flags: '--reason <text>', description: 'the reason, for the audit trail', required: true },
    {
      flags: '--seal <number...>',
      description: 'numbers of seals of the chain whose lists of events are false',
      parse: count(1, 2_147_483_647),
    },
    { flags: '--event <seq...>', description: 'numbers of events that no seal covers', parse: parseSeq },
    DRY_RUN,
  ],
  examples: [
    { does: 'count what it would declare void', command: 'audit void --reason "incident 4711" --dry-run' },
    { does: 'declare it void', command: 'audit void --reason "incident 4711" --yes' },
  ],
  rights: RIGHTS,
  async run({ seal: seals, event: events, reason, dryRun }, context) {
    const core = await context.core();
    await assertRights(RIGHTS, core.database);
    const plan = await planVoid(core.database, { seals, events });
    const [sealCount, eventCount] = [plan.seals.length, plan.events.length];
    const isNone = sealCount + eventCount === 0;
    if (!dryRun && !isNone) {
      await context.prompts.confirm(
        `This declares ${sealCount} seals and ${eventCount} events void permanently.`,
      );
    }
    const done = await declareVoid(core, plan, reason, { dryRun });
    await context.output.one(done, FIELDS);
    sayDone(context, { dryRun }, isNone ? 'No planted rows were found.' : 'The rows are void.');
  },
};
