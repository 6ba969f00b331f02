import { declareVoid, type Voiding } from '../../../core/audit/declare-void.js';
import { planVoid } from '../../../core/audit/void-plan.js';
import { assertRights } from '../../../core/rights/denied.js';
import type { Command } from '../../command.js';
import { parseSeq } from '../../input/parse.js';
import { count } from '../../input/quantity.js';
import type { Column } from '../../output/output.js';
import { DRY_RUN, sayDone } from '../shared.js';

interface Options {
  seal?: number;
  event?: bigint;
  reason: string;
  dryRun?: boolean;
}

const FIELDS: Column<Voiding>[] = [
  { key: 'seals', label: 'SEALS' },
  { key: 'events', label: 'EVENTS' },
  { key: 'sealedAnew', label: 'SEALED ANEW' },
  {
    key: 'voids',
    label: 'VOID SEALS',
    show: ({ voids }) => voids.map(({ voidNo, digest }) => `${voidNo} ${digest}`).join(', '),
  },
];

const RIGHTS = { event: 'SELECT, INSERT', event_seal: 'SELECT', event_void: 'SELECT, INSERT' };

export const voidRows: Command<Options> = {
  name: 'void',
  summary: 'Declare planted seals and events void, without deleting them',
  description:
    'Writes a void seal that names every seal beside the chain, every changed seal, and every event that was planted, so that they no longer count as findings. --seal also takes a seal of the chain whose list is false: its events are sealed anew, as they are now. --event also takes one that no seal covers. Deletes nothing. First find out with `audit verify` what they are and who wrote them; only the installer may do this.',
  options: [
    { flags: '--reason <text>', description: 'why, for the trail', required: true },
    {
      flags: '--seal <number>',
      description: 'a seal of the chain whose list of events is false',
      parse: count(1, 2_147_483_647),
    },
    { flags: '--event <seq>', description: 'an event that no seal covers', parse: parseSeq },
    DRY_RUN,
  ],
  examples: [
    { does: 'see what would be void', command: 'audit void --reason "incident 4711" --dry-run' },
    { does: 'declare it void', command: 'audit void --reason "incident 4711" --yes' },
  ],
  rights: RIGHTS,
  async run({ seal, event, reason, dryRun }, context) {
    const core = await context.core();
    await assertRights(RIGHTS, core.database);
    const plan = await planVoid(core.database, {
      ...(seal !== undefined && { seals: [seal] }),
      ...(event !== undefined && { events: [event] }),
    });
    const [seals, events] = [plan.seals.length, plan.events.length];
    if (!dryRun && seals + events > 0) {
      await context.prompts.confirm(`This declares ${seals} seals and ${events} events void for ever.`);
    }
    const done = await declareVoid(core, plan, reason, { dryRun });
    await context.output.one(done, FIELDS);
    sayDone(
      context,
      { dryRun },
      seals + events === 0 ? 'There was nothing to declare void.' : 'Declared void.',
    );
  },
};
