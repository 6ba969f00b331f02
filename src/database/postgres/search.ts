import { bound, type Fragment, joined, raw, sql } from '../sql/fragment.js';
import { OUTER_SPACES } from '../sql/outer-space.js';
import type { JsonElements, JsonPath, SearchExpressions } from '../sql/search-expressions.js';
import { foldedPostgres as lower } from './expressions.js';

const folded = (text: Fragment): Fragment => ({ ...text, sql: lower(`(${text.sql})`) });

/** Longer beginnings than this do not change an order that anybody could read. */
const SORTED_LENGTH = 400;

/** Filters and sorting on PostgreSQL; `attributes` is jsonb. */
export const postgresSearch: SearchExpressions = {
  folded,
  ownFolded: (column) => folded(raw(column)),
  hasOuterSpace: (column) => sql`(${isSpace(`left(${column}, 1)`)} or ${isSpace(`right(${column}, 1)`)})`,
  equal: (one, other) => sql`${one} = ${other}`,
  isFilled: (text) => sql`coalesce(${text}, '') <> ''`,
  contains: (text, part) => sql`strpos(${text}, ${part}) > 0`,
  startsWith: (text, part) => sql`starts_with(${text}, ${part})`,
  // No right(): of no characters it would take the whole of a text.
  endsWith: (text, part) => sql`starts_with(reverse(${text}), reverse(${part}))`,
  longestPart: Number.POSITIVE_INFINITY,
  ordered: (text) => sql`(${text}) collate "C"`,
  inOrder: (text) => sql`(${text}) collate "C"`,
  sortable: (text) => sql`left(${text}, ${raw(String(SORTED_LENGTH))}) collate "C"`,
  handedOver: (text) => text,
  sortableInstant: (instant) =>
    sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') collate "C"`,
  uuidText: (column) => raw(`cast(${column} as text)`),
  toUuid: (text) => sql`cast(${text} as uuid)`,

  storedAddress: (identity) => folded(raw(`${identity}.attributes ->> 'urn:scimctl:address'`)),
  // A plain index knows the case that was written, and no other.
  hostTextCandidates: () => undefined,
  hostText: (column) => raw(`cast(${column} as text) collate "default"`),
  isTrue: (column, { dataType }) =>
    isText(dataType)
      ? raw(`coalesce(lower(${column}) in ('1', 't', 'true', 'y', 'yes'), false)`)
      : raw(`coalesce(cast(${column} as integer) = 1, false)`),

  toNumber: (text) =>
    sql`(select case when v.t ~ ${raw(`'${NUMBER}'`)} then cast(v.t as numeric) end from (select ${text} as t) as v)`,
  toInstant: (text) =>
    sql`(select case when v.t ~ ${raw(`'${INSTANT}'`)} then cast(v.t as timestamptz) end from (select ${text} as t) as v)`,

  jsonText: (json, path) => sql`jsonb_extract_path_text(${raw(json)}, ${names(path)})`,
  jsonPresent: (json, path) => present(sql`jsonb_extract_path(${raw(json)}, ${names(path)})`),
  jsonElements,
  keyRows: (keys) => ({
    from: sql`json_array_elements_text(cast(${bound(JSON.stringify(keys))} as json)) as k(text)`,
    key: raw('cast(k.text as uuid)'),
  }),
};

/** As bytes of UTF-8, since a database in another encoding may not have the character. */
const SPACES = OUTER_SPACES.map((code) => Buffer.from(String.fromCodePoint(code)).toString('hex'));
const isSpace = (character: string): Fragment =>
  raw(`convert_to(${character}, 'UTF8') in (${SPACES.map((hex) => `'\\x${hex}'::bytea`).join(', ')})`);

const names = (path: JsonPath) => joined(path.map(bound), ', ');
const isText = (dataType: string) => /char|text/i.test(dataType);

const present = (json: Fragment): Fragment => sql`coalesce(${json} not in ('null', '""', '{}', '[]'), false)`;

function jsonElements(json: string, path: JsonPath): JsonElements {
  const array = sql`jsonb_extract_path(${raw(json)}, ${names(path)})`;
  const from = sql`jsonb_array_elements(case when jsonb_typeof(${array}) = 'array' then ${array} end) with ordinality as e(item, place)`;
  const text = (name?: string) =>
    name === undefined
      ? sql`case jsonb_typeof(e.item) when 'object' then e.item ->> 'value' else e.item #>> '{}' end`
      : sql`jsonb_extract_path_text(e.item, ${bound(name)})`;
  return {
    from,
    text,
    present: (name) => present(sql`jsonb_extract_path(e.item, ${bound(name)})`),
    first: (name) =>
      sql`(select ${text(name)} from ${from} order by case when jsonb_typeof(e.item) = 'object' and e.item ->> 'primary' = 'true' then 0 else 1 end, e.place limit 1)`,
  };
}

// Question marks are for bindings, so repetition is written in braces.
const NUMBER = '^-{0,1}[0-9]+([.][0-9]+){0,1}([eE][+-]{0,1}[0-9]{1,3}){0,1}$';

/** Every RFC 3339 text that is a day of the calendar: a cast would fail for the rest. */
const YEAR = '([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)';
const LEAP_YEAR = '([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)';
const MONTH_AND_DAY = '((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)';
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9}){0,1}';
const OFFSET = '(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])';
const INSTANT = `^(${YEAR}-${MONTH_AND_DAY}|${LEAP_YEAR}-02-29)T${TIME}${OFFSET}$`;
