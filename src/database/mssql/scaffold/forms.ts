import type { Clock, PartOfText } from '../../../binding/value.js';
import { type ColumnFact, partsOf } from '../../scaffold/facts.js';
import type { Forms } from '../../scaffold/forms.js';
import { bracketed, inLiteral } from '../script-parts.js';

const qualified = (table: string): string => {
  const { schema, name } = partsOf(table);
  return `${bracketed(schema)}.${bracketed(name)}`;
};

/** A text constant on one line. */
export const literalMssql = (text: string): string =>
  `N'${inLiteral(text).replaceAll('\r', "' + nchar(13) + N'").replaceAll('\n', "' + nchar(10) + N'")}'`;

const type = (cast: string, kind: ColumnFact['kind']): ColumnFact => ({
  ...{ type: cast, cast, kind },
  ...{ nullable: true, filled: false, derived: false },
});

const types = {
  text: type('nvarchar(4000)', 'text'),
  number: type('bigint', 'number'),
  boolean: type('bit', 'boolean'),
  instant: type('datetime2(3)', 'local-instant'),
};

const cast = (expression: string, to: string): string => `cast(${expression} as ${to})`;
const EMPTY = "N''";
/** Texts are compared to the letter. */
const EXACT = 'collate Latin1_General_BIN2';

/** SQL of SQL Server 2016, of the part that Babelfish takes as well. */
export const mssqlForms: Forms = {
  name: bracketed,
  table: qualified,
  types,
  literal(value, { cast: to, kind }) {
    if (value === null) return cast('null', to);
    const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
    if (kind === 'boolean' && /^(true|false)$/i.test(text)) return /true/i.test(text) ? '1' : '0';
    if ((kind === 'boolean' || kind === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return text;
    // A text of Unicode would have every row of a column without it converted.
    if (kind === 'text')
      return /^n|^sys/i.test(to) || /[^\x20-\x7e]/.test(text) ? literalMssql(text) : `'${inLiteral(text)}'`;
    return cast(`'${inLiteral(text)}'`, to);
  },
  text(expression, { cast: from, kind }) {
    if (kind === 'text' && /^nvarchar\(\d/i.test(from)) return expression;
    const text = cast(expression, types.text.cast);
    // Blanks that fill a column of fixed length are no part of the text.
    return /^n?char\(/i.test(from) ? `rtrim(${text})` : text;
  },
  // A CAST would cut a text that is too long; written as it is, it is refused.
  as: (text, { cast: to, kind }) => (kind === 'text' ? text : cast(text, to)),
  flag: (condition) => `cast(case when ${condition} then 1 else 0 end as bit)`,
  flagAs: (flag, { cast: to, kind }) => (kind === 'boolean' ? flag : cast(flag, to)),
  unpadded: (expression) => `rtrim(${expression})`,
  compare: (left, sign, right) => `${left} ${sign} ${right}`,
  not: (condition) => `case when ${condition} then 1 else 0 end = 0`,
  like(text, pattern, ignoreCase) {
    const wanted = literalMssql(pattern.replaceAll('[', '\\['));
    const isLike = ignoreCase ? `lower(${text}) like lower(${wanted})` : `${text} like ${wanted}`;
    return `${isLike} escape N'\\'`;
  },
  bits: (expression, mask) => `(${cast(expression, 'bigint')} & ${mask})`,
  coalesce: (values) => (values.length === 1 ? (values[0] ?? '') : `coalesce(${values.join(', ')})`),
  concat: (texts) => (texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(' + ')})`),
  nullIfEmpty: (text) => `nullif(${text}, ${EMPTY})`,
  lower: (text) => `lower(${text})`,
  upper: (text) => `upper(${text})`,
  normalised: (text) => text,
  trimmed: (text) => `ltrim(rtrim(${text}))`,
  capitalised: (text) => `(upper(left(${text}, 1)) + lower(substring(${text}, 2, 4000)))`,
  cut: (text, length) => `left(${text}, ${length})`,
  trimmedOrNull: (text) => `nullif(ltrim(rtrim(${text})), ${EMPTY})`,
  part: (part, text) => `nullif(${partOf(part, text)}, ${EMPTY})`,
  hasOther(text, ranges) {
    // A set takes a hyphen at its beginning and no closing bracket: that one is looked away from.
    const singles = ranges.filter(([a, b]) => a === b).map(([a]) => a);
    const bracketless = singles.includes(']') ? `replace(${text}, N']', ${EMPTY})` : text;
    const set = [
      ...(singles.includes('-') ? ['-'] : []),
      ...ranges.filter(([a, b]) => a !== b).map(([a, b]) => `${a}-${b}`),
      ...singles.filter((one) => one !== '-' && one !== ']' && one !== '^'),
      ...(singles.includes('^') ? ['^'] : []),
    ].join('');
    return `${bracketless} ${EXACT} like ${literalMssql(`%[^${set}]%`)}`;
  },
  isLonger: (text, length) => `len(${text}) > ${length}`,
  isNoAddress: (text) => `(${text} not like N'%_@_%._%' or ${text} like N'% %' or ${text} like N'%@%@%')`,
  isBlank: (text) => `coalesce(ltrim(rtrim(${text})), ${EMPTY}) = ${EMPTY}`,
  guid(upper, hyphens, to) {
    if (to.kind === 'guid') return 'newid()';
    const text = hyphens
      ? cast('newid()', 'nvarchar(36)')
      : `replace(${cast('newid()', 'nvarchar(36)')}, N'-', ${EMPTY})`;
    return mssqlForms.as(`${upper ? 'upper' : 'lower'}(${text})`, to);
  },
  random(length, alphabet) {
    const one = `substring(${literalMssql(alphabet)}, (checksum(newid()) & 2147483647) % ${[...alphabet].length} + 1, 1)`;
    return `(${Array<string>(length).fill(one).join('\n + ')})`;
  },
  next: (sequence) => `next value for ${qualified(sequence)}`,
  now: nowAs,
  instant(expression, own, clock, zone) {
    if (clock !== 'instant') {
      const perDay = clock === 'epoch-seconds' ? 86_400 : 86_400_000;
      const unit = clock === 'epoch-seconds' ? 'second' : 'millisecond';
      const number = cast(expression, 'bigint');
      const day = `dateadd(day, ${cast(`${number} / ${perDay}`, 'int')}, ${cast("'19700101'", 'datetime2(3)')})`;
      return `case when ${expression} > 0 then dateadd(${unit}, ${cast(`${number} % ${perDay}`, 'int')}, ${day}) end`;
    }
    if (own.kind === 'instant' || zone === 'UTC') return expression;
    if (zone === 'server')
      return `dateadd(minute, datediff(minute, sysdatetime(), sysutcdatetime()), ${expression})`;
    return cast(`${expression} at time zone ${literalMssql(zone)} at time zone N'UTC'`, 'datetime2(3)');
  },
  first: (select, rest) => `(select top (1) ${select} ${rest})`,
  copied(column, table, key, where) {
    const conditions = [`${column} is not null`, ...(where ? [where] : [])].join(' and ');
    const order = key === undefined ? '' : ` order by ${key} desc`;
    const newest = `select top (100) ${column} as value from ${table} where ${conditions}${order}`;
    return `(select top (1) n.value from (${newest}) n group by n.value order by count(*) desc, n.value)`;
  },
  count: 'count(*)',
  max: (expression) => `max(${expression})`,
  min: (expression) => `min(${expression})`,
};

function nowAs(clock: Clock, to: ColumnFact, zone: string, seconds: boolean): string {
  if (clock !== 'instant') {
    const [perDay, unit] = clock === 'epoch-seconds' ? [86_400, 'second'] : [86_400_000, 'millisecond'];
    const days = cast("datediff(day, '19700101', sysutcdatetime())", 'bigint');
    const today = cast(cast('sysutcdatetime()', 'date'), 'datetime2(3)');
    return `(${days} * ${perDay} + datediff(${unit}, ${today}, sysutcdatetime()))`;
  }
  const now = to.kind === 'instant' ? 'sysdatetimeoffset()' : localNow(zone);
  if (!seconds) return now;
  return to.kind === 'instant'
    ? `todatetimeoffset(${cast(`convert(nvarchar(19), sysutcdatetime(), 126)`, 'datetime2(0)')}, 0)`
    : cast(`convert(nvarchar(19), ${now}, 126)`, 'datetime2(0)');
}

function localNow(zone: string): string {
  if (zone === 'UTC') return 'sysutcdatetime()';
  if (zone === 'server') return 'sysdatetime()';
  return cast(`sysdatetimeoffset() at time zone ${literalMssql(zone)}`, 'datetime2(7)');
}

function partOf(part: PartOfText, text: string): string {
  const words = `ltrim(rtrim(${text}))`;
  const until = (sign: string, of: string) => `charindex(N'${sign}', ${of} + N'${sign}')`;
  switch (part) {
    case 'first-word':
      return `left(${words}, ${until(' ', words)} - 1)`;
    case 'rest':
      return `ltrim(substring(${words}, ${until(' ', words)}, 4000))`;
    case 'last-word':
      return `right(${words}, ${until(' ', `reverse(${words})`)} - 1)`;
    case 'before-last-word':
      return `rtrim(left(${words}, len(${words}) - ${until(' ', `reverse(${words})`)} + 1))`;
    case 'before-at':
      return `left(${text}, ${until('@', text)} - 1)`;
    case 'after-at':
      return `case when charindex(N'@', ${text}) > 0 then right(${text}, charindex(N'@', reverse(${text})) - 1) end`;
    case 'after-backslash':
      return `right(${text}, ${until('\\', `reverse(${text})`)} - 1)`;
  }
}
