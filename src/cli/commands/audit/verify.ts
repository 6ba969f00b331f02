import { verifyTrail } from '../../../core/audit/verify/verify.js';
import type { TrailVerification } from '../../../core/audit/verify/walk.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';
import { progress } from '../../output/progress.js';
import { FINDING_COLUMNS, printFindings } from './findings.js';
import { readKeptHead } from './kept-head.js';

const FIELDS: Column<TrailVerification>[] = [
  { key: 'status', label: 'STATUS' },
  { key: 'events', label: 'EVENTS' },
  { key: 'sealed', label: 'SEALED' },
  { key: 'unsealed', label: 'NOT YET SEALED' },
  {
    key: 'unproved',
    label: 'CANNOT BE VERIFIED',
    show: ({ unproved }) => (unproved === 0 ? '' : `${unproved}`),
  },
  {
    key: 'voided',
    label: 'DECLARED VOID',
    show: ({ voided: { seals, events } }) => (seals + events === 0 ? '' : `${seals} seals, ${events} events`),
  },
  {
    key: 'pruned',
    label: 'PRUNED',
    show: ({ pruned: { events, lastSeq } }) =>
      lastSeq === 0 ? '' : `${events} events, up to event ${lastSeq}`,
  },
  { key: 'head', label: 'HEAD', show: ({ head }) => `${head.sealNo} (event ${head.lastSeq}) ${head.digest}` },
  { key: 'findingCount', label: 'FINDINGS' },
];

export const auditVerify: Command<{ head?: string }> = {
  name: 'verify',
  summary: 'Verify that the audit trail was not tampered with',
  description:
    'Compares every sealed event with its seal, and the seals with one another. Lists what was changed, removed or inserted, starting with the oldest. With a head that was kept elsewhere (`audit head`), it also detects a truncated trail and a trail that was rewritten as a whole. Changes nothing. Exit code 4 if there are findings.',
  options: [
    { flags: '--head <file>', description: 'a file with a head that was kept elsewhere, to compare with' },
    OUT,
  ],
  examples: [
    { does: 'verify all sealed events', command: 'audit verify' },
    { does: 'compare with the head kept last month', command: 'audit verify --head head-2026-01-31.json' },
    { does: 'for a script', command: 'audit verify -o json' },
  ],
  rights: { event: 'SELECT', event_seal: 'SELECT', event_void: 'SELECT', event_prune: 'SELECT' },
  async run({ head: file }, context) {
    const core = await context.core();
    const head = file === undefined ? undefined : await readKeptHead(file, context);
    const bar = progress(context, 'events checked');
    const found = await verifyTrail(core, { head, onProgress: bar.show }).finally(bar.end);
    await print(found, context);
    return found.status === 'intact' ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};

async function print(found: TrailVerification, context: Context): Promise<void> {
  const { output } = context;
  // CSV is one list: of what was found.
  if (output.format === 'csv') return output.list(found.findings, FINDING_COLUMNS, '');
  await output.one(found, FIELDS);
  await printFindings(found, 'The audit trail was tampered with.', context);
}
