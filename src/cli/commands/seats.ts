import { readSeats, type SeatPool } from '../../core/seats.js';
import type { Command } from '../command.js';
import { type ListFlags, listOptions, sorted } from '../input/list-options.js';
import type { Column } from '../output/column.js';
import { SUMMARIES } from './summaries.js';

const COLUMNS: Column<SeatPool>[] = [
  { key: 'licenceType', label: 'POOL' },
  { key: 'order', label: 'ORDER', align: 'right' },
  { key: 'total', label: 'TOTAL', align: 'right', show: ({ total }) => limited(total) },
  { key: 'used', label: 'USED', align: 'right' },
  { key: 'free', label: 'FREE', align: 'right', show: ({ free }) => limited(free) },
];

function limited(seats: number): string {
  return Number.isFinite(seats) ? String(seats) : 'unlimited';
}

export const seats: Command<ListFlags> = {
  name: 'seats',
  summary: SUMMARIES.seats,
  options: listOptions(COLUMNS),
  examples: [
    { does: 'total, used and free', command: 'seats' },
    { does: 'free seats of all pools', command: "seats -o json | jq 'map(.free) | add'" },
  ],
  rights: { host_licence: 'SELECT' },
  async run(flags, context) {
    await context.output.list(
      sorted(await readSeats(await context.core()), flags.sort),
      COLUMNS,
      'The host application has no licence pools.',
      flags,
    );
  },
};
