import type { CheckReport } from '../../../core/check/run-checks.js';
import type { SourceReport } from '../../../core/preflight/export/source-file.js';
import type { ExportReport } from '../../../core/preflight/export/user-list.js';
import type { Foreseen } from '../../../core/preflight/foresee.js';
import type { Preflight } from '../../../core/preflight/preflight.js';
import { printableCell } from '../../../printable.js';
import type { Context } from '../../context.js';
import { renderCheck } from '../../output/check.js';
import type { Column } from '../../output/column.js';
import type { ListView } from '../../output/output.js';
import { limitedTo, onlyKeys, writeJsonWithArray } from '../../output/pages.js';
import { besideName, wrapped } from '../../output/wrap.js';
import { limited } from '../../shared/limited.js';
import { catalogueRead } from './catalogue-read.js';
import { PERSON_COLUMNS } from './foreseen-columns.js';
import type { ListedPeople } from './listed-people.js';

export interface Result {
  summary: Preflight;
  report: ExportReport;
  checks: CheckReport;
  /** The users to list. */
  people: ListedPeople<Foreseen>;
}

type Summary = Preflight & ExportReport;

const WITH_CONDITION: Column<Summary> = { key: 'fits', label: 'FITS', show: fitsWithCondition };
const FIELDS: Column<Summary>[] = [
  { key: 'users', label: 'USERS' },
  { key: 'matched', label: 'MATCHED' },
  { key: 'toCreate', label: 'TO CREATE' },
  { key: 'linked', label: 'LINKED' },
  { key: 'ambiguous', label: 'AMBIGUOUS' },
  { key: 'protected', label: 'PROTECTED' },
  { key: 'claimed', label: 'CLAIMED' },
  { key: 'taken', label: 'TAKEN' },
  { key: 'disabled', label: 'DISABLED' },
  { key: 'doubtful', label: 'DOUBTFUL' },
  { key: 'invalid', label: 'INVALID' },
  { key: 'refused', label: 'REFUSED' },
  { key: 'toEnable', label: 'TO ENABLE' },
  { key: 'toDisable', label: 'TO DISABLE' },
  { key: 'becomePending', label: 'BECOME PENDING' },
  { key: 'changed', label: 'CHANGED', show: ({ changed }) => countsByName(changed) },
  { key: 'seatsNeeded', label: 'SEATS NEEDED' },
  { key: 'undecided', label: 'UNDECIDED', show: ({ undecided }) => unlessZero(undecided) },
  { key: 'seatsFree', label: 'SEATS FREE', show: ({ seatsFree }) => String(limited(seatsFree)) },
  { key: 'rehearsal', label: 'REHEARSED', show: ({ rehearsal }) => usedUp(rehearsal) },
  { key: 'completeness', label: 'COMPLETENESS' },
  { key: 'leftOut', label: 'LEFT OUT', show: ({ leftOut }) => countsByName(leftOut) },
  { key: 'guests', label: 'GUESTS', show: ({ guests }) => unlessZero(guests) },
  { key: 'merged', label: 'MERGED', show: ({ merged }) => unlessZero(merged) },
];

export async function printForeseen(
  { output, globals, talk }: Context,
  { summary, report, checks, people }: Result,
  view: ListView,
): Promise<void> {
  const all = { ...summary, ...report };
  if (output.format === 'json')
    return writeJsonWithArray({ ...all, ...checks }, ['people', listed(people, view)], output.write);
  for (const warning of report.warnings) talk.warn(warning);
  if (output.format === 'csv') {
    const compared = `${columnsRead(report.sources)}${catalogueRead(summary)}`;
    talk.note(`FITS: ${fitsWithCondition(all)}\n${compared.trimEnd()}`);
    return output.list(people.pages(), PERSON_COLUMNS, '', view);
  }
  // Scripts compare the output of --quiet with yes and no.
  if (globals.quiet) return output.one(all, [{ key: 'fits', label: 'FITS' }]);
  await output.one(all, [WITH_CONDITION, ...FIELDS]);
  output.text(`\n${columnsRead(report.sources, output.columns)}`);
  output.text(`\n${catalogueRead(summary, output.columns)}`);
  output.text(`\n${await renderCheck(checks, globals, output.columns)}`);
  if (people.isEmpty) return;
  output.text('\n');
  const columns = view.columns ? PERSON_COLUMNS : PERSON_COLUMNS.filter(({ key }) => people.says(key));
  await output.list(people.pages(), columns, '', view);
}

/** The users in the JSON document. */
function listed(people: ListedPeople<Foreseen>, { columns, limit = 0 }: ListView) {
  const pages = limitedTo(limit, people.pages(), () => undefined);
  return columns ? onlyKeys(pages, columns) : pages;
}

/** `fits` with its condition, if there may be more users. */
function fitsWithCondition({
  fits,
  completeness,
  refused,
  rehearsal,
  hostFaults,
  catalogue,
}: Summary): string {
  const { notTried = 0 } = rehearsal ?? {};
  if (hostFaults) {
    const [first, ...others] = hostFaults;
    return `no: ${first}${others.length > 0 ? `; and ${others.length} more` : ''}`;
  }
  if (!fits && refused > 0) return `no: the host application refuses ${counting(refused, 'user')}`;
  if (!fits && notTried > 0) return `no: ${counting(notTried, 'user')} could not be tried`;
  if (!fits) return 'no';
  if (completeness === 'incomplete') return 'yes, for these users only: the list is incomplete';
  const conditions = [
    ...(completeness === 'unknown' ? ['these are all users: the list does not say how many there are'] : []),
    ...(catalogue.unwritable === null && !rehearsal
      ? ['host_user can be written: this login cannot read its definition']
      : []),
  ];
  return conditions.length > 0 ? `yes, if ${conditions.join(', and if ')}` : 'yes';
}

const counting = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What a rehearsal wrote and rolled back. A sequence never returns the same number twice. */
function usedUp(counts: Preflight['rehearsal']): string {
  if (!counts) return '';
  const { created, changed, notTried } = counts;
  const skipped = notTried > 0 ? `; ${counting(notTried, 'user')} not tried` : '';
  const tried = `${counting(created, 'create')} and ${counting(changed, 'change')}, all rolled back${skipped}`;
  return created > 0 ? `${tried}; each create used up a sequence number` : tried;
}

export const unlessZero = (count: number): string => (count === 0 ? '' : String(count));

export const countsByName = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${what}: ${count}`)
    .join(', ');

/** The recognised columns and the missing ones. Files with the same columns, such as pages, are shown together. */
export function columnsRead(sources: readonly SourceReport[], width = Number.POSITIVE_INFINITY): string {
  const alike = new Map<string, SourceReport[]>();
  for (const source of sources) {
    const key = JSON.stringify([source.kind, source.columns]);
    alike.set(key, [...(alike.get(key) ?? []), source]);
  }
  return [...alike.values()].map((some) => columnsOfAlike(some, width)).join('');
}

function columnsOfAlike(sources: readonly SourceReport[], columnsOfTerminal: number): string {
  const [{ file, kind, columns, notFound }] = sources as [SourceReport];
  const entries = sources.reduce((sum, source) => sum + source.entries, 0);
  const others = sources.length === 1 ? '' : ` and ${sources.length - 1} more`;
  const origin = kind === 'other' ? '' : `, ${kind}`;
  const fields = [...Object.keys(columns), ...notFound];
  const width = Math.max(...fields.map((field) => field.length));
  const found = Object.entries(columns).map(([field, names]) => [field, names.join(', ')]);
  const lines = [
    ...wrapped(printableCell(`${file}${others}: ${entries} entries${origin}`), columnsOfTerminal),
    ...[...found, ...notFound.map((field) => [field, '(no column found)'])].flatMap(([field, text = '']) =>
      besideName(`  ${field}`, printableCell(text), width + 4, columnsOfTerminal),
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
