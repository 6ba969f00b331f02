import { pipeline, Readable } from 'node:stream';
import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import { unreadable } from './unreadable.js';

export interface CsvRow {
  /** The line that it begins on, from 1. */
  line: number;
  /** Without surrounding white space. */
  cells: string[];
}

/** A record that is longer contains a quote that is never closed. */
const LONGEST_RECORD = 1_000_000;

/** Rows in a batch. */
const ROWS_AT_ONCE = 500;

/**
 * The records of a CSV text (RFC 4180), in batches, without blank lines. Accepts what spreadsheets and PowerShell
 * write: commas, semicolons or tabs, any line break, blanks around quotes, and a first line with a type (`#TYPE …`), a
 * separator (`sep=;`) or the version of a template (`version:v1.0`).
 * @throws Unreadable
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<CsvRow[]> {
  const { parse, CsvError } = await import('csv-parse');
  const { separator, preamble, body } = await begin(text);
  const parser = parse({
    delimiter: separator,
    // Files that were appended to each other may have several.
    record_delimiter: ['\r\n', '\n', '\r'],
    // Not every writer ends a row with all its commas.
    relax_column_count: true,
    trim: true,
    max_record_size: LONGEST_RECORD,
  });
  // An error of either ends both, and the loop below throws it.
  pipeline(Readable.from(body), parser, () => undefined);
  let rows: CsvRow[] = [];
  let next = preamble + 1;
  try {
    for await (const values of parser as AsyncIterable<string[]>) {
      const line = next;
      next += 1 + values.reduce((sum, value) => sum + lineBreaksIn(value), 0);
      const cells = values.map(withoutOuterSpace);
      if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
      if (rows.length < ROWS_AT_ONCE) continue;
      yield rows;
      rows = [];
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(`it is not valid CSV: ${error.message}`, undefined, error);
  }
  if (rows.length > 0) yield rows;
}

const lineBreaksIn = (value: string): number => value.match(/\r\n|\n|\r/g)?.length ?? 0;

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
