import type { Runner } from '../pool/runner.js';
import type { Fragment } from '../sql/fragment.js';
import type { ViewWrites } from './view-writes.js';

/** A unique index over one column of text. */
export interface UniqueKey {
  /** Schema and name. */
  table: readonly string[];
  /** Of the index or the constraint. */
  name: string;
  /** The column that holds the value. */
  column: string;
  /** The column of the index: the same, unless it is computed of it. */
  key: string;
  /** The expression by which it is computed, taken apart where the column stands in it. */
  made?: readonly string[];
  /** Whether it takes letters of either case for the same. */
  folds: boolean;
  /** The rows that it holds for, as a condition over the columns of the table; all of them where it is absent. */
  condition?: string;
  /** The type of the column, where values are to be compared in it. */
  type?: string;
  /** Whether this login may read the table. */
  readable: boolean;
}

type Rows = Pick<Runner, 'rows'>;

/** What the catalogue shows of the tables behind a view. */
export interface ViewSource {
  /** Its definition; nothing where there is no such view, or where this login is not shown it. */
  definition(runner: Rows, schema: string, view: string): Promise<string | undefined>;
  /** What can be written through it; nothing where this login is not shown enough to tell. */
  writes(runner: Rows, schema: string, view: string): Promise<ViewWrites | undefined>;
  /** Whether a table that a view of this schema names is one whose rows are all there: no view, no policy for rows. */
  isPlainTable(runner: Rows, schema: string, table: readonly string[]): Promise<boolean>;
  /** Those of a table that a view of this schema names. */
  uniqueKeys(runner: Rows, schema: string, table: readonly string[]): Promise<UniqueKey[]>;
  /** A condition: a row of the table, by the name of `b`, has this value of the key. */
  hasValue(unique: UniqueKey, value: Fragment): Fragment;
}
