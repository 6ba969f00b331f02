import { type Fragment, raw, sql } from '../sql/fragment.js';
import type { JsonElements, JsonPath, SearchExpressions } from '../sql/search-expressions.js';
import { literal } from './script-parts.js';

/*
 * For databases of a compatibility level below 130, which do not have OPENJSON. JSON_VALUE and JSON_QUERY do not depend
 * on the level, but take their paths as literals alone before SQL Server 2017, know no text of more than 4,000
 * characters, and have no rows: an array is looked through place by place.
 */

/** The most characters, of UTF-16, that JSON_VALUE shows. */
const LONGEST = 4_000;

/** The values of an array that are looked through. */
const PLACES = 64;

/** A question mark would stand for a bound value, unless it is marked. */
const inStatement = (text: string) => literal(text).replaceAll('?', '\\?');

/** `$."urn:…:User"."phoneNumbers"[0]`, in lax mode: what is not there is null. */
const pathTo = (path: JsonPath, place?: number): string => {
  const names = path.map((name) => `."${name.replace(/["\\]/g, '\\$&')}"`);
  return inStatement(`$${names.join('')}${place === undefined ? '' : `[${place}]`}`);
};

/** A string, number or boolean of a JSON text, by a path that is a literal; null where there is none. */
export type ReadValue = (json: string, path: string) => string;

const readValue: ReadValue = (json, path) => `json_value(${json}, ${path})`;

/** An object or an array. */
const partAt = (json: string, path: JsonPath, place?: number) =>
  `json_query(${json}, ${pathTo(path, place)})`;

const exact = (text: string) => raw(`${text} collate Latin1_General_BIN2`);

/** What JSON_VALUE does not show because it is too long: without it, the whole is shorter by that much. */
const isLong = (json: string, path: JsonPath) => {
  const without = `json_modify(${json}, ${pathTo(path)}, null)`;
  // By bytes where characters may be pairs; Babelfish counts bytes of UTF-8.
  return `(len(${json}) - len(${without}) > ${LONGEST} or datalength(${json}) - datalength(${without}) > ${2 * LONGEST})`;
};

/** See `SearchExpressions`. */
export function jsonByPath(
  read = readValue,
): Pick<SearchExpressions, 'jsonText' | 'jsonPresent' | 'jsonElements'> {
  const valueAt = (json: string, path: JsonPath, place?: number) => read(json, pathTo(path, place));

  const jsonPresent = (json: string, path: JsonPath): Fragment => {
    const [value, part] = [valueAt(json, path), partAt(json, path)];
    return raw(
      `(coalesce(datalength(${value}), 0) > 0 or coalesce(${part}, N'[]') not in (N'[]', N'{}') or (${value} is null and ${part} is null and coalesce(len(${json}), 0) > ${LONGEST / 2} and ${isLong(json, path)}))`,
    );
  };

  function jsonElements(json: string, path: JsonPath): JsonElements {
    const places = Array.from(
      { length: PLACES },
      (_, at) => `(${at}, ${valueAt(json, path, at)}, ${partAt(json, path, at)})`,
    );
    // Not left out silently: the text of one more is no number.
    const oneMore = `coalesce(${valueAt(json, path, PLACES)}, ${partAt(json, path, PLACES)})`;
    const tooMany = `cast(cast(case when ${oneMore} is not null then N'scimctl: more than ${PLACES} values need compatibility level 130' end as int) as nvarchar(10))`;
    places.push(`(${PLACES}, ${tooMany}, null)`);
    const from = raw(
      `(select a.[key], a.value, a.part from (values ${places.join(', ')}) as a([key], value, part) where a.value is not null or a.part is not null) as e`,
    );
    const inner = (name: string) => valueAt('e.part', [name]);
    const text = (name?: string): Fragment =>
      name === undefined
        ? exact(`case when e.part is null then e.value else ${inner('value')} end`)
        : exact(inner(name));
    return {
      from,
      text,
      present: (name) => jsonPresent('e.part', [name]),
      first: (name) =>
        sql`(select top 1 ${text(name)} from ${from} order by case when ${raw(inner('primary'))} = N'true' then 0 else 1 end, e.[key])`,
    };
  }

  return { jsonText: (json, path) => exact(valueAt(json, path)), jsonPresent, jsonElements };
}
