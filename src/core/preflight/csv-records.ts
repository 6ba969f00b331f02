import { unreadable } from './unreadable.js';

/** A longer record has a quote that is never closed. */
const LONGEST_RECORD = 1_000_000;

export interface CsvRecord {
  /** The line that it begins on, from 1. */
  line: number;
  cells: string[];
}

/**
 * Splits a CSV text (RFC 4180), which comes in pieces, into records. Accepts any line break, blanks around quotes, and
 * records of different lengths.
 */
export class CsvRecords {
  /** The beginning of a record that ends in a later piece. */
  #text = '';
  readonly #endOfCell: RegExp;

  /** @param line of the first record. */
  constructor(
    private readonly separator: string,
    private line: number,
  ) {
    this.#endOfCell = new RegExp(`["\\r\\n${separator.replace(/[\\\]^-]/, '\\$&')}]`, 'g');
  }

  /**
   * The records that end in this piece. Their cells may have blanks around them.
   * @throws Unreadable
   */
  take(piece: string, isLast: boolean): CsvRecord[] {
    const text = this.#text + piece;
    const records: CsvRecord[] = [];
    let at = 0;
    while (at < text.length) {
      const { cells, end } = this.#recordAt(text, at, isLast);
      const isWhole = isLast || isLineBreak(text[end]);
      // A carriage return at the end may be the first half of a line break.
      if (!isWhole || (!isLast && end === text.length - 1 && text[end] === '\r')) break;
      records.push({ line: this.line, cells });
      for (const cell of cells) this.line += lineBreaksIn(cell);
      this.line++;
      at = end + (text.startsWith('\r\n', end) ? 2 : 1);
    }
    this.#text = text.slice(at);
    if (this.#text.length > LONGEST_RECORD)
      throw this.#invalid(`the record has more than ${LONGEST_RECORD} characters`);
    return records;
  }

  /** The cells of a record, as far as they are in the text, and where they end. */
  #recordAt(text: string, at: number, isLast: boolean): { cells: string[]; end: number } {
    const first = this.#find(LINE_BREAK_OR_QUOTE, text, at);
    if (text[first] !== '"') return { cells: text.slice(at, first).split(this.separator), end: first };
    const cells: string[] = [];
    for (let from = at; ; ) {
      const { cell, end } = this.#cellAt(text, from, isLast);
      cells.push(cell);
      if (text[end] !== this.separator) return { cells, end };
      from = end + 1;
    }
  }

  #cellAt(text: string, at: number, isLast: boolean): { cell: string; end: number } {
    const open = this.#pastBlanks(text, at);
    if (text[open] !== '"') {
      const end = this.#find(this.#endOfCell, text, at);
      if (text[end] === '"') throw this.#invalid('a quote is inside a value that is not quoted');
      return { cell: text.slice(at, end), end };
    }
    const close = closingQuote(text, open);
    if (close === undefined) {
      if (isLast) throw this.#invalid('a quote is not closed');
      return { cell: '', end: text.length };
    }
    const end = this.#pastBlanks(text, close + 1);
    if (end < text.length && text[end] !== this.separator && !isLineBreak(text[end]))
      throw this.#invalid('a value continues after its closing quote');
    return { cell: text.slice(open + 1, close).replaceAll('""', '"'), end };
  }

  #pastBlanks(text: string, from: number): number {
    let at = from;
    while ((text[at] === ' ' || text[at] === '\t') && text[at] !== this.separator) at++;
    return at;
  }

  #find(signs: RegExp, text: string, from: number): number {
    signs.lastIndex = from;
    return signs.exec(text)?.index ?? text.length;
  }

  #invalid(why: string) {
    return unreadable(`it is not valid CSV: ${why}, in the record at line ${this.line}`);
  }
}

const LINE_BREAK_OR_QUOTE = /[\r\n"]/g;

const isLineBreak = (sign: string | undefined): boolean => sign === '\r' || sign === '\n';

const lineBreaksIn = (cell: string): number =>
  /[\r\n]/.test(cell) ? (cell.match(/\r\n|\n|\r/g)?.length ?? 0) : 0;

/** Where the quoted value ends that begins here; a doubled quote is part of it. */
function closingQuote(text: string, open: number): number | undefined {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return undefined;
}
