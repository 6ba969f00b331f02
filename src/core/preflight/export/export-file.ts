import { type CsvRow, csvRows } from './csv-rows.js';
import { decodedText } from './decoded-text.js';
import { flatEntry } from './flat-entry.js';
import { type JsonPage, jsonParts } from './json-pages.js';
import { unreadable } from './unreadable.js';

/** One entry of a file, unchanged: the names of its columns and their values. */
export interface Entry {
  /** The line of a CSV file, or the position in a JSON file, from 1, for messages. */
  at: number;
  /** The same array for all entries that have the same columns. */
  names: readonly string[];
  values: readonly string[];
}

export type ExportPart =
  /** Always first; for CSV with the column names. */
  | { format: 'csv'; names: readonly string[] }
  | { format: 'json' }
  | { entries: Entry[] }
  /** After the entries of a page. A CSV file is one page. */
  | { page: JsonPage };

/**
 * Reads a list of users of an IdP, in batches: CSV, or JSON as the APIs return it.
 * @throws Unreadable
 */
export async function* readExport(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ExportPart> {
  const text = decodedText(bytes);
  let head = '';
  for (;;) {
    const { value, done } = await text.next();
    if (done) break;
    head += value;
    if (/\S/.test(head)) break;
  }
  if (!/\S/.test(head)) throw unreadable('it is empty');
  if (/^\s*</.test(head)) throw unreadable('it is a web page or XML', SIGNED_OUT);
  const whole = beginningWith(head, text);
  if (/^\s*[[{]/.test(head)) {
    yield { format: 'json' };
    yield* entriesOfJson(whole);
  } else {
    yield* entriesOfCsv(whole);
  }
}

const SIGNED_OUT = 'The file is probably a sign-in page. Sign in, and export the list again.';

async function* beginningWith(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

async function* entriesOfCsv(text: AsyncIterable<string>): AsyncGenerator<ExportPart> {
  let head: CsvRow | undefined;
  let count = 0;
  for await (const rows of csvRows(text)) {
    if (!head) {
      head = rows.shift() as CsvRow;
      yield { format: 'csv', names: head.cells };
    }
    const names = head.cells;
    const entries = rows
      .filter(({ cells }) => !isHeadAgain(cells, names))
      .map(({ line, cells }) => ({ at: line, names, values: cells }));
    count += entries.length;
    yield { entries };
  }
  yield { page: { entries: count, members: {} } };
}

/** Files that were appended to each other repeat the head. */
const isHeadAgain = (cells: readonly string[], names: readonly string[]) =>
  cells[0] === names[0] && cells.length === names.length && cells.every((cell, at) => cell === names[at]);

async function* entriesOfJson(text: AsyncIterable<string>): AsyncGenerator<ExportPart> {
  const known = new KnownNames();
  let at = 0;
  for await (const parts of jsonParts(text)) {
    let entries: Entry[] = [];
    for (const part of parts) {
      if ('entry' in part) {
        const { names, values } = flatEntry(part.entry);
        entries.push({ at: ++at, names: known.shared(names), values });
        continue;
      }
      if (entries.length > 0) yield { entries };
      entries = [];
      yield { page: part.page };
    }
    if (entries.length > 0) yield { entries };
  }
}

/** Names of columns. With few exceptions, the entries of a list have the same. */
class KnownNames {
  #last: readonly string[] = [];
  readonly #all = new Map<string, readonly string[]>();

  /** An array with these names, which all entries that have them share. */
  shared(names: readonly string[]): readonly string[] {
    const last = this.#last;
    if (names.length === last.length && names.every((name, at) => name === last[at])) return last;
    const key = names.join('\n');
    const known = this.#all.get(key) ?? names;
    if (this.#all.size < MOST_KNOWN) this.#all.set(key, known);
    this.#last = known;
    return known;
  }
}

const MOST_KNOWN = 1_000;
