import type { SignatureState } from '../../../core/audit/evidence/signed-head.js';
import { verifyTrail } from '../../../core/audit/verify/verify.js';
import type { TrailVerification } from '../../../core/audit/verify/walk.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';
import { progress } from '../../output/progress.js';
import { PUBLIC_KEY, readKeptHead } from '../../shared/kept-head.js';
import { FINDING_COLUMNS, printFindings } from './findings.js';

/** With --head: what is known of its signature. */
interface Printed extends TrailVerification {
  headSignature?: SignatureState;
}

const FIELDS: Column<Printed>[] = [
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
  {
    key: 'headSignature',
    label: 'SIGNATURE OF THE KEPT HEAD',
    show: ({ headSignature }) => SIGNATURES[headSignature ?? 'absent'],
  },
  { key: 'findingCount', label: 'FINDINGS' },
];

const SIGNATURES: Record<SignatureState, string> = {
  valid: 'valid',
  unchecked: 'not verified',
  absent: '',
};

export const auditVerify: Command<{ head?: string; publicKey?: string }> = {
  name: 'verify',
  summary: 'Verify that the audit trail was not tampered with',
  description:
    'Compares every sealed event with its seal, and the seals with one another. Lists what was changed, removed or inserted, starting with the oldest. With a head that was kept elsewhere (`audit head`), it also detects a truncated trail and a trail that was rewritten as a whole. With --public-key, the head must have a valid signature. Changes nothing. Exit code 4 if there are findings.',
  options: [
    { flags: '--head <file>', description: 'a file with a head that was kept elsewhere, to compare with' },
    PUBLIC_KEY,
    OUT,
  ],
  examples: [
    { does: 'verify all sealed events', command: 'audit verify' },
    { does: 'compare with the head kept last month', command: 'audit verify --head head-2026-01-31.json' },
    {
      does: 'with a signed head',
      command: 'audit verify --head head-2026-01-31.json --public-key signing.pub',
    },
    { does: 'for a script', command: 'audit verify -o json' },
  ],
  rights: { event: 'SELECT', event_seal: 'SELECT', event_void: 'SELECT', event_prune: 'SELECT' },
  async run({ head: file, publicKey }, context) {
    const core = await context.core();
    if (file === undefined && publicKey !== undefined) throw headMissing();
    const kept = file === undefined ? undefined : await readKeptHead(file, publicKey, context);
    const bar = progress(context, 'events checked');
    const found = await verifyTrail(core, { head: kept?.head, onProgress: bar.show }).finally(bar.end);
    await print({ ...found, ...(kept && { headSignature: kept.signature }) }, context);
    return found.status === 'intact' ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};

async function print(found: Printed, context: Context): Promise<void> {
  const { output } = context;
  // CSV is one list: of what was found.
  if (output.format === 'csv') return output.list(found.findings, FINDING_COLUMNS, '');
  await output.one(found, FIELDS);
  await printFindings(found, 'The audit trail was tampered with.', context);
}

const headMissing = () =>
  usageProblem('head-missing', 'A public key verifies the signature of a head, and no head was named.', {
    hint: 'Name a signed head with --head, or leave out --public-key.',
  });
