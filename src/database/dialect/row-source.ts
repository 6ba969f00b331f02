import type { Fragment } from '../sql/fragment.js';

/** Rows of text that are bound, to join with tables. */
export interface RowSource {
  /** How many rows of so many columns fit into one statement; the more, the fewer times a table is read. */
  atOnce(columns: number): number;
  /** A source of rows by the name of `w`, whose columns are these lists, of equal length, and `n`, from 1 on. */
  of(columns: Readonly<Record<string, readonly (string | null)[]>>): Fragment;
}

/** A column of values that are bound as one. */
export interface List {
  type: 'text' | 'uuid';
  values: readonly (string | Date | null)[];
}
