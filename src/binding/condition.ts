import type { Scalar, TableName, Value } from './value.js';

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
