import type { HostViewColumn } from '../dialect/host-column.js';
import { bound, type Fragment, raw, sql } from '../sql/fragment.js';
import { OUTER_SPACES } from '../sql/outer-space.js';
import type { SearchExpressions } from '../sql/search-expressions.js';
import { foldedMssql as lower } from './expressions.js';
import { jsonElements, jsonPresent, jsonText } from './json.js';
import { jsonByPath } from './json-by-path.js';

const folded = (text: Fragment): Fragment => ({ ...text, sql: lower(`(${text.sql})`) });

const SPACES = OUTER_SPACES.join(', ');

const binary = (text: Fragment): Fragment => sql`(${text}) collate Latin1_General_BIN2`;

/** Longer beginnings than this do not change an order that anybody could read. */
const SORTED_LENGTH = 400;

/**
 * Filters and sorting on SQL Server 2016 and Babelfish. Blanks at the end of a text count for nothing in a
 * comparison there, so whatever must be exact also compares lengths, or puts a character at the end.
 */
export const mssqlSearch: SearchExpressions = {
  folded,
  // By name: SQL Server would find the column by its expression, Babelfish would not.
  ownFolded: (column) => raw(`${column}_folded`),
  // Of the folded column, which the index has beside the key.
  hasOuterSpace: (column) =>
    raw(
      `(unicode(left(${column}_folded, 1)) in (${SPACES}) or unicode(right(${column}_folded, 1)) in (${SPACES}))`,
    ),
  equal: (one, other) => sql`(${one} = ${other} and datalength(${one}) = datalength(${other}))`,
  isFilled: (text) => sql`coalesce(datalength(${text}), 0) > 0`,
  contains: (text, part) => sql`charindex(${part}, ${text}) > 0`,
  startsWith: (text, part) => sql`charindex(${part}, ${text}) = 1`,
  endsWith: (text, part) => sql`charindex(reverse(${part}), reverse(${text})) = 1`,
  longestPart: 4000,
  ordered: (text) => binary(sql`${text} + nchar(1)`),
  inOrder: (text) => text,
  sortable: (text) => binary(sql`left(${text}, ${raw(String(SORTED_LENGTH))})`),
  handedOver: (text) => sql`cast(${text} as nvarchar(max))`,
  sortableInstant: (instant) =>
    binary(sql`convert(nvarchar(40), cast(switchoffset(${instant}, '+00:00') as datetime2), 126)`),
  uuidText: (column) => raw(`lower(cast(${column} as nvarchar(36))) collate Latin1_General_BIN2`),
  toUuid: (text) => sql`cast(${text} as uniqueidentifier)`,

  storedAddress: (identity) => raw(`${identity}.address_folded`),
  hostTextCandidates,
  hostText: (column) => raw(`cast(${column} as nvarchar(4000)) collate Latin1_General_BIN2`),
  isTrue: (column, { dataType }) =>
    /char|text/i.test(dataType)
      ? raw(
          `case when lower(cast(${column} as nvarchar(10))) in (N'1', N't', N'true', N'y', N'yes') then 1 else 0 end = 1`,
        )
      : raw(`coalesce(cast(${column} as int), 0) = 1`),

  toNumber: (text) => sql`try_cast(${text} as float)`,
  toInstant,

  jsonText,
  jsonPresent,
  jsonElements,
  keyRows,
};

/** The same for databases of a compatibility level below 130. */
export const mssqlSearchBelow130: SearchExpressions = { ...mssqlSearch, ...jsonByPath() };

const KEY_LENGTH = 36;
const DIGITS = Array.from({ length: 16 }, (_, digit) => `(${digit})`).join(', ');
const NUMBERS = `(select a.n + 16 * b.n + 256 * c.n as n from (values ${DIGITS}) as a(n) cross join (values ${DIGITS}) as b(n) cross join (values ${DIGITS}) as c(n)) as n`;

/**
 * One text of them all, so that there is one statement and one plan however many they are, at any compatibility level.
 * Beyond the end there is nothing, which may be converted before it is left out.
 */
function keyRows(keys: readonly string[]): { from: Fragment; key: Fragment } {
  const at = `n.n * ${KEY_LENGTH}`;
  return {
    from: sql`(select try_cast(substring(l.keys, ${raw(at)} + 1, ${raw(String(KEY_LENGTH))}) as uniqueidentifier) as [key] from (select cast(${bound(keys.join(''))} as nvarchar(max)) as keys) as l cross join ${raw(NUMBERS)} where ${raw(at)} < len(l.keys)) as k`,
    key: raw('k.[key]'),
  };
}

/**
 * Only under a collation that takes upper and lower case for the same can an index over the column help, and
 * not where I is no capital i. Of the column's own type, since a column that has to be converted is scanned.
 */
function hostTextCandidates(
  column: string,
  type: HostViewColumn,
  value: string | Fragment,
): Fragment | undefined {
  const { dataType, collation } = type;
  if (!/_CI(_|$)/i.test(collation ?? '') || /^(turkish|azeri)/i.test(collation ?? '')) return undefined;
  if (!/^n{0,1}varchar\(([0-9]+|max)\)$/.test(dataType)) return undefined;
  if (typeof value === 'string') return sql`${raw(column)} = cast(${bound(value)} as ${raw(dataType)})`;
  // A column of rows has a collation of its own, and of two in one comparison the one that is said aloud wins.
  if (!/^\w+$/.test(collation ?? '')) return undefined;
  return sql`${raw(column)} = cast(${value} as ${raw(dataType)}) collate ${raw(collation ?? '')}`;
}

/** A date and time of RFC 3339, spelled as both servers convert it; Babelfish makes null of one with a precision. */
function toInstant(text: Fragment): Fragment {
  const spelled = (time: string, offset: string) =>
    `try_cast(concat(left(v.t, 10), N' ', ${time}, N' ', ${offset}) as datetimeoffset)`;
  const converted = `case
    when v.t not like N'____-__-__T__:__:__%' then null
    when right(v.t, 1) = N'Z' then ${spelled('substring(v.t, 12, len(v.t) - 12)', "N'+00:00'")}
    when left(right(v.t, 6), 1) in (N'+', N'-') then ${spelled('substring(v.t, 12, len(v.t) - 17)', 'right(v.t, 6)')}
  end`;
  return sql`(select ${raw(converted)} from (select ${text} as t) as v)`;
}
