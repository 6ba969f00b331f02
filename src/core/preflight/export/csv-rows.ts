import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import { lineEndsIn } from '../../../files/text-file.js';
import { unreadable } from './unreadable.js';

export interface CsvRow {
  /** The line that it begins on, from 1. */
  line: number;
  /** Without surrounding white space. */
  cells: string[];
}

/** A record that is longer contains a quote that is never closed. */
const LONGEST_RECORD = 1_000_000;

// Files that were appended to each other may have several.
const LINE_BREAKS = ['\r\n', '\n', '\r'];

/**
 * The records of a CSV text (RFC 4180), in batches, without blank lines. Accepts what spreadsheets and PowerShell
 * write: commas, semicolons or tabs, any line break, blanks around quotes, and a first line with a type (`#TYPE …`), a
 * separator (`sep=;`) or the version of a template (`version:v1.0`).
 * @throws Unreadable
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<CsvRow[]> {
  const { separator, preamble, body } = await begin(text);
  const records = await recordsOf(separator);
  let line = preamble + 1;
  let rest = '';
  const rowsOf = (some: string): CsvRow[] =>
    records(some, line).flatMap((values) => {
      const row = { line, cells: values.map(withoutOuterSpace) };
      line += 1 + values.reduce((sum, value) => sum + lineBreaksIn(value), 0);
      return row.cells.some((cell) => cell !== '') ? [row] : [];
    });
  for await (const piece of body) {
    rest += piece;
    // Of a record that is too long, reading it says what is wrong with it.
    const end = endOfRecords(rest) || (rest.length > LONGEST_RECORD ? rest.length : 0);
    if (end === 0) continue;
    const rows = rowsOf(rest.slice(0, end));
    rest = rest.slice(end);
    if (rows.length > 0) yield rows;
  }
  const rows = rest === '' ? [] : rowsOf(rest);
  if (rows.length > 0) yield rows;
}

/** Where the last record ends that is whole: behind a line break outside quotes, before anything that may belong to it. */
function endOfRecords(text: string): number {
  // A line feed may follow.
  const known = text.endsWith('\r') ? text.slice(0, -1) : text;
  const lastBreak = () => Math.max(known.lastIndexOf('\n'), known.lastIndexOf('\r')) + 1;
  if (!known.includes('"')) return lastBreak();
  let isQuoted = false;
  let end = 0;
  for (const { 0: found, index } of known.matchAll(/"|[\r\n]+/g)) {
    if (found === '"') isQuoted = !isQuoted;
    else if (!isQuoted) end = index + found.length;
  }
  return end;
}

/**
 * Reads records that are whole, with the number of the line that they begin on. What has no quotes, or no others than
 * around each value, is split, which takes a fifth of the time; all else is the library's to read.
 */
async function recordsOf(separator: string): Promise<(text: string, line: number) => string[][]> {
  const { parse, CsvError } = await import('csv-parse/sync');
  const sign = separator.replace(/[^\w\s]/, '\\$&');
  const quoted = new RegExp(`^"[^"]*"(?:${sign}"[^"]*")*$`);
  const options = {
    delimiter: separator,
    record_delimiter: LINE_BREAKS,
    // Not every writer ends a row with all its commas.
    relax_column_count: true,
    trim: true,
    max_record_size: LONGEST_RECORD,
  };
  return (text, line) => {
    if (!text.includes('"') && text.length <= LONGEST_RECORD)
      return linesOf(text).map((one) => one.split(separator));
    const lines = linesOf(text);
    if (lines.every((one) => one === '' || quoted.test(one)))
      return lines.map((one) => one.slice(1, -1).split(`"${separator}"`));
    try {
      return parse(text, options);
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const message = error.message.replace(/\bat line (\d+)/, (_, at) => `at line ${Number(at) + line - 1}`);
      throw unreadable(`it is not valid CSV: ${message}`, undefined, error);
    }
  };
}

/** The lines of a text; what follows the last line break is one if there is anything. */
function linesOf(text: string): string[] {
  const lines = text.split(text.includes('\r') ? /\r\n|\n|\r/ : '\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const lineBreaksIn = (value: string): number => (/[\r\n]/.test(value) ? lineEndsIn(value) : 0);
const PREAMBLE = /^(?:#TYPE [^\r\n]*|sep=.|version:v[^\r\n]*)(?:\r\n|\n|\r)/i;

/** Enough text to contain the first lines. */
const HEAD = 65_536;

/** The separator, the number of lines before the records, and the text of the records. */
async function begin(text: AsyncIterable<string>) {
  const pieces = text[Symbol.asyncIterator]();
  let head = '';
  while (head.length < HEAD) {
    const { value, done } = await pieces.next();
    if (done) break;
    head += value;
  }
  const [preamble = ''] = PREAMBLE.exec(head) ?? [];
  const body = head.slice(preamble.length);
  const said = /^sep=(.)/i.exec(preamble)?.[1];
  return {
    separator: said ?? separatorOf(body),
    preamble: preamble === '' ? 0 : 1,
    body: followedBy(body, pieces),
  };
}

async function* followedBy(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** The most frequent separator of the first line, outside quotes. Spreadsheets use the one of their country. */
function separatorOf(text: string): string {
  const [head = ''] = text
    .slice(0, HEAD)
    .replace(/"[^"]*"/g, '')
    .trimStart()
    .split(/[\r\n]/, 1);
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: head.split(sign).length }));
  return counts.reduce((most, one) => (one.count > most.count ? one : most)).sign;
}
