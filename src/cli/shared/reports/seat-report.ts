import type { Core } from '../../../core/core.js';
import type { SeatPool } from '../../../core/seats.js';
import type { Context } from '../../context.js';
import type { ListColumn } from '../../output/report/model.js';
import type { OpenReport } from '../../output/report/write.js';
import { limited } from '../limited.js';
import { finishReport, rowsOf } from './frame.js';
import { waitingParts } from './waiting.js';

const COLUMNS: ListColumn[] = [
  { key: 'licenceType', label: 'Pool', type: 'text' },
  { key: 'order', label: 'Order', type: 'number' },
  { key: 'total', label: 'Total', type: 'number' },
  { key: 'used', label: 'Used', type: 'number' },
  { key: 'free', label: 'Free', type: 'number' },
  { key: 'held', label: 'Held by pending accounts', type: 'number' },
];

/** The report of `seats`. */
export async function writeSeatReport(
  context: Context,
  core: Core,
  pools: readonly SeatPool[],
  page: OpenReport,
): Promise<void> {
  const { byPool, ...waiting } = await waitingParts(core);
  const held = new Map(byPool.map((pool) => [pool.licenceType, pool.seatsHeld]));
  const sum = (of: (pool: SeatPool) => number): number => pools.reduce((all, pool) => all + of(pool), 0);
  const rows = pools.map((pool) => ({
    ...pool,
    total: limited(pool.total),
    free: limited(pool.free),
    held: held.get(pool.licenceType) ?? 0,
  }));
  await finishReport(context, core, page, {
    title: 'Licence seats',
    about: 'The licence pools of the host application, in the order in which seats are taken.',
    figures: [
      { key: 'total', label: 'Seats', value: limited(sum(({ total }) => total)) },
      { key: 'used', label: 'Used', value: sum(({ used }) => used) },
      {
        key: 'free',
        label: 'Free',
        value: limited(sum(({ free }) => free)),
        isBad: sum(({ free }) => free) <= 0,
      },
      ...waiting.figures,
    ],
    charts: [
      {
        key: 'used',
        title: 'Used seats',
        bars: pools.map(({ licenceType, used }) => ({ label: licenceType, value: used })),
      },
      {
        key: 'held',
        title: 'Held by pending accounts',
        bars: rows.map((pool) => ({ label: pool.licenceType, value: pool.held, isBad: pool.held > 0 })),
      },
      ...waiting.charts,
    ],
    tables: waiting.tables,
    list: {
      title: 'Pools',
      empty: 'The host application has no licence pools.',
      columns: COLUMNS,
      rows: rowsOf(rows, COLUMNS),
    },
  });
}
