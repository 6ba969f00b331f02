import type { Head } from '../../../core/audit/evidence/trail-head.js';

/** What a report page shows. All texts may come from IdPs and may be hostile. */
export interface Report {
  title: string;
  /** What the list is, in a sentence. */
  about: string;
  at: Date;
  /** Who made it: `cli:alice@sql01`. */
  by: string;
  figures: readonly Figure[];
  charts: readonly Chart[];
  tables: readonly SmallTable[];
  list: ReportList;
  head: Head;
}

/** A number that matters. */
export interface Figure {
  key: string;
  label: string;
  value: string | number;
  /** It violates the policy. */
  isBad?: boolean;
}

export interface Chart {
  key: string;
  title: string;
  bars: readonly { label: string; value: number; isBad?: boolean }[];
}

export interface SmallTable {
  key: string;
  title: string;
  note?: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

/** `number`: or a text, which is more than any number. `instant`: RFC 3339 in UTC. `flag`: 1 or 0; a row with 1 is highlighted. */
export interface ListColumn {
  key: string;
  label: string;
  type: 'text' | 'number' | 'instant' | 'flag';
}

export interface ReportList {
  title: string;
  /** What is said where there is no row. */
  empty: string;
  columns: readonly ListColumn[];
  rows: readonly (readonly Cell[])[];
}

export type Cell = string | number | null;
