import type { HostColumn, HostTable } from './host-facts.js';

/** How an engine reads some rows of a table of the host application, and what it makes of their values. */
export interface Sampling {
  quoted: (name: string) => string;
  /** A query of at most so many rows of the table. Without locks that others would wait for. */
  some: (table: HostTable, columns: readonly string[], limit: number) => string;
  /** What a table is read through, as `from` takes it. */
  whole: (table: HostTable, alias: string) => string;
  /** A column's value as text of at most 200 characters; whether it is there, where it has none. */
  text: (column: HostColumn, reference: string) => string;
  /** A column's value as a float; an instant as seconds since 1970. */
  number: (column: HostColumn, reference: string) => string;
  /** Joins each row with a list of values made of it. */
  apply: string;
  /** Makes text compare exactly. */
  exact: (text: string) => string;
  length: (text: string) => string;
  isHex: (text: string) => string;
}
