import type { Clock, PartOfText, Scalar, TableName } from '../../binding/value.js';
import type { ColumnFact } from './facts.js';

/** How an engine writes the forms of conditions and values. Expressions are SQL text; texts are of the engine's widest type. */
export interface Forms {
  /** A name in its quotes. @throws Problem `name-too-long` */
  name(name: string): string;
  table(table: TableName): string;
  /** Types that are no column's. */
  readonly types: Readonly<Record<'text' | 'number' | 'boolean' | 'instant', ColumnFact>>;

  /** A constant of the type of a column. */
  literal(value: Scalar, type: ColumnFact): string;
  /** An expression of a column's type, as text. */
  text(expression: string, type: ColumnFact): string;
  /** A text of fixed length without the blanks that the engine adds. */
  unpadded(expression: string): string;
  /** A text as the type of a column. */
  as(text: string, type: ColumnFact): string;
  /** True or false of a condition, which is never null. */
  flag(condition: string): string;
  /** 0 or 1, or true or false, as the type of a column, of an expression that is a flag. */
  flagAs(flag: string, type: ColumnFact): string;

  compare(left: string, operator: '=' | '<' | '>', right: string): string;
  /** Whether a condition is not known to hold. */
  not(condition: string): string;
  /** A pattern with `%`, `_` and `\`. */
  like(text: string, pattern: string, ignoreCase: boolean): string;
  /** Which bits of a mask are set. */
  bits(expression: string, mask: number): string;

  coalesce(values: readonly string[]): string;
  concat(texts: readonly string[]): string;
  nullIfEmpty(text: string): string;
  lower(text: string): string;
  upper(text: string): string;
  normalised(text: string): string;
  trimmed(text: string): string;
  capitalised(text: string): string;
  cut(text: string, length: number): string;
  /** Without spaces around it; null where nothing is left. */
  trimmedOrNull(text: string): string;
  /** Null where there is no such part. */
  part(part: PartOfText, text: string): string;
  /** A condition: the text has a character outside of these ranges and characters. */
  hasOther(text: string, ranges: readonly [string, string][]): string;
  isLonger(text: string, length: number): string;
  /** A condition: the text is no e-mail address. */
  isNoAddress(text: string): string;
  /** A condition: null, or nothing but spaces. */
  isBlank(text: string): string;

  guid(upper: boolean, hyphens: boolean, type: ColumnFact): string;
  random(length: number, alphabet: string): string;
  next(sequence: TableName, type: ColumnFact): string;
  now(clock: Clock, type: ColumnFact, zone: string, seconds: boolean): string;
  /** What a column tells, as an instant for the host view. */
  instant(expression: string, type: ColumnFact, clock: Clock, zone: string): string;
  /** The first row of a query, as a value. */
  first(select: string, rest: string): string;
  /** Of the newest rows, the value that most have. */
  copied(column: string, table: string, key: string | undefined, where: string | undefined): string;
  count: string;
  max(expression: string, type: ColumnFact): string;
  min(expression: string, type: ColumnFact): string;
}

/** `A-Za-z0-9._-` as ranges, a single character being a range of itself. A hyphen between two characters makes a range. */
export function rangesOf(allowed: string): [string, string][] {
  const characters = [...allowed];
  const ranges: [string, string][] = [];
  for (let at = 0; at < characters.length; at++) {
    const [first = '', hyphen, last] = characters.slice(at, at + 3);
    if (hyphen === '-' && last !== undefined) {
      ranges.push([first, last]);
      at += 2;
    } else ranges.push([first, first]);
  }
  return ranges;
}
