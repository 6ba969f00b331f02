export type Scalar = string | number | boolean | null;

/** `schema.table`. A part with a dot, a double quote or `=` is in double quotes, quotes in it doubled. */
export type TableName = string;

/** What scimctl writes through `host_user`, by the names that a binding gives it. */
export const FIELD_NAMES = [
  'login',
  'email',
  'displayName',
  'givenName',
  'familyName',
  'enabled',
  'ssoProvider',
  'licence',
  'externalId',
  'ssoSubject',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

export type PartOfText =
  | 'first-word'
  /** All but the first word. */
  | 'rest'
  | 'last-word'
  /** All but the last word. */
  | 'before-last-word'
  /** Of an address. */
  | 'before-at'
  | 'after-at'
  /** Of `DOMAIN\user`. */
  | 'after-backslash';

/** Where a value comes from: the one form for what is read and for what is written. */
export type Value =
  | ColumnReference
  | { constant: Scalar }
  /** What scimctl writes. A column whose value names a field follows that field in updates, too. */
  | { field: FieldName }
  | { firstNonNull: Value[] }
  /** Neither null nor empty; null where all are. */
  | { firstNonEmpty: Value[] }
  /**
   * Text with names in braces, `{given} {family}`, and what they stand for; `{{` is a brace. Null counts as empty,
   * spaces around are cut, and an empty text is null.
   */
  | { template: string; with: Record<string, Value> }
  | { part: PartOfText; value: Value }
  | { lower: Value }
  | { upper: Value }
  /** In the Unicode form NFC. */
  | { normalised: Value }
  | { trimmed: Value }
  /** The first letter upper, the rest lower. */
  | { capitalised: Value }
  /** At most this many characters from the beginning. */
  | { cut: Value; length: number }
  | { lookup: Lookup }
  | { aggregate: Aggregate }
  /** What stands for another value, such as a code for a name; null where no pair has it and there is no `else`. */
  | { map: Value; pairs: { from: Scalar; to: Scalar }[]; else?: Value }
  /** The first whose condition holds. */
  | { case: { if: Condition; then: Value }[]; else?: Value }
  /** A new GUID: in a column of that type, or else as text. */
  | { guid: { case?: 'lower' | 'upper'; hyphens?: boolean } }
  | { random: { length: number; alphabet: string } }
  /** The next number of a sequence, by `schema.name`. */
  | { sequence: TableName }
  | { counter: Counter }
  /**
   * The present time: an instant as the column has it, or a number. A column without time zone gets the time of
   * `timeZone`, or else of `users.timeZone`, or else UTC.
   */
  | { now: Clock; timeZone?: string; round?: 'seconds' }
  | { copied: Copied };

/** One column of the row of another table that these columns identify. A setting of the application is one with a default. */
export interface Lookup {
  table: TableName;
  where: Record<string, Value>;
  column: string;
  /** Where there is no such row, or a null in it. */
  default?: Value;
}

/** Over the rows of another table that match. */
export interface Aggregate extends RowTest {
  function: 'max' | 'min' | 'count';
  /** Not for `count`. */
  column?: string;
}

/** A row that holds the last number that was given, or the one that comes next. The value is the next; the row is raised. */
export interface Counter {
  table: TableName;
  column: string;
  where: Record<string, Value>;
  /** 1 where absent. */
  step?: number;
  /** What the row holds: the last number that was given, where absent. */
  gives?: 'last' | 'next';
}

/** The most frequent value of a column among the newest live rows (of the 100 with the highest keys) of the same table. */
export interface Copied {
  column: string;
  where?: Condition;
}

/** How a number or an instant in a column tells the time. */
export type Clock = 'instant' | 'epoch-seconds' | 'epoch-milliseconds';

/** The column that a condition or a value is about. */
export interface ColumnReference {
  column: string;
  /** The name of a table in `users.related`. Absent: the table that the condition stands at. `users`: the table of users. */
  of?: string;
}

/** What may hold for a row: the one form for `where`, `enabled`, `protected`, providers and seats. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | ColumnTest
  | { exists: RowTest }
  | { memberOf: Membership };

/** A test of one column. A null fulfils it only where the test names null. */
export type ColumnTest = ColumnReference &
  (
    | { /** One of these values; null among them is allowed. */ in: Scalar[]; ignoreCase?: boolean }
    | { null: boolean }
    | {
        /** With `%` and `_` as in SQL; `\` before them for the character itself. */ like: string;
        ignoreCase?: boolean;
      }
    | {
        /** A mask; whether all, any or none of its bits are set. */ bits: number;
        set?: 'all' | 'any' | 'none';
      }
    | { above: number }
    | { below: number }
    | { before: 'now'; as?: Clock }
    | { after: 'now'; as?: Clock }
  );

/** A row that is present in another table; inside `not`, absent. */
export interface RowTest {
  table: TableName;
  /** Columns of that table, and the values that they equal: columns of the row outside. */
  match: Record<string, Value>;
  /** Of that table. */
  where?: Condition;
}

/** Membership of the user in a group or role that is known by its name. */
export interface Membership {
  /** The table of memberships. */
  through: TableName;
  /** Its columns that refer to the user and to the group. */
  user: string;
  group: string;
  /** The table of groups, its key and the column with the name. */
  groups: TableName;
  key: string;
  name: string;
  in: string[];
  ignoreCase?: boolean;
}
