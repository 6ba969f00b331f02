import { resolve } from 'node:path';
import type { Finding } from '../../../core/audit/findings.js';
import { type KeptHead, parseHead } from '../../../core/audit/head.js';
import { type TrailVerification, verifyTrail } from '../../../core/audit/verify.js';
import { usageProblem } from '../../../problem.js';
import { readTextFile } from '../../../text-file.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/output.js';
import { progress } from '../../output/progress.js';

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
  { key: 'head', label: 'HEAD', show: ({ head }) => `${head.sealNo} (event ${head.lastSeq}) ${head.digest}` },
  { key: 'findingCount', label: 'FINDINGS' },
];

const MEANINGS: Record<Finding['kind'], string> = {
  changed: 'the event was changed after it was sealed',
  removed: 'the event was sealed and then removed',
  inserted: 'the event was inserted after its neighbours were sealed',
  'seal-changed': 'the seal was changed: its events cannot be verified',
  'seal-removed': 'the seal is missing: its events cannot be verified',
  'tail-cut': 'the trail ends before the kept head',
  'head-mismatch': 'the seal does not match the kept head: the trail was rewritten, or it is another trail',
};

const span = (from: number | undefined, to: number | undefined) =>
  from === undefined ? '' : to === undefined || to === from ? `${from}` : `${from} to ${to}`;

const FINDING_COLUMNS: Column<Finding>[] = [
  { key: 'kind', label: 'FINDING' },
  { key: 'seq', label: 'EVENT', align: 'right', show: ({ seq, toSeq }) => span(seq, toSeq) },
  { key: 'toSeq', label: 'TO EVENT', wide: true },
  { key: 'eventId', label: 'ID' },
  { key: 'sealNo', label: 'SEAL', align: 'right', show: ({ sealNo, toSealNo }) => span(sealNo, toSealNo) },
  { key: 'toSealNo', label: 'TO SEAL', wide: true },
];

export const verify: Command<{ head?: string }> = {
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
  rights: { event: 'SELECT', event_seal: 'SELECT' },
  async run({ head: file }, context) {
    const head = file === undefined ? undefined : await readKeptHead(file, context);
    const bar = progress(context, 'events checked');
    const core = await context.core();
    const found = await verifyTrail(core, { head, onProgress: bar.show }).finally(bar.end);
    await print(found, context);
    return found.status === 'intact' ? EXIT_CODES.done.code : EXIT_CODES.prerequisite.code;
  },
};

async function print(found: TrailVerification, { output, talk, globals }: Context): Promise<void> {
  // CSV is one list: of what was found.
  if (output.format === 'csv') return output.list(found.findings, FINDING_COLUMNS, '');
  await output.one(found, FIELDS);
  const [first] = found.findings;
  if (!first || output.format === 'json') return;
  if (!globals.quiet) await output.list(found.findings, FINDING_COLUMNS, '');
  const more = found.findingCount - found.findings.length;
  if (more > 0) talk.note(`${more} more findings are not listed.`);
  const where = first.seq === undefined ? `seal ${span(first.sealNo, first.toSealNo)}` : `event ${first.seq}`;
  talk.warn(`The audit trail was tampered with. First finding, ${where}: ${MEANINGS[first.kind]}.`);
}

/** @throws Problem `head-unreadable` or `head-invalid`. */
async function readKeptHead(file: string, { world }: Context): Promise<KeptHead> {
  const path = resolve(world.cwd, file);
  const text = await readTextFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw usageProblem('head-unreadable', `The file ${path} cannot be read (${cause.code ?? 'error'}).`, {
      hint: 'Name a file with the output of `scimctl audit head`.',
      cause,
    });
  });
  return parseHead(text);
}
