import type { TrailFinding } from '../../../core/audit/verify/findings.js';
import type { Context } from '../../context.js';
import type { Column } from '../../output/column.js';

const MEANINGS: Record<TrailFinding['kind'], string> = {
  changed: 'the event was changed after it was sealed',
  removed: 'the event was sealed and then removed',
  inserted: 'the event was inserted after its neighbours were sealed',
  'seal-changed': 'the seal was changed: its events cannot be verified',
  'seal-removed': 'the seal is missing: its events cannot be verified',
  'seal-unlinked':
    'the seal does not continue the chain: it was planted, or the seal that it continued is gone',
  'event-planted':
    'the event was planted: the database did not assign its number, or does not accept its length',
  'void-changed': 'the void seal was changed: the rows that it declared void count again',
  'prune-changed':
    'the prune seal was changed or has no event: the events that it covers are reported as removed',
  'tail-cut': 'the trail ends before the kept head',
  'trail-resealed':
    'the trail was sealed again, in fewer seals than the kept head counts: what was sealed before cannot be compared',
  'head-mismatch': 'the seal does not match the kept head: the trail was rewritten, or it is another trail',
};

/** What `sealNo` is the number of, where it is no plain seal. */
const KINDS: Partial<Record<TrailFinding['kind'], string>> = {
  'void-changed': 'void seal',
  'prune-changed': 'prune seal',
};

type Bound = number | string | undefined;

const span = (from: Bound, to: Bound) =>
  from === undefined ? '' : to === undefined || to === from ? `${from}` : `${from} to ${to}`;

export const FINDING_COLUMNS: Column<TrailFinding>[] = [
  { key: 'kind', label: 'FINDING' },
  { key: 'seq', label: 'EVENT', align: 'right', show: ({ seq, toSeq }) => span(seq, toSeq) },
  { key: 'toSeq', label: 'TO EVENT', wide: true },
  { key: 'eventId', label: 'ID' },
  { key: 'sealNo', label: 'SEAL', align: 'right', show: ({ sealNo, toSealNo }) => span(sealNo, toSealNo) },
  { key: 'toSealNo', label: 'TO SEAL', wide: true },
];

/** `event 17: the event was sealed and is gone`. */
export function findingInWords({ kind, seq, sealNo, toSealNo }: TrailFinding): string {
  const seal = KINDS[kind] ?? 'seal';
  const where = seq === undefined ? `${seal} ${span(sealNo, toSealNo)}` : `event ${seq}`;
  return `${where}: ${MEANINGS[kind]}`;
}

/** For people: the findings after the result, and what the first of them means. */
export async function printFindings(
  { findings, findingCount }: { findings: readonly TrailFinding[]; findingCount: number },
  said: string,
  { output, talk, globals }: Context,
): Promise<void> {
  const [first] = findings;
  if (!first || output.format === 'json') return;
  if (!globals.quiet && output.format !== 'csv') await output.list(findings, FINDING_COLUMNS, '');
  const more = findingCount - findings.length;
  if (more > 0) talk.note(`${more} more findings are not listed.`);
  talk.warn(`${said} First finding, ${findingInWords(first)}.`);
}
