import type { Clock, PartOfText } from '../../../binding/value.js';
import { configurationProblem } from '../../../problem.js';
import { type ColumnFact, partsOf } from '../../scaffold/facts.js';
import type { Forms } from '../../scaffold/forms.js';

/**
 * Whoever may create functions, operators or types in a schema of the search path could otherwise have them run with
 * the rights of the views' owner: an exact match wins over the system's own. So everything has its schema, and words
 * that look up an operator by its name (IN, NULLIF, IS DISTINCT FROM, LIKE, CASE x WHEN) are not used.
 */
export const call = (name: string, ...parameters: readonly string[]): string =>
  `pg_catalog.${name}(${parameters.join(', ')})`;

export const operator = (left: string, sign: string, right: string): string =>
  `${left} operator(pg_catalog.${sign}) ${right}`;

/** A name in its quotes. @throws Problem `name-too-long`: PostgreSQL would cut it. */
export function quotedPostgres(name: string): string {
  if (Buffer.byteLength(name) > 63) {
    throw configurationProblem('name-too-long', `The name ${name} is longer than 63 bytes.`, {
      hint: 'PostgreSQL cuts such names. Write the name as the catalogue has it.',
    });
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text constant on one line, whatever `standard_conforming_strings` says. */
export const literalPostgres = (text: string): string => {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === text ? '' : 'E'}'${escaped.replaceAll("'", "''")}'`;
};

const type = (cast: string, kind: ColumnFact['kind']): ColumnFact => ({
  ...{ type: cast, cast: `pg_catalog.${cast}`, kind },
  ...{ nullable: true, filled: false, derived: false },
});

const types = {
  text: type('text', 'text'),
  number: type('int8', 'number'),
  boolean: type('bool', 'boolean'),
  instant: type('timestamptz', 'instant'),
};

/** In what is given to our operators and functions, and in what is assigned, a text needs no cast. */
const isPlainText = (type: string): boolean => type === types.text.cast || type === 'pg_catalog.varchar';

const cast = (expression: string, to: string): string => `cast(${expression} as ${to})`;
const toText = (expression: string): string => cast(expression, types.text.cast);
const qualified = (table: string): string => {
  const { schema, name } = partsOf(table);
  return `${quotedPostgres(schema)}.${quotedPostgres(name)}`;
};
const nullIf = (text: string, value: string): string =>
  `case when ${operator(text, '<>', value)} then ${text} end`;

export const postgresForms: Forms = {
  name: quotedPostgres,
  table: qualified,
  types,
  literal(value, { cast: to, kind }) {
    if (value === null) return cast('null', to);
    if (kind === 'boolean' && typeof value === 'boolean') return String(value);
    const text = typeof value === 'boolean' && kind === 'number' ? String(Number(value)) : String(value);
    if (kind === 'number' && /^-?\d{1,9}$/.test(text)) return text;
    return isPlainText(to) ? literalPostgres(text) : cast(literalPostgres(text), to);
  },
  text: (expression, { cast: from }) => (from === types.text.cast ? expression : toText(expression)),
  // An assignment takes any text; a CAST to a length would cut it.
  as: (text, { cast: to }) => (isPlainText(to) ? text : cast(text, to)),
  flag: (condition) => `(${condition}) is true`,
  flagAs(flag, { cast: to, kind }) {
    if (kind === 'boolean') return flag;
    return cast(`case when ${flag} then 1 else 0 end`, to);
  },
  unpadded: (expression) => `cast(${expression} as pg_catalog.text)`,
  compare: (left, sign, right) => operator(left, sign, right),
  not: (condition) => `(${condition}) is not true`,
  like(text, pattern, ignoreCase) {
    const wanted = literalPostgres(pattern);
    return ignoreCase
      ? operator(call('lower', text), '~~', call('lower', wanted))
      : operator(text, '~~', wanted);
  },
  bits: (expression, mask) =>
    `(${operator(cast(expression, 'pg_catalog.int8'), '&', cast(String(mask), 'pg_catalog.int8'))})`,
  coalesce: (values) => `coalesce(${values.join(', ')})`,
  concat: (texts) =>
    texts.length === 1 ? (texts[0] ?? '') : `(${texts.reduce((left, one) => operator(left, '||', one))})`,
  nullIfEmpty: (text) => nullIf(text, "''"),
  lower: (text) => call('lower', text),
  upper: (text) => call('upper', text),
  normalised: (text) => call('normalize', text, "'NFC'"),
  trimmed: (text) => call('btrim', text),
  capitalised: (text) =>
    `(${operator(call('upper', call('left', text, '1')), '||', call('lower', call('substr', text, '2')))})`,
  cut: (text, length) => call('left', text, String(length)),
  trimmedOrNull: (text) => call('substring', text, literalPostgres('\\S(?:.*\\S)?')),
  part: partOf,
  hasOther(text, ranges) {
    const escaping = (character: string) => (/[\\\]^-]/.test(character) ? `\\${character}` : character);
    const set = ranges.map(([a, b]) => (a === b ? escaping(a) : `${escaping(a)}-${escaping(b)}`)).join('');
    // Characters by their numbers, whatever the database sorts by.
    return operator(`${text} collate pg_catalog."C"`, '~', literalPostgres(`[^${set}]`));
  },
  isLonger: (text, length) => operator(call('char_length', text), '>', String(length)),
  isNoAddress: (text) => operator(text, '!~', literalPostgres(String.raw`^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$`)),
  isBlank: (text) => `(${text} is null or ${operator(call('btrim', text), '=', "''")})`,
  guid(upper, hyphens, to) {
    const made = call('gen_random_uuid');
    if (to.kind === 'guid') return made;
    const text = hyphens ? toText(made) : call('replace', toText(made), "'-'", "''");
    return postgresForms.as(upper ? call('upper', text) : text, to);
  },
  random(length, alphabet) {
    const size = [...alphabet].length;
    const number = call('abs', cast(call('hashtext', toText(call('gen_random_uuid'))), 'pg_catalog.int8'));
    const place = operator(
      '1',
      '+',
      cast(call('mod', number, cast(String(size), 'pg_catalog.int8')), 'pg_catalog.int4'),
    );
    const one = call('substr', literalPostgres(alphabet), place, '1');
    return `(select ${call('string_agg', one, "''")} from ${call('generate_series', '1', String(length))})`;
  },
  next: (sequence, to) =>
    cast(call('nextval', cast(literalPostgres(qualified(sequence)), 'pg_catalog.regclass')), to.cast),
  now: nowAs,
  instant(expression, own, clock, zone) {
    if (clock !== 'instant') {
      const seconds = cast(expression, 'pg_catalog.float8');
      const divided = clock === 'epoch-seconds' ? seconds : operator(seconds, '/', '1000');
      const isSome = operator(expression, '>', '0');
      return `case when ${isSome} then ${call('to_timestamp', divided)} end`;
    }
    if (own.kind === 'instant') return expression;
    const local = own.kind === 'local-instant' ? expression : cast(expression, 'pg_catalog.timestamp');
    return zone === 'server'
      ? cast(local, types.instant.cast)
      : call('timezone', literalPostgres(zone), local);
  },
  first: (select, rest) => `(select ${select} ${rest} limit 1)`,
  copied(column, table, key, where) {
    const conditions = [`${column} is not null`, ...(where ? [where] : [])].join(' and ');
    const order = key === undefined ? '' : ` order by ${key} desc`;
    const newest = `select ${column} as value from ${table} where ${conditions}${order} limit 100`;
    return `(select n.value from (${newest}) n group by n.value order by ${call('count', '*')} desc, n.value limit 1)`;
  },
  count: call('count', '*'),
  max: (expression) => call('max', expression),
  min: (expression) => call('min', expression),
};

function nowAs(clock: Clock, to: ColumnFact, zone: string, seconds: boolean): string {
  const now = seconds ? call('date_trunc', "'second'", call('now')) : call('now');
  if (clock !== 'instant') {
    const epoch = call('date_part', "'epoch'", now);
    const number = clock === 'epoch-seconds' ? epoch : operator(epoch, '*', '1000');
    return cast(call('floor', number), to.kind === 'number' ? to.cast : types.number.cast);
  }
  if (to.kind === 'instant') return now;
  const local =
    zone === 'server' ? cast(now, 'pg_catalog.timestamp') : call('timezone', literalPostgres(zone), now);
  return to.kind === 'local-instant' ? local : cast(local, to.cast);
}

function partOf(part: PartOfText, text: string): string {
  const match = (pattern: string) => call('substring', text, literalPostgres(pattern));
  switch (part) {
    case 'first-word':
      return match('^\\s*(\\S+)');
    case 'rest':
      return match('^\\s*\\S+\\s+(\\S(?:.*\\S)?)\\s*$');
    case 'last-word':
      return match('(\\S+)\\s*$');
    case 'before-last-word':
      return match('^\\s*(\\S(?:.*\\S)?)\\s+\\S+\\s*$');
    case 'before-at':
      return match('^([^@]+)');
    case 'after-at':
      return match('@([^@]+)$');
    case 'after-backslash':
      return match('([^\\\\]+)$');
  }
}
