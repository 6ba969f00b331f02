import { printableCell } from '../../../printable.js';
import { type Html, html } from './html.js';
import type { Cell, ListColumn, ReportList } from './model.js';

/** A column as the page has it. */
interface PackedColumn extends ListColumn {
  /** The values of the column, where they are few: a cell is a number of one of them. */
  values?: string[];
  /** The classes of its cells. */
  look: string;
  /** 1 in a cell stands for the value of this column of the row. */
  sameAs?: number;
}

export interface PackedList {
  columns: PackedColumn[];
  rows: Cell[][];
}

/** More different values than this are written in each row. */
const FEW = 200;

/**
 * The list as JSON, in as few bytes as a browser reads without help: values that come again are numbers, and an
 * address that is the login name is not repeated. Texts are as the page shows them.
 */
export function packedList({ columns, rows }: Pick<ReportList, 'columns' | 'rows'>): PackedList {
  const login = columns.findIndex(({ key }) => key === 'loginName');
  const ways = columns.map(({ type, key }, at): { values?: Map<string, number>; sameAs?: number } => {
    if (type !== 'text') return {};
    if (key === 'email' && login >= 0) return { sameAs: login };
    const values = new Map<string, number>();
    for (const row of rows) {
      const cell = asText(row[at]);
      if (cell === null || values.has(cell)) continue;
      if (values.set(cell, values.size).size > FEW) return {};
    }
    return { values };
  });
  return {
    columns: columns.map((column, at) => {
      const { values, sameAs } = ways[at] ?? {};
      const shown = values && [...values.keys()].map(printableCell);
      const look = lookOf(column, at, rows);
      return { ...column, look, ...(shown && { values: shown }), ...(sameAs !== undefined && { sameAs }) };
    }),
    rows: rows.map((row) =>
      row.map((cell, at) => {
        const { values, sameAs } = ways[at] ?? {};
        // In a column of texts, a number stands for a value. A value that is a number is written as text.
        const value = columns[at]?.type === 'text' ? asText(cell) : cell;
        if (typeof value !== 'string') return value;
        if (values) return values.get(value) ?? null;
        return sameAs !== undefined && value === asText(row[sameAs]) ? 1 : printableCell(value);
      }),
    ),
  };
}

const asText = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);

/** Short texts are never broken, long ones where the column ends. */
const SHORT = 16;

const lookOf = ({ type }: ListColumn, at: number, rows: ReportList['rows']): string =>
  type === 'text' && rows.every((row) => String(row[at] ?? '').length <= SHORT) ? 'text short' : type;

/** The number of rows that the page contains without its script, for mail programs that run no scripts. */
const WITHOUT_SCRIPT = 200;

export function listTable({ title, columns, rows }: ReportList): Html {
  const flag = columns.findIndex(({ type }) => type === 'flag');
  const looks = columns.map((column, at) => lookOf(column, at, rows));
  const heads = columns.map(
    ({ label }, at) => html`<th scope="col" class="${looks[at] ?? ''}">${label}</th>`,
  );
  const lines = rows.slice(0, WITHOUT_SCRIPT).map((row) => {
    const cells = columns.map(({ type, label }, at) => {
      const text = shownCell(row[at] ?? null, type);
      return html`<td class="${looks[at] ?? ''}" data-label="${label}">${text === '' ? '' : html`<bdi>${text}</bdi>`}</td>`;
    });
    return html`<tr${row[flag] === 1 ? html` class="late"` : ''}>${cells}</tr>`;
  });
  return html`<div class="scroll"><table id="list"><caption>${title}</caption><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

export const hasMoreThanShown = ({ rows }: ReportList): boolean => rows.length > WITHOUT_SCRIPT;

/** An RFC 3339 instant in UTC as a report shows it: `2026-01-31 08:00 UTC`. */
export const instantText = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

function shownCell(cell: Cell, type: ListColumn['type']): string {
  if (cell === null) return '';
  if (type === 'instant') return instantText(String(cell));
  if (type === 'flag') return cell === 1 ? 'yes' : '';
  return String(cell);
}
