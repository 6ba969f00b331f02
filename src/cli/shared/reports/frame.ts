import { readHead } from '../../../core/audit/evidence/head.js';
import type { Core } from '../../../core/core.js';
import type { LeaverMonth } from '../../../core/users/report/past-year.js';
import type { Context } from '../../context.js';
import type { Cell, ListColumn, Report, SmallTable } from '../../output/report/model.js';
import type { OpenReport } from '../../output/report/write.js';

/** Completes a report with who made it and when, and with the head of the trail, and writes it. */
export async function finishReport(
  context: Context,
  core: Core,
  page: OpenReport,
  report: Omit<Report, 'at' | 'by' | 'head'>,
): Promise<void> {
  const head = await readHead(core);
  await page.write({ ...report, at: core.clock(), by: core.actor, head });
  context.talk.done(`Report written to ${page.file}.`);
}

/** A value of a list as a report has it: instants in RFC 3339 to the second, in UTC. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, 'Z');
  return typeof value === 'number' ? value : String(value);
}

/** The rows of a list in the order of the columns. */
export const rowsOf = <Row extends object>(rows: readonly Row[], columns: readonly ListColumn[]): Cell[][] =>
  rows.map((row) => columns.map(({ key }) => cellOf((row as Record<string, unknown>)[key])));

/** Leavers of the last twelve months. */
export const leaverTable = (months: readonly LeaverMonth[]): SmallTable => ({
  key: 'pastYear',
  title: 'Leavers of the last twelve months',
  note: 'From the audit trail. The end of a wait in the application itself counts in the month in which it was found. Ends before version 14 of the schema, and events that were pruned, are not recorded.',
  columns: [
    'Month',
    'Left',
    'Disabled at once',
    'Disabled later',
    'Median days waited',
    'In the application',
  ],
  rows: months.map(({ month, left, disabledAtOnce, disabledLater, medianDays, endedInApplication }) => [
    month,
    left,
    disabledAtOnce,
    disabledLater,
    medianDays,
    endedInApplication,
  ]),
});
