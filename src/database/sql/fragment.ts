import type { Knex } from 'knex';

/** A piece of SQL with the values that are bound to its question marks, in order. */
export interface Fragment {
  readonly sql: string;
  readonly bindings: readonly Knex.RawBinding[];
}

/** Puts fragments together: sql`${column} = ${bound(value)}`. Nothing but fragments can be put in. */
export function sql(texts: TemplateStringsArray, ...parts: readonly Fragment[]): Fragment {
  let text = texts[0] ?? '';
  const bindings: Knex.RawBinding[] = [];
  // Plain loops, since every statement of the endpoint is put together here.
  for (const [at, part] of parts.entries()) {
    text += part.sql + (texts[at + 1] ?? '');
    for (const binding of part.bindings) bindings.push(binding);
  }
  return { sql: text, bindings };
}

/** SQL that is ours, word for word; never anything that came from outside. */
export const raw = (text: string): Fragment => ({ sql: text, bindings: [] });

/** A value that came from outside. */
export const bound = (value: Knex.RawBinding): Fragment => ({ sql: '?', bindings: [value] });

/** For the end of an ordered query: so many rows, after so many others. Standard SQL, for either engine. */
export const stretchOf = (offset: number, limit: number): Fragment =>
  sql`offset ${bound(offset)} rows fetch next ${bound(limit)} rows only`;

/** The fragments with a text between them. */
export function joined(parts: readonly Fragment[], between: string): Fragment {
  let text = '';
  const bindings: Knex.RawBinding[] = [];
  for (const [at, part] of parts.entries()) {
    text += at === 0 ? part.sql : between + part.sql;
    for (const binding of part.bindings) bindings.push(binding);
  }
  return { sql: text, bindings };
}

/**
 * A list of values in one of few lengths, the last value again and again at its end: servers keep a plan for each text
 * of a statement, and a list of every length would fill what they keep.
 */
export function padded<T>(values: readonly T[]): T[] {
  const length = values.length < 2 ? values.length : 2 ** Math.ceil(Math.log2(values.length));
  return Array.from({ length }, (_, at) => values[Math.min(at, values.length - 1)] as T);
}

/** Values for `in (…)`. */
export const listed = (values: readonly Knex.RawBinding[]): Fragment =>
  joined(padded(values).map(bound), ', ');

/** Conditions that hold for every row, and for none, in any dialect. */
export const ALWAYS = raw('1 = 1');
export const NEVER = raw('1 = 0');

export const not = (condition: Fragment): Fragment => {
  if (condition === ALWAYS) return NEVER;
  if (condition === NEVER) return ALWAYS;
  return sql`not (${condition})`;
};

export function allOf(conditions: readonly Fragment[]): Fragment {
  const telling = conditions.filter((condition) => condition !== ALWAYS);
  if (telling.includes(NEVER)) return NEVER;
  if (telling.length === 0) return ALWAYS;
  return telling.length === 1 ? (telling[0] as Fragment) : sql`(${joined(telling, ' and ')})`;
}

export const anyOf = (conditions: readonly Fragment[]): Fragment => {
  const telling = conditions.filter((condition) => condition !== NEVER);
  if (telling.includes(ALWAYS)) return ALWAYS;
  if (telling.length === 0) return NEVER;
  return telling.length === 1 ? (telling[0] as Fragment) : sql`(${joined(telling, ' or ')})`;
};
