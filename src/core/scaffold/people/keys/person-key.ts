import type { Condition } from '../../../../binding/value.js';
import { tiedValue } from '../../../../database/scaffold/compile/user-key.js';
import {
  type ColumnFacts,
  columnOf,
  isColumnCalled,
  isDistinct,
  isUniqueTogether,
  type TableFacts,
} from '../../facts.js';
import { TENANT } from '../../words/vocabulary.js';

/** The primary key of a table of people. */
export interface PersonKey {
  /** What tells people apart, at least within one tenant. */
  column: string;
  /** The other columns, such as the tenant. None where the column is unique by itself. */
  others: readonly string[];
}

const partsOf = (table: TableFacts): string[] | undefined => {
  const names = (table.uniques.find(({ primary }) => primary)?.parts ?? []).map(({ column }) => column);
  return names.length > 0 && names.every((name) => name !== null) ? (names as string[]) : undefined;
};

/** Whether an index says that no two rows share the value, and each row has one. */
export const isAlone = (table: TableFacts, name: string): boolean =>
  isUniqueTogether(table, [name]) && columnOf(table, name)?.nullable === false;

/** By the catalogue and the rows alone; nothing where they do not say which column is a person's. */
export function personKey(table: TableFacts): PersonKey | undefined {
  const parts = partsOf(table);
  const [first] = parts ?? [];
  if (!parts || first === undefined) return undefined;
  if (parts.length === 1) return { column: first, others: [] };
  const alone = parts.filter((name) => isAlone(table, name));
  if (alone.length > 0) return alone.length === 1 ? { column: alone[0] ?? '', others: [] } : undefined;
  const columns = parts.flatMap((name) => columnOf(table, name) ?? []);
  // Rows that are versions of the same person.
  if (columns.some(isVersion)) return undefined;
  const named = columns.filter((column) => !isColumnCalled(column, TENANT));
  const [only] = named.length === 1 ? named : columns.filter((column) => !isRepeated(column));
  const rest = columns.filter((column) => column !== only);
  if (!only || rest.some((column) => !isColumnCalled(column, TENANT) && !isRepeated(column)))
    return undefined;
  return { column: only.name, others: rest.map(({ name }) => name) };
}

/** The same where a condition ties all columns but one to a value each. */
export function keyUnder(table: TableFacts, where: Condition | undefined): PersonKey | undefined {
  const parts = partsOf(table);
  const known = personKey(table);
  if (!parts || known?.others.length === 0) return known;
  const free = parts.filter((name) => tiedValue(where, name) === undefined);
  const [only] = free;
  const column = only === undefined ? undefined : columnOf(table, only);
  if (!column || free.length > 1 || isVersion(column)) return undefined;
  return { column: column.name, others: parts.filter((name) => name !== only) };
}

/** The columns of a key of several that have no place in `keyUnder`, for a person to tie. */
export const untiedOf = (table: TableFacts, where: Condition | undefined): string[] =>
  (partsOf(table) ?? []).filter(
    (name) => name !== personKey(table)?.column && tiedValue(where, name) === undefined,
  );

export const keyParts = (table: TableFacts): readonly string[] => partsOf(table) ?? [];

const isVersion = ({ kind, words }: ColumnFacts): boolean =>
  kind === 'instant' ||
  /valid|version|revision|effective|history|gueltig|period|sequence|seqn/u.test(words.bare);

/** Few values for many rows. */
const isRepeated = (column: ColumnFacts): boolean => {
  const { filled = 0, distinct = 0 } = column.statistics ?? {};
  return isDistinct(column) === false && filled >= 3 && distinct <= filled / 2;
};
