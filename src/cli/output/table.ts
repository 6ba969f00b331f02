import type { Column } from './output.js';
import { printableCell } from './printable.js';

export interface Style {
  color: boolean;
  isTerminal: boolean;
}

/** A list for people. Without a terminal: columns set apart by two blanks, no colour, no box drawing. */
export async function renderTable<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style: Style,
): Promise<string> {
  const head = columns.map(({ label }) => label);
  const body = rows.map((row) => columns.map((column) => printableCell(show(row, column))));
  const { default: Table } = await import('cli-table3');
  const chalk = await chalkFor(style);
  const table = new Table({
    head: head.map((label) => chalk.bold(label)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: {
      head: [],
      border: [],
      compact: true,
      ...(style.isTerminal ? {} : { 'padding-left': 0, 'padding-right': 2 }),
    },
    ...(style.isTerminal ? {} : { chars: NO_BOX }),
  });
  table.push(...body);
  return `${trimLines(table.toString())}\n`;
}

/** One thing, a field a line. Fields without a value are left out. */
export async function renderFields<Row extends object>(
  row: Row,
  fields: readonly Column<Row>[],
  style: Style,
): Promise<string> {
  const chalk = await chalkFor(style);
  const shown = fields
    .map((field) => [field.label, printableCell(show(row, field))] as const)
    .filter(([, text]) => text !== '');
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, text]) => `${chalk.bold(`${label}:`.padEnd(width + 1))}  ${text}\n`).join('');
}

/** Colours, or none. */
export async function chalkFor({ color }: Pick<Style, 'color'>) {
  const { Chalk } = await import('chalk');
  return new Chalk({ level: color ? 1 : 0 });
}

export function show<Row extends object>(row: Row, column: Column<Row>): string {
  if (column.show) return column.show(row);
  const value: unknown = row[column.key];
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return shortInstant(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** `2026-01-31 09:05 UTC`: to the minute, never in a local time zone. */
export const shortInstant = (instant: Date): string =>
  `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const trimLines = (text: string) => text.replace(/[ \t]+$/gm, '');

const NO_BOX = Object.fromEntries(
  ['top', 'bottom', 'mid']
    .flatMap((side) => [side, `${side}-left`, `${side}-right`, `${side}-mid`].map((name) => [name, '']))
    .concat(['left', 'left-mid', 'mid-mid', 'right', 'right-mid', 'middle'].map((name) => [name, ''])),
);
