import type { Core } from '../../../core/core.js';
import { durationText } from '../../../core/users/report/ageing.js';
import { pastYear } from '../../../core/users/report/past-year.js';
import { type PendingFigures, readPendingFigures } from '../../../core/users/report/pending-figures.js';
import { Problem } from '../../../problem.js';
import type { Context } from '../../context.js';
import type { Chart, Figure, Report, SmallTable } from '../../output/report/model.js';
import { leaverTable } from './frame.js';

/** The parts that every report has: who is pending now and for how long, of which IdP, and the leavers of a year. */
export type WaitingParts = Pick<Report, 'figures' | 'charts' | 'tables'>;

/** Of a report whose list is another one. The accounts of all IdPs are counted, as they are now. */
export async function waitingParts(core: Core): Promise<WaitingParts & Pick<PendingFigures, 'byPool'>> {
  const figures = await readPendingFigures(core);
  return {
    byPool: figures.byPool,
    figures: [
      { key: 'pending', label: 'Pending accounts', value: figures.pending },
      ...waitingFigures(figures),
    ],
    charts: [ageingChart(figures, 'How long pending accounts have waited')],
    tables: [byIdpTable(figures, 'Pending accounts by IdP'), leaverTable(await pastYear(core))],
  };
}

/** The same, or only the leavers, with a warning, where there is no host application or it is not for this login. */
export async function readableWaitingParts(context: Context, core: Core): Promise<WaitingParts> {
  try {
    return await waitingParts(core);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'host-views-missing') throw error;
    context.talk.warn(`The report does not show the pending accounts: ${error.message}`);
    return { figures: [], charts: [], tables: [leaverTable(await pastYear(core))] };
  }
}

export const waitingFigures = ({ longestDays, seatsHeld }: PendingFigures): Figure[] => [
  { key: 'longestDays', label: 'Longest wait, days', value: longestDays },
  { key: 'seatsHeld', label: 'Seats held while waiting', value: seatsHeld },
];

export const ageingChart = ({ ageing }: PendingFigures, title: string): Chart => ({
  key: 'ageing',
  title,
  bars: ageing.map(({ label, count, isLate: isBad }) => ({ label, value: count, isBad })),
});

/** @param maxAgeMs how long an account may wait, by the policy of the company. */
export function byIdpTable({ byIdp }: PendingFigures, title: string, maxAgeMs?: number): SmallTable {
  const hasPolicy = maxAgeMs !== undefined;
  return {
    key: 'byIdp',
    title,
    columns: [
      ...['IdP', 'Pending'],
      ...(hasPolicy ? [`Over ${durationText(maxAgeMs)}`] : []),
      ...['Longest wait, days', 'Seats held'],
    ],
    rows: byIdp.map(({ idp, pending, late, longestDays, seatsHeld }) => [
      ...[idp, pending],
      ...(hasPolicy ? [late] : []),
      ...[longestDays, seatsHeld],
    ]),
  };
}
