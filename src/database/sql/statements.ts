import type { Knex } from 'knex';
import { bound, type Fragment, joined, raw, sql } from './fragment.js';

/** Values by the names of their columns; a fragment is taken as the expression it is. */
export type Columns = Readonly<Record<string, Knex.RawBinding | Fragment>>;

/** `insert into table (…) values (…)`; with a source, one row for each of its rows. */
export function insertInto(table: string, columns: Columns, source?: Fragment): Fragment {
  const names = joined(Object.keys(columns).map(column), ', ');
  const values = joined(Object.values(columns).map(value), ', ');
  const rows = source === undefined ? sql`values (${values})` : sql`select ${values} from ${source}`;
  return sql`insert into ${raw(table)} (${names}) ${rows}`;
}

/** `update table set … where …`; with a source, its columns may be among the values. */
export function updateOf(table: string, columns: Columns, where: Fragment, source?: string): Fragment {
  const changes = Object.entries(columns).map(([name, one]) => sql`${column(name)} = ${value(one)}`);
  const from = raw(source === undefined ? '' : ` from ${source}`);
  return sql`update ${raw(table)} set ${joined(changes, ', ')}${from} where ${where}`;
}

const lists = new WeakMap<object, string>();

/** Expressions with their names, as they stand behind `select`. The same ones are put together once. */
export function named(expressions: Readonly<Record<string, string>>): string {
  const known = lists.get(expressions);
  if (known !== undefined) return known;
  const list = Object.entries(expressions)
    .map(([name, expression]) => `${expression} as ${name}`)
    .join(', ');
  lists.set(expressions, list);
  return list;
}

const column = (name: string): Fragment => raw(`"${name}"`);

/** A value to bind, or the expression that a fragment is. */
export const value = (one: Knex.RawBinding | Fragment): Fragment => (isFragment(one) ? one : bound(one));

const isFragment = (one: unknown): one is Fragment =>
  typeof one === 'object' && one !== null && 'sql' in one && 'bindings' in one;
