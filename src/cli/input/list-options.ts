import { usageProblem } from '../../problem.js';
import type { OptionSpec } from '../option.js';
import type { Column } from '../output/column.js';
import type { ListView } from '../output/output.js';
import { count } from './quantity.js';

/** By which column, and which way round. */
export interface Sorting<Key extends string = string> {
  key: Key;
  descending: boolean;
}

/** What the options of a list come to. */
export interface ListFlags<Key extends string = string> extends ListView {
  sort?: Sorting<Key>;
}

/** Writes what is printed to a file. Whoever declares it has it done by `run-command.ts`. */
export const OUT: OptionSpec = {
  flags: '--out <file>',
  writes: true,
  description: 'write to this file instead of stdout; replaces an existing file; CSV with a byte-order mark',
};

/** How a list is shown: its columns, its order, how much of it, and where to. */
export function listOptions<Row>(
  columns: readonly Column<Row>[],
  { limit = 0, unsortable = [] }: { limit?: number; unsortable?: readonly string[] } = {},
): OptionSpec[] {
  const keys = columns.map(({ key }) => key);
  const sorting = columns.filter(({ key }) => !unsortable.includes(key));
  const [sortable] = sorting.map(({ key }) => key);
  return [
    {
      flags: '--columns <names>',
      description: `show only these columns, in this order: "${keys.slice(0, 3).join(',')}"`,
      parse: (text) => namesIn(text, keys).map((name) => known(name, columns)),
    },
    { flags: '--wide', description: 'show all columns, and do not shorten cells to fit the terminal' },
    {
      flags: '--sort <column>',
      description: `sort by this column: ${sortable}, or -${sortable} for descending order`,
      parse: (text): Sorting => ({
        key: known(text.trim().replace(/^-/, ''), sorting),
        descending: text.trim().startsWith('-'),
      }),
    },
    {
      flags: '--limit <n>',
      description: `maximum number of rows; 0 for all (default ${limit === 0 ? 'all' : limit})`,
      parse: count(0, 1_000_000_000),
    },
    OUT,
  ];
}

/** @throws Problem `columns-missing`. */
function namesIn(text: string, keys: readonly string[]): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw usageProblem('columns-missing', `${JSON.stringify(text)} is not a valid list of columns.`, {
    hint: `Write names in quotes, with commas between them: "${keys.slice(0, 2).join(',')}".`,
  });
}

/**
 * The key of a column, by the key or by its heading in a table, whatever the case.
 * @throws Problem `column-unknown`.
 */
function known<Row>(name: string, columns: readonly Column<Row>[]): string {
  const isSaid = (text: string) => text.toLowerCase() === name.toLowerCase();
  const byKey = columns.filter(({ key }) => isSaid(key));
  const [found, ...others] = byKey.length > 0 ? byKey : columns.filter(({ label }) => isSaid(label));
  if (found && others.length === 0) return found.key;
  throw usageProblem('column-unknown', `There is no column ${JSON.stringify(name)}.`, {
    hint: `Use ${columns.map(({ key }) => key).join(', ')}.`,
  });
}

/** A list that is there in the order that was asked for; what has no value comes last. */
export function sorted<Row extends object>(rows: readonly Row[], sort: Sorting | undefined): readonly Row[] {
  if (!sort) return rows;
  const cellOf = (row: Row) => (row as Record<string, unknown>)[sort.key];
  return rows.toSorted((a, b) => compare(cellOf(a), cellOf(b), sort.descending ? -1 : 1));
}

function compare(a: unknown, b: unknown, direction: 1 | -1): number {
  const isNone = (value: unknown) => value === null || value === undefined;
  if (isNone(a) || isNone(b)) return Number(isNone(a)) - Number(isNone(b));
  if (typeof a === 'object' && !(a instanceof Date))
    return compare(JSON.stringify(a), JSON.stringify(b), direction);
  if (typeof a === 'string' && typeof b === 'string') return direction * COLLATOR.compare(a, b);
  return direction * (Number(a) - Number(b));
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'accent' });
