import { bound, type Fragment, joined, raw, sql } from '../sql/fragment.js';
import type { JsonElements, JsonPath } from '../sql/search-expressions.js';

/*
 * All through OPENJSON in its default form: JSON_VALUE knows nothing longer than 4,000 characters, takes its
 * path as a literal alone before SQL Server 2017, and on Babelfish gives a null as text. Here every name is
 * bound. Text out of it compares exactly, whatever the database's collation.
 *
 * Types of its rows: 0 null, 1 string, 2 number, 3 boolean, 4 array, 5 object.
 */

/** One row for what is at the path: the last of `p0`, `p1` …, each within the one before. */
function rowAt(json: string, path: JsonPath): { from: Fragment; row: string; where: Fragment } {
  const rows = path.map((_, at) => `p${at}`);
  const from = rows.map((row, at) =>
    at === 0 ? `openjson(${json}) as ${row}` : `cross apply openjson(${inside(rows[at - 1])}) as ${row}`,
  );
  const where = path.map((name, at) => sql`${raw(`${rows[at]}.[key]`)} = ${bound(name)}`);
  return { from: raw(from.join(' ')), row: rows.at(-1) ?? '', where: joined(where, ' and ') };
}

/** What is in an object, and nothing for anything else: OPENJSON fails on text that is no JSON. */
const inside = (row: string | undefined) => `case when ${row}.type = 5 then ${row}.value end`;

const exact = (row: string) => raw(`${row}.value collate Latin1_General_BIN2`);

const isFilled = (row: string) =>
  raw(
    `${row}.type <> 0 and not (${row}.type = 1 and datalength(${row}.value) = 0) and not (${row}.type in (4, 5) and ${row}.value in (N'[]', N'{}'))`,
  );

export function jsonText(json: string, path: JsonPath): Fragment {
  const { from, row, where } = rowAt(json, path);
  return sql`(select top 1 ${exact(row)} from ${from} where ${where} and ${raw(row)}.type in (1, 2, 3))`;
}

export function jsonPresent(json: string, path: JsonPath): Fragment {
  const { from, row, where } = rowAt(json, path);
  return sql`exists (select 1 from ${from} where ${where} and ${isFilled(row)})`;
}

export function jsonElements(json: string, path: JsonPath): JsonElements {
  const { from: array, row, where } = rowAt(json, path);
  const from = sql`(select a.[key], a.value, a.type from ${array} cross apply openjson(case when ${raw(row)}.type = 4 then ${raw(row)}.value end) as a where ${where}) as e`;
  const inner = (name: string) =>
    sql`(select top 1 ${exact('q')} from openjson(${raw(inside('e'))}) as q where q.[key] = ${bound(name)} and q.type in (1, 2, 3))`;
  const text = (name?: string) =>
    name === undefined
      ? sql`case when e.type = 5 then ${inner('value')} when e.type in (1, 2, 3) then ${exact('e')} end`
      : inner(name);
  return {
    from,
    text,
    present: (name) =>
      sql`exists (select 1 from openjson(${raw(inside('e'))}) as q where q.[key] = ${bound(name)} and ${isFilled('q')})`,
    first: (name) =>
      sql`(select top 1 ${text(name)} from ${from} order by case when ${inner('primary')} = N'true' then 0 else 1 end, cast(e.[key] as int))`,
  };
}
