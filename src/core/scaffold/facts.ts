import { tableName } from '../../binding/table-name.js';
import type { Scalar, TableName } from '../../binding/value.js';
import type {
  ColumnStatistics,
  HostColumn,
  HostSequence,
  HostTable,
  ValueCount,
} from '../../database/scaffold/host/host-facts.js';
import { checkedOf } from './checks.js';
import { type ColumnWords, collapsed, columnWords } from './words/names.js';

/** A table, and what its sampled rows are like. Nothing that a rule knows comes from anywhere else. */
export interface TableFacts extends HostTable {
  /** `schema.table`. */
  id: TableName;
  /** Its name, collapsed. */
  plain: string;
  words: ReadonlyMap<string, ColumnWords>;
  /** By column; empty where the table was not sampled. */
  statistics: ReadonlyMap<string, ColumnStatistics>;
  /** Of columns whose values may be shown, the most frequent first. */
  values: ReadonlyMap<string, readonly ValueCount[]>;
  /** Of a table of attributes, the keys that name a field of ours, as its rows write them. */
  attributeNames: readonly string[];
}

export interface HostFacts {
  tables: readonly TableFacts[];
  /** Where the catalogue was read. */
  sequences?: readonly HostSequence[];
  /** What this login cannot see. */
  unseen: readonly string[];
}

/**
 * Columns whose checks list their values have these as an enumeration has its labels. A check can also require a value,
 * where NOT NULL was added to a large table without locking it.
 */
const withChecks = (table: HostTable): HostTable['columns'] =>
  table.columns.map((column) => {
    const { values, required } = checkedOf(table.checks, column.name);
    const isListed = !column.labels && values && values.length <= 20 && column.kind === 'text';
    return {
      ...column,
      ...(isListed && { labels: values }),
      ...(required && { nullable: false }),
    };
  });

export const factsOf = (
  table: HostTable,
  sampled: Partial<Pick<TableFacts, 'statistics' | 'values' | 'attributeNames'>> = {},
): TableFacts => ({
  ...table,
  columns: withChecks(table),
  id: tableName(table.schema, table.name),
  plain: collapsed(table.name),
  words: columnWords(table),
  statistics: sampled.statistics ?? new Map(),
  values: sampled.values ?? new Map(),
  attributeNames: sampled.attributeNames ?? [],
});

/** A column, with all that is known of it. */
export interface ColumnFacts extends HostColumn {
  words: ColumnWords;
  statistics?: ColumnStatistics;
  values?: readonly ValueCount[];
}

export const columnOf = (table: TableFacts, name: string): ColumnFacts | undefined => {
  const column = table.columns.find((one) => one.name === name);
  return column && completed(table, column);
};

export const hostColumnsOf = (table: TableFacts): ColumnFacts[] =>
  table.columns.map((column) => completed(table, column));

function completed(table: TableFacts, column: HostColumn): ColumnFacts {
  const words = table.words.get(column.name) ?? { whole: '', bare: '', own: '' };
  const [statistics, values] = [table.statistics.get(column.name), table.values.get(column.name)];
  return { ...column, words, ...(statistics && { statistics }), ...(values && { values }) };
}

/** Whether one of the readings of a column's name is one of these. */
export const isColumnCalled = ({ words }: ColumnFacts, pattern: RegExp): boolean =>
  pattern.test(words.whole) || pattern.test(words.bare) || pattern.test(words.own);

/** Part of the rows that have a value, between 0 and 1; nothing where the table has no rows. */
export const filledShare = ({ statistics }: ColumnFacts): number | undefined =>
  statistics && statistics.rows > 0 ? (statistics.filled - statistics.empty) / statistics.rows : undefined;

/** Part of the values that fulfil it, between 0 and 1; nothing where there are no values. */
export const shareOf = (
  { statistics }: ColumnFacts,
  which: 'addresses' | 'spaced' | 'guids' | 'hex' | 'lower' | 'upper' | 'future',
): number | undefined => {
  const there = statistics ? statistics.filled - statistics.empty : 0;
  return statistics && there > 0 ? statistics[which] / there : undefined;
};

/** Whether (nearly) every value is there once; nothing where too few are known. */
export const isDistinct = ({ statistics }: ColumnFacts): boolean | undefined => {
  const there = statistics ? statistics.filled - statistics.empty : 0;
  if (!statistics || there < 3) return undefined;
  return statistics.distinctFolded - (statistics.empty > 0 ? 1 : 0) >= there * 0.97;
};

/** Whether a key or unique index has this column: alone, or with others such as the tenant. */
export const uniqueness = (table: HostTable, column: string): 'alone' | 'with others' | undefined => {
  const ours = table.uniques.filter(({ parts }) =>
    parts.some(
      ({ column: own, expression }) =>
        own === column || (expression !== null && mentions(expression, column)),
    ),
  );
  if (ours.length === 0) return undefined;
  return ours.some(({ parts }) => parts.length === 1) ? 'alone' : 'with others';
};

/**
 * Whether a key or unique index allows one row at most for each combination of these values. An index over a part of the
 * rows does not, but for one that leaves out the nulls, as SQL Server needs it.
 */
export const isUniqueTogether = ({ uniques }: HostTable, columns: readonly string[]): boolean =>
  uniques.some(
    ({ parts, where }) =>
      parts.every(({ column }) => column !== null && columns.includes(column)) &&
      (where === null || columns.some((column) => leavesOutNulls(where, column))),
  );

const leavesOutNulls = (where: string, column: string): boolean => {
  const [, name] = /^\(*["[]?(.+?)["\]]?\s+is\s+not\s+null\)*$/i.exec(where.trim()) ?? [];
  return name === column;
};

const mentions = (expression: string, column: string): boolean =>
  new RegExp(
    `(^|[^\\p{L}\\p{N}_])"?${column.replaceAll(/[^\p{L}\p{N}_]/gu, '.')}"?($|[^\\p{L}\\p{N}_])`,
    'iu',
  ).test(expression);

/** The one column of the primary key. */
export const primaryKey = ({ uniques }: HostTable): string | undefined => {
  const parts = uniques.find(({ primary }) => primary)?.parts ?? [];
  return parts.length === 1 ? (parts[0]?.column ?? undefined) : undefined;
};

/** A value as a binding holds it, from the text that the sample has. */
export function scalarOf({ kind }: Pick<HostColumn, 'kind'>, text: string | null): Scalar {
  if (text === null) return null;
  if (kind === 'boolean') return text === '1' || text === 'true' || text === 't';
  if (kind === 'integer' || kind === 'decimal') return Number(text);
  return text;
}

/** `status 1: 412 rows, 3: 37, 2: 2`. Only of columns whose values may be shown. */
export const valuesInWords = (name: string, values: readonly ValueCount[]): string =>
  values.length === 0
    ? `${name}: no rows`
    : `${name} ${values
        .map(
          ({ value, rows }, at) =>
            `${value === null ? 'null' : value === '' ? 'empty' : value}: ${rows}${at === 0 ? (rows === 1 ? ' row' : ' rows') : ''}`,
        )
        .join(', ')}`;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
