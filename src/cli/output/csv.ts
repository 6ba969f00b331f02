import { printable } from '../../printable.js';
import type { Column } from './column.js';

/**
 * RFC 4180 with `\r\n`, a head of JSON keys, values as in JSON (instants RFC 3339). On a terminal, where nobody parses
 * it, what would do something there is escaped.
 */
export const renderCsv = <Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  isTerminal = false,
): string => csvHead(columns) + csvLines(rows, columns, isTerminal);

export const csvHead = <Row>(columns: readonly Column<Row>[]): string =>
  `${columns.map(({ key }) => key).join(',')}\r\n`;

/** The rows alone. */
export function csvLines<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  isTerminal = false,
): string {
  const shown = isTerminal ? printable : (text: string) => text;
  return rows.map((row) => `${columns.map(({ key }) => shown(cell(row[key]))).join(',')}\r\n`).join('');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return quote(JSON.stringify(value));
  if (typeof value !== 'string') return String(value);
  // Spreadsheets run a cell that starts like a formula (OWASP, CSV injection); an apostrophe stops them.
  return quote(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
}

const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
