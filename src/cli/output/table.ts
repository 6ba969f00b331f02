import { printableCell } from '../../printable.js';
import type { Column } from './column.js';
import { fitted, GAP, type Layout, naturalWidths } from './layout.js';
import { cutTo, padTo } from './width.js';
import { besideName, LEAST_BESIDE } from './wrap.js';

export interface Style {
  color: boolean;
  isTerminal: boolean;
  /** Columns of the terminal. */
  width: number;
}

/** How a person wants a table. */
export interface TableView {
  /** Show all columns and cut nothing, whatever the width of the terminal. */
  wide?: boolean;
  /** The columns were chosen: none of them is left out. */
  chosen?: boolean;
  /** Nothing is left out or cut: a text is broken between words instead. */
  keeps?: boolean;
}

/** So many rows at the beginning decide how wide the columns are. */
export const MEASURED_ROWS = 1000;

/** A longer table has no box: cli-table3 holds every cell against every row above it. */
const MAX_BOXED_ROWS = 100;

/** A table that is under way: its beginning, and how its other rows look. */
export interface Table<Row> {
  text: string;
  more: (rows: readonly Row[]) => string;
  /** Columns that the terminal has no room for. */
  dropped: readonly Column<Row>[];
}

/**
 * A list for people: boxed on a terminal that is wide enough. Without a terminal, on a narrow one, or when it is
 * long, columns set apart by two blanks, no box drawing. On a terminal it fits the width, unless it is to be wide.
 * @param rows the first of them: `MEASURED_ROWS` or more, or all there are.
 * @param isAll whether there are more.
 */
export async function beginTable<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style: Style,
  { wide = false, chosen = false, keeps = false }: TableView = {},
  isAll = true,
): Promise<Table<Row>> {
  const chalk = await chalkFor(style);
  const cells = rows.map((row) => columns.map((column) => printableCell(cellText(row, column))));
  const natural = naturalWidths(columns, cells.slice(0, MEASURED_ROWS));
  const boxed = natural.reduce((sum, width) => sum + width + 3, 1);
  if (style.isTerminal && isAll && rows.length <= MAX_BOXED_ROWS && boxed <= style.width) {
    return { text: await drawBox(columns, cells, chalk.bold), more: () => '', dropped: [] };
  }
  const whole = natural.reduce((sum, width) => sum + width + GAP, -GAP);
  if (style.isTerminal && keeps && whole > style.width)
    return keptWhole(cells, columns, natural, style, chalk.bold);
  const layout: Layout<Row> =
    style.isTerminal && !wide
      ? fitted(columns, natural, style.width, { mayDrop: !chosen })
      : { columns: [...columns], widths: natural, cuts: false, dropped: [] };
  const kept = layout.columns.map((column) => columns.indexOf(column));
  const head = lineOf(
    layout.columns.map(({ label }) => label),
    layout,
  ).split(/(\s{2,})/);
  const more = (others: readonly Row[]) =>
    others
      .map((row) =>
        lineOf(
          layout.columns.map((column) => printableCell(cellText(row, column))),
          layout,
        ),
      )
      .join('');
  const first = cells
    .map((row) =>
      lineOf(
        kept.map((at) => row[at] ?? ''),
        layout,
      ),
    )
    .join('');
  return {
    text: `${head
      .map((part) => (part.trim() === '' ? part : chalk.bold(part.trimEnd())))
      .join('')
      .trimEnd()}\n${first}`,
    more,
    dropped: layout.dropped,
  };
}

/**
 * All of a table that is wider than the terminal: the last column is broken between words; where there is no room for
 * that, each row is a block of its own, a field a line.
 */
function keptWhole<Row extends object>(
  cells: readonly (readonly string[])[],
  columns: readonly Column<Row>[],
  natural: readonly number[],
  style: Style,
  bold: (text: string) => string,
): Table<Row> {
  const last = columns.length - 1;
  const left = natural.slice(0, last).reduce((sum, width) => sum + width + GAP, 0);
  const head = columns.map(({ label }) => label);
  const isBesides = style.width - left >= LEAST_BESIDE;
  const lineOfRow = (row: readonly string[]) => {
    const before = row.slice(0, last).map((cell, at) => padTo(cell, natural[at] ?? 0, columns[at]?.align));
    const name = before.map((cell) => cell + ' '.repeat(GAP)).join('');
    return besideName(name, row[last] ?? '', left, style.width);
  };
  const blockOf = (row: readonly string[]) => [
    ...fieldLines(
      head.map((label, at) => [label, row[at] ?? '']),
      style,
      bold,
    ),
    '',
  ];
  const linesOf = (rows: readonly (readonly string[])[]) =>
    rows
      .flatMap((row) => (isBesides ? lineOfRow(row) : blockOf(row)))
      .map((line) => `${line.trimEnd()}\n`)
      .join('');
  return {
    text: (isBesides ? `${bold(lineOfRow(head).join('\n').trimEnd())}\n` : '') + linesOf(cells),
    more: (rows) => linesOf(rows.map((row) => columns.map((column) => printableCell(cellText(row, column))))),
    dropped: [],
  };
}

/** A short list as one text. */
export async function renderTable<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style: Style,
  view?: TableView,
): Promise<string> {
  return (await beginTable(rows, columns, style, view)).text;
}

function lineOf<Row>(cells: readonly string[], { columns, widths, cuts }: Layout<Row>): string {
  const last = cells.length - 1;
  let line = '';
  for (let at = 0; at <= last; at++) {
    const width = widths[at] ?? 0;
    const cell = cuts ? cutTo(cells[at] ?? '', width) : (cells[at] ?? '');
    const align = columns[at]?.align;
    line += at === last && align !== 'right' ? cell : padTo(cell, width, align);
    if (at < last) line += ' '.repeat(GAP);
  }
  return `${line.trimEnd()}\n`;
}

async function drawBox<Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  bold: (text: string) => string,
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    head: columns.map(({ label }) => bold(label)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], compact: true },
  });
  table.push(...cells.map((row) => [...row]));
  return `${table.toString().replace(/[ \t]+$/gm, '')}\n`;
}

/** One thing, a field a line. Fields without a value are left out. */
export async function renderFields<Row extends object>(
  row: Row,
  fields: readonly Column<Row>[],
  style: Style,
): Promise<string> {
  const chalk = await chalkFor(style);
  const shown = fields.map((field) => [field.label, printableCell(cellText(row, field))] as const);
  return fieldLines(shown, style, chalk.bold)
    .map((line) => `${line}\n`)
    .join('');
}

/** A field a line; a text that is longer than a terminal is broken between words, or stands below its label. */
function fieldLines(
  fields: readonly (readonly [label: string, text: string])[],
  { isTerminal, width: columns }: Style,
  bold: (text: string) => string,
): string[] {
  const shown = fields.filter(([, text]) => text !== '');
  const width = Math.max(0, ...shown.map(([label]) => label.length)) + 1;
  return shown.flatMap(([label, text]) => {
    const name = `${label}:`.padEnd(width);
    const [first = '', ...more] = besideName(
      name,
      text,
      width + GAP,
      isTerminal ? columns : Number.POSITIVE_INFINITY,
    );
    return [bold(first.slice(0, width)) + first.slice(width), ...more];
  });
}

/** Colours, or none. */
export async function chalkFor({ color }: Pick<Style, 'color'>) {
  const { Chalk } = await import('chalk');
  return new Chalk({ level: color ? 1 : 0 });
}

export function cellText<Row extends object>(row: Row, column: Column<Row>): string {
  if (column.show) return column.show(row);
  const value: unknown = row[column.key];
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return shortInstant(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `2026-01-31 09:05 UTC`: to the minute, never in a local time zone. */
export const shortInstant = (instant: Date): string =>
  `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
