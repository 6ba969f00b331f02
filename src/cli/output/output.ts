import type { World } from '../../world.js';
import type { Globals } from '../globals.js';
import { renderCsv } from './csv.js';
import { printableCell } from './printable.js';
import { renderFields, renderTable, show } from './table.js';

/** One column of a list, or one field of an object. */
export interface Column<Row> {
  /** The JSON key; also the CSV head. */
  key: string & keyof Row;
  label: string;
  /** For people; the default suits text, numbers, booleans and instants. */
  show?: (row: Row) => string;
  /** Left out of the table, kept in CSV and JSON. */
  wide?: boolean;
  align?: 'right';
}

/** stdout: data, in the form that was asked for. */
export interface Output {
  readonly format: Globals['output'];
  /** A list: a table, one JSON array, or CSV. `empty` is what a person reads instead of an empty table. */
  list<Row extends object>(
    rows: readonly Row[],
    columns: readonly Column<Row>[],
    empty: string,
  ): Promise<void>;
  /** One thing: its fields a line each, one JSON object, or CSV of one row. */
  one<Row extends object>(row: Row, fields: readonly Column<Row>[]): Promise<void>;
  /** One JSON document, whatever the format. */
  json(document: unknown): void;
  /** Text as it is. */
  text(text: string): void;
}

export function createOutput(globals: Globals, world: World): Output {
  const write = (text: string): void => {
    world.stdout.write(text);
  };
  const json = (document: unknown) => write(`${JSON.stringify(document, null, 2)}\n`);
  const style = {
    color: globals.color,
    isTerminal: world.stdout.isTTY === true,
    width: world.stdout.columns ?? 80,
  };
  const { output: format, quiet } = globals;
  return {
    format,
    json,
    text: write,
    list: async (rows, columns, empty) => {
      if (format === 'json') return void json(rows);
      if (format === 'csv') return void write(renderCsv(rows, columns));
      if (quiet) return void write(essential(rows, columns));
      if (rows.length === 0) return void world.stderr.write(`${empty}\n`);
      const narrow = columns.filter(({ wide }) => !wide);
      write(await renderTable(rows, narrow, style));
    },
    one: async (row, fields) => {
      if (format === 'json') return void json(row);
      if (format === 'csv') return void write(renderCsv([row], fields));
      write(quiet ? essential([row], fields) : await renderFields(row, fields, style));
    },
  };
}

/** With --quiet: of each thing only its first field, a line each, for scripts. */
const essential = <Row extends object>(rows: readonly Row[], [first]: readonly Column<Row>[]): string =>
  rows.map((row) => `${first ? printableCell(show(row, first)) : ''}\n`).join('');
