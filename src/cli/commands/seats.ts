import { readSeats, type SeatPool } from '../../core/seats.js';
import type { Command } from '../command.js';
import { type ListFlags, listOptions, sorted } from '../input/list-options.js';
import type { Column } from '../output/column.js';
import { limited } from '../shared/limited.js';
import { WAITING_NEEDS } from '../shared/reports/needs.js';
import { REPORT, withReport } from '../shared/reports/option.js';
import { SUMMARIES } from './summaries.js';

const COLUMNS: Column<SeatPool>[] = [
  { key: 'licenceType', label: 'POOL' },
  { key: 'order', label: 'ORDER', align: 'right' },
  { key: 'total', label: 'TOTAL', align: 'right', show: ({ total }) => String(limited(total)) },
  { key: 'used', label: 'USED', align: 'right' },
  { key: 'free', label: 'FREE', align: 'right', show: ({ free }) => String(limited(free)) },
];

export const seats: Command<ListFlags & { report?: string }> = {
  name: 'seats',
  summary: SUMMARIES.seats,
  options: [REPORT, ...listOptions(COLUMNS)],
  examples: [
    { does: 'total, used and free', command: 'seats' },
    { does: 'free seats of all pools', command: "seats -o json | jq 'map(.free) | add'" },
  ],
  rights: { host_licence: 'SELECT' },
  async run({ report, ...flags }, context) {
    const core = await context.core();
    const needs = { file: report, ...WAITING_NEEDS, views: ['host_user'] as const };
    await withReport(context, core, needs, async (page) => {
      const pools = sorted(await readSeats(core), flags.sort);
      await context.output.list(pools, COLUMNS, 'The host application has no licence pools.', flags);
      if (page === undefined) return;
      const { writeSeatReport } = await import('../shared/reports/seat-report.js');
      await writeSeatReport(context, core, pools, page);
    });
  },
};
