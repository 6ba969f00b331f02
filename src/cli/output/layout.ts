import type { Column } from './column.js';
import { displayWidth } from './width.js';

/** Between two columns. */
export const GAP = 2;

/** A column of text may be cut to this, where a terminal has no room for more. */
const LEAST_TEXT = 12;
/** And to this, where none of the columns may be left out. */
const LEAST_OF_ALL = 6;
/** What the list is about is cut last: less important columns go first. */
const LEAST_OF_MAIN = 24;

export interface Layout<Row> {
  columns: Column<Row>[];
  /** Of each column, in columns of the terminal. */
  widths: number[];
  /** Whether a cell that is wider than its column is cut; otherwise it pushes the rest of its row aside. */
  cuts: boolean;
  /** Left out, because there was no room for them. */
  dropped: Column<Row>[];
}

/** The widest that each column has: of its label and of these cells. */
export const naturalWidths = <Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
): number[] =>
  columns.map(({ label }, at) =>
    cells.reduce((most, row) => Math.max(most, displayWidth(row[at] ?? '')), displayWidth(label)),
  );

/**
 * Fits a table into so many columns of a terminal. Text gives way first, down to a readable rest; then the least
 * important columns are left out; what is never cut (`whole`), such as an id, is cut only where it stands alone.
 * @param mayDrop false where a person has said which columns to show.
 */
export function fitted<Row>(
  columns: readonly Column<Row>[],
  natural: readonly number[],
  width: number,
  { mayDrop = true } = {},
): Layout<Row> {
  let kept = columns.map((column, at) => ({ column, at, natural: natural[at] ?? 0 }));
  const dropped: typeof kept = [];
  const leastOf = ({ column, natural: most }: (typeof kept)[number]) =>
    column.whole || column.align === 'right'
      ? most
      : Math.min(most, Math.max(leastText(column), displayWidth(column.label)));
  const leastText = ({ rank, least }: Column<Row>) => {
    if (!mayDrop) return LEAST_OF_ALL;
    return least ?? (rank === 0 ? LEAST_OF_MAIN : LEAST_TEXT);
  };
  const sum = (of: (one: (typeof kept)[number]) => number) =>
    kept.reduce((total, one) => total + of(one), 0) + GAP * (kept.length - 1);
  while (mayDrop && kept.length > 1 && sum(leastOf) > width) {
    const [victim] = [...kept].sort((a, b) => rankOf(b) - rankOf(a));
    kept = kept.filter((one) => one !== victim);
    if (victim) dropped.push(victim);
  }
  const widths = new Map(kept.map((one) => [one.at, leastOf(one)]));
  let room = width - sum(leastOf);
  // Those that lack least are satisfied first; what is left goes to the longer ones.
  for (const [served, one] of [...kept]
    .sort((a, b) => a.natural - leastOf(a) - (b.natural - leastOf(b)))
    .entries()) {
    const share = Math.max(0, Math.floor(room / (kept.length - served)));
    const more = Math.min(one.natural - leastOf(one), share);
    widths.set(one.at, leastOf(one) + more);
    room -= more;
  }
  const [only] = kept;
  if (only && kept.length === 1) widths.set(only.at, Math.min(only.natural, width));
  return {
    columns: kept.map(({ column }) => column),
    widths: kept.map(({ at }) => widths.get(at) ?? 0),
    cuts: true,
    dropped: dropped.sort((a, b) => a.at - b.at).map(({ column }) => column),
  };
}

/** The least important column is the last one, unless the list says otherwise. */
const rankOf = <Row>({ column, at }: { column: Column<Row>; at: number }) => column.rank ?? at;
