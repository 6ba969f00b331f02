import { printable, printableCell, printableJson } from '../../printable.js';
import type { World } from '../../world.js';
import type { Globals } from '../globals.js';
import type { Column } from './column.js';
import { csvHead, csvLines, renderCsv } from './csv.js';
import { type Sink, stdoutSink } from './files/sink.js';
import {
  handOver,
  limitedTo,
  onlyKeys,
  type Rows,
  tablePages,
  withBeginning,
  writeJsonArray,
} from './pages.js';
import { beginTable, cellText, MEASURED_ROWS, renderFields, type Table, type TableView } from './table.js';
import { talkWidth } from './talk.js';
import { sentences } from './wrap.js';

/** What a person wants of a list. */
export interface ListView {
  /** Keys of the columns, in the order in which to show them. */
  columns?: readonly string[];
  /** All columns, and nothing cut. */
  wide?: boolean;
  /** A part of a longer report, whose command has no options for it: what does not fit is left out. */
  isExcerpt?: boolean;
  /** At most so many rows; 0 for all. */
  limit?: number;
}

/** stdout, or the file that takes its place: data, in the form that was asked for. */
export interface Output {
  readonly format: Globals['output'];
  /** Of the terminal that data goes to; nothing where it goes elsewhere. */
  readonly columns: number | undefined;
  /**
   * A list: a table, one JSON array, or CSV, page by page. `empty` is what a person reads instead of an empty table.
   * @param view what the options of the command say; without it, a narrow terminal still gets all of the table.
   */
  list<Row extends object>(
    rows: Rows<Row>,
    columns: readonly Column<Row>[],
    empty: string,
    view?: ListView,
  ): Promise<void>;
  /** One thing: its fields a line each, one JSON object, or CSV of one row. */
  one<Row extends object>(row: Row, fields: readonly Column<Row>[]): Promise<void>;
  /** CSV, whatever the format. */
  csv<Row extends object>(rows: Rows<Row>, columns: readonly Column<Row>[]): Promise<void>;
  /** One JSON document, whatever the format. */
  json(document: unknown): void;
  /** Text as it is. */
  text(text: string): void;
  /** The same, waiting until the reader has caught up; false when nobody reads any more. */
  write(text: string): Promise<boolean>;
}

/** Spreadsheets take a CSV file without it for one of the machine's code page. */
const BYTE_ORDER_MARK = '\uFEFF';

export function createOutput(globals: Globals, world: World, sink: Sink = stdoutSink(world)): Output {
  // What fails is said when all is written.
  const text = (part: string): void => void sink.write(part).catch(() => undefined);
  const json = (document: unknown) => text(`${printableJson(JSON.stringify(document, null, 2))}\n`);
  const style = {
    color: globals.color && !sink.isFile,
    isTerminal: sink.isTerminal,
    width: sink.width,
  };
  const { output: format, quiet } = globals;
  const mark = sink.isFile ? BYTE_ORDER_MARK : '';
  const note = (said: string) => {
    if (!quiet) world.stderr.write(`${sentences(printable(said), talkWidth(world))}\n`);
  };

  const writeCsv = async <Row extends object>(
    pages: AsyncIterable<readonly Row[]>,
    columns: readonly Column<Row>[],
  ): Promise<void> => {
    await sink.write(mark + csvHead(columns));
    await handOver(pages, (page) => sink.write(csvLines(page, columns, sink.isTerminal)));
  };

  const writeTable = async <Row extends object>(
    pages: AsyncIterable<readonly Row[]>,
    columns: readonly Column<Row>[],
    empty: string,
    view: TableView,
    advice: string,
  ): Promise<void> => {
    let table: Table<Row> | undefined;
    let count = 0;
    for await (const { page, isAll } of withBeginning(pages, MEASURED_ROWS)) {
      count += page.length;
      if (count === 0) {
        if (empty !== '') note(empty);
        break;
      }
      const next = table ? table.more(page) : undefined;
      table ??= await beginTable(page, columns, style, view, isAll);
      if (!(await sink.write(next ?? table.text))) break;
    }
    const dropped = (table?.dropped ?? []).map(({ label }) => label);
    if (dropped.length > 0)
      note(`Not shown because the terminal is too narrow: ${dropped.join(', ')}.${advice}`);
  };

  return {
    format,
    columns: sink.isTerminal ? sink.width : undefined,
    json,
    text,
    write: sink.write,
    list: async (rows, columns, empty, view) => {
      const { columns: keys, wide, limit = 0, isExcerpt = false } = view ?? {};
      const chosen = keys && columnsNamed(keys, columns);
      let isCut = false;
      const pages = limitedTo(limit, tablePages(rows), () => {
        isCut = true;
      });
      const all = chosen ?? columns;
      const print = async (): Promise<void> => {
        if (format === 'csv') return writeCsv(pages, all);
        if (format === 'json')
          return void (await writeJsonArray(keys ? onlyKeys(pages, keys) : pages, sink.write));
        if (quiet) return void (await handOver(pages, (page) => sink.write(essential(page, all))));
        const shown = wide || chosen ? all : all.filter((column) => !column.wide);
        // Without options that would show the rest, all of it is shown.
        const table = { wide, chosen: chosen !== undefined, keeps: view === undefined };
        return writeTable(pages, shown, empty, table, isExcerpt ? '' : ' Use --wide or --columns.');
      };
      await print();
      if (isCut) note(`There are more than ${limit} rows. Use --limit to see more.`);
    },
    one: async (row, fields) => {
      if (format === 'json') return void json(row);
      if (format === 'csv') return void text(mark + renderCsv([row], fields, sink.isTerminal));
      text(quiet ? essential([row], fields) : await renderFields(row, fields, style));
    },
    csv: (rows, columns) => writeCsv(tablePages(rows), columns),
  };
}

/** With --quiet: of each thing only its first field, a line each, for scripts. */
const essential = <Row extends object>(rows: readonly Row[], [first]: readonly Column<Row>[]): string =>
  rows.map((row) => `${first ? printableCell(cellText(row, first)) : ''}\n`).join('');

const columnsNamed = <Row>(keys: readonly string[], columns: readonly Column<Row>[]): Column<Row>[] =>
  keys.flatMap((key) => columns.find((column) => column.key === key) ?? []);
