import type { HostViewColumn } from '../dialect/host-column.js';
import type { Fragment } from './fragment.js';

/** Where an attribute is in a JSON object: names from the schemas, from the object inwards. */
export type JsonPath = readonly string[];

/**
 * How one engine says what filters and sorting need. A missing value makes the expressions null; conditions
 * are then null or false.
 */
export interface SearchExpressions {
  /** Text that compares without regard to case; see `Dialect.expressions.folded`. */
  folded(text: Fragment): Fragment;
  /** The folded form of a column of ours, as its index holds it: `i.user_name`. */
  ownFolded(column: string): Fragment;
  /**
   * A text column of ours, of those that have a folded form, begins or ends with what `String.prototype.trim` takes
   * off. Read through, so for one IdP's rows at most.
   */
  hasOuterSpace(column: string): Fragment;
  /** Equal to the last character, blanks at the end as well. An index over `one` can be used. */
  equal(one: Fragment, other: Fragment): Fragment;
  /** There is a text, and it is not empty; never null. */
  isFilled(text: Fragment): Fragment;
  contains(text: Fragment, part: Fragment): Fragment;
  startsWith(text: Fragment, part: Fragment): Fragment;
  endsWith(text: Fragment, part: Fragment): Fragment;
  /** The most UTF-16 units that the part in the three above may have. */
  readonly longestPart: number;
  /** The same text in an order by character codes, exact to the last character. */
  ordered(text: Fragment): Fragment;
  /** Folded text of ours in the same order, by its index where that has it. */
  inOrder(text: Fragment): Fragment;
  /** The beginning of a text in an order by character codes, as a sort key, which blanks at the end may tie. */
  sortable(text: Fragment): Fragment;
  /** A sort key of text to be handed over; Babelfish would take folded text for one of a code page. */
  handedOver(text: Fragment): Fragment;
  /** The same of an instant that `toInstant` gave: text in UTC, as fine as the instant. */
  sortableInstant(instant: Fragment): Fragment;
  /** One of our own keys as text, in lower case. */
  uuidText(column: string): Fragment;
  /** A text that is a UUID as one of our own keys. */
  toUuid(text: Fragment): Fragment;

  /** The folded address that the IdP said, of a row of `identity`, as its index holds it. */
  storedAddress(identity: string): Fragment;

  /**
   * What a plain index over a text column of the host can answer: all rows whose folded column is the folded
   * value, and perhaps more. Nothing where no such index could help.
   */
  hostTextCandidates(column: string, type: HostViewColumn, value: string | Fragment): Fragment | undefined;
  /**
   * A column of the host as text that can stand beside ours in one expression: of two collations SQL Server
   * takes neither, and under some of PostgreSQL's no part of a text can be looked for.
   */
  hostText(column: string): Fragment;
  /** A host column of whatever type as a condition: 1, true, 'Y'. */
  isTrue(column: string, type: HostViewColumn): Fragment;

  /** Numbers, and instants of RFC 3339, out of text; null where it is none. */
  toNumber(text: Fragment): Fragment;
  toInstant(text: Fragment): Fragment;

  /** A string, number or boolean as text. */
  jsonText(json: string, path: JsonPath): Fragment;
  /** There is something, and it is not empty. A condition that is never null. */
  jsonPresent(json: string, path: JsonPath): Fragment;
  /** The elements of an array; none where there is no array. */
  jsonElements(json: string, path: JsonPath): JsonElements;
  /** A row for each of our own keys, which are handed over in one parameter: 4,000 at most. */
  keyRows(keys: readonly string[]): { from: Fragment; key: Fragment };
}

export interface JsonElements {
  /** For a `from`: rows `e`. */
  from: Fragment;
  /** An element's own value, or where elements are objects, one of theirs (`value` unless it is said). */
  text(name?: string): Fragment;
  present(name: string): Fragment;
  /** That text of the primary element, or else of the first. */
  first(name?: string): Fragment;
}
