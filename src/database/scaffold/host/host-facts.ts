/** What a column holds, whatever the engine calls its type. */
export type ColumnKind =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'instant'
  | 'guid'
  | 'json'
  | 'binary'
  | 'other';

/** A column of a table of the host application, as the catalogue has it. */
export interface HostColumn {
  name: string;
  kind: ColumnKind;
  /** As the engine writes it: `character varying(30)`, `datetimeoffset`. */
  type: string;
  /** Of text: the most characters; null without a limit. */
  length: number | null;
  nullable: boolean;
  /** The expression of the default; null without one. */
  default: string | null;
  /** The database makes the value: an identity, or an expression over other columns. */
  generated: 'identity' | 'computed' | null;
  /** `[schema, name]` of the sequence that its default draws from. */
  sequence: readonly [string, string] | null;
  /** The labels of an enumeration, in their order. */
  labels: readonly string[] | null;
}

/** A key or unique index. */
export interface TableUnique {
  primary: boolean;
  /** Names of columns; an expression where the column is null. */
  parts: readonly { column: string | null; expression: string | null }[];
  /** The condition of a filtered index; null for all rows. */
  where: string | null;
}

export interface HostForeignKey {
  columns: readonly string[];
  /** `[schema, name]`. */
  table: readonly [string, string];
  references: readonly string[];
}

/** A table of the host application. */
export interface HostTable {
  schema: string;
  name: string;
  owner: string | null;
  /** How many rows the server thinks it has; null where it does not know. */
  rows: number | null;
  /** Whether this login may read its rows. */
  readable: boolean;
  columns: readonly HostColumn[];
  uniques: readonly TableUnique[];
  foreignKeys: readonly HostForeignKey[];
  /** Expressions. */
  checks: readonly string[];
  triggers: readonly string[];
}

/** A sequence, and the last number that it gave; 0 where it gave none, null where this login may not see it. */
export interface HostSequence {
  schema: string;
  name: string;
  last: number | null;
}

/** What the catalogue says of the tables of the host application. */
export interface HostCatalogue {
  tables: readonly HostTable[];
  sequences: readonly HostSequence[];
  /** What this login cannot see, a sentence each, with the right that it lacks. */
  unseen: readonly string[];
}

/** What the sampled rows of a column are like. Counts are of rows; `distinct` is of values. */
export interface ColumnStatistics {
  /** Sampled rows. */
  rows: number;
  /** Not null. */
  filled: number;
  /** Empty text. */
  empty: number;
  distinct: number;
  /** Distinct without regard to case. */
  distinctFolded: number;
  /** Look like an e-mail address. */
  addresses: number;
  /** Contain a space. */
  spaced: number;
  /** Are a GUID with hyphens. */
  guids: number;
  /** Are made of the digits 0 to 9 and the letters a to f, and at least 16 of them. */
  hex: number;
  /** Have no capitals. */
  lower: number;
  /** Have no small letters. */
  upper: number;
  shortest: number | null;
  longest: number | null;
  /** Of numbers. */
  least: number | null;
  greatest: number | null;
  /** Instants after now. */
  future: number;
}

/** How often a value occurs among the sampled rows; null is a value. */
export interface ValueCount {
  value: string | null;
  rows: number;
}
