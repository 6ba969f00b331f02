import { withoutOuterSpace } from '../../database/outer-space.js';
import { type CsvRecord, CsvRecords } from './csv-records.js';

export interface CsvRow {
  /** The line that it begins on, from 1. */
  line: number;
  /** Without surrounding white space. */
  cells: string[];
}

/**
 * The records of a CSV text (RFC 4180), in batches, without blank lines. Accepts what spreadsheets and PowerShell
 * write: commas, semicolons or tabs, any line break, blanks around quotes, and a first line with a type (`#TYPE …`), a
 * separator (`sep=;`) or the version of a template (`version:v1.0`).
 * @throws Unreadable
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<CsvRow[]> {
  const { separator, preamble, body } = await begin(text);
  const records = new CsvRecords(separator, preamble + 1);
  for await (const piece of body) {
    const rows = rowsOf(records.take(piece, false));
    if (rows.length > 0) yield rows;
  }
  const rows = rowsOf(records.take('', true));
  if (rows.length > 0) yield rows;
}

function rowsOf(records: readonly CsvRecord[]): CsvRow[] {
  const rows: CsvRow[] = [];
  for (const { line, cells } of records) {
    const trimmed = cells.map(withoutOuterSpace);
    if (trimmed.some((cell) => cell !== '')) rows.push({ line, cells: trimmed });
  }
  return rows;
}

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
