import { invalidSetting } from './invalid.js';

export interface KeyValue {
  /** As written. */
  key: string;
  value: string;
}

// The grammar of .NET's DbConnectionStringBuilder: `==` in a keyword is a literal `=`, values may be
// quoted with " or ' (doubled inside), empty statements (`;;`) are skipped.
const ADO_NET =
  /[\s;]*(?<key>(?:[^=;\s\p{Cc}]|\s+[^=;\s\p{Cc}]|\s*==)+)\s*=(?!=)\s*(?<value>"(?:[^"]|"")*"|'(?:[^']|'')*'|(?:(?!["'\s])(?:[^;\s\p{Cc}]|\s+[^;\s\p{Cc}])*(?<!["']))?)\s*(?:;|$)/uy;

// ODBC: no quotes, but braces (with `}` doubled). A value that begins with one is in braces to its end.
const ODBC =
  /[\s;]*(?<key>[^=;\s]+(?:\s+[^=;\s]+)*)\s*=\s*(?<value>\{(?:[^}]|\}\})*\}|(?!\{)[^;]*?)\s*(?:;|$)/y;

const LIBPQ = /\s*(?<key>[a-z_]+)\s*=\s*(?<value>'(?:[^'\\]|\\[\s\S])*'|(?:[^\s'\\]|\\[\s\S])*)(?:\s+|$)/iy;

/** Whether a connection string is one for ODBC, known by its `Driver`. */
export const isOdbc = (text: string): boolean => /(^|;)\s*driver\s*=/i.test(text);

/**
 * The pairs of an ADO.NET connection string, or of an ODBC one, known by its `Driver`, in their order.
 * @throws Problem `connection-setting-invalid`
 * @see https://learn.microsoft.com/dotnet/api/system.data.common.dbconnectionstringbuilder
 */
export function parseSemicolonPairs(text: string): KeyValue[] {
  if (isOdbc(text)) return odbcPairs(text);
  return pairsOf(text, ADO_NET, unquoteAdoNet).map(({ key, value }) => ({
    key: key.replaceAll('==', '='),
    value,
  }));
}

/** The pairs of properties with ODBC's braces, as JDBC has them too. @throws Problem `connection-setting-invalid` */
export const odbcPairs = (text: string): KeyValue[] =>
  pairsOf(
    text,
    ODBC,
    unquoteOdbc,
    'Put values that contain ; or begin with { into braces, and double every } inside.',
  );

/**
 * The pairs of a libpq connection string: `host=db1 dbname='my db'`.
 * @throws Problem `connection-setting-invalid`
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
 */
export const parseLibpqPairs = (text: string): KeyValue[] => pairsOf(text, LIBPQ, unquoteLibpq);

/** Keywords differ in case, blanks and underscores between drivers and their versions, never in meaning. */
export const normalisedKey = (key: string): string => key.toLowerCase().replace(/[\s_]+/g, '');

function pairsOf(
  text: string,
  pattern: RegExp,
  unquote: (value: string, key: string) => string,
  hint = 'Put values that contain ; = or quotes into double quotes, and double the quotes inside.',
): KeyValue[] {
  const pairs: KeyValue[] = [];
  const end = text.replace(/[\s;\0]+$/, '').length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const { key, value } = pattern.exec(text)?.groups ?? {};
    if (key === undefined || value === undefined) throw malformed(pairs.length + 1, hint);
    pairs.push({ key, value: unquote(value, key) });
  }
  return pairs;
}

const malformed = (position: number, hint: string) =>
  invalidSetting(`The connection string is not valid from its ${ordinal(position)} keyword on.`, hint);

const ordinal = (n: number) => `${n}${['st', 'nd', 'rd'][n - 1] ?? 'th'}`;

function unquoteAdoNet(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value;
  return value.slice(1, -1).replaceAll(quote + quote, quote);
}

const unquoteOdbc = (value: string) =>
  value.startsWith('{') ? value.slice(1, -1).replaceAll('}}', '}') : value;

/** What names a file. */
const FILES = /^(ssl(rootcert|cert|key|crl|crldir)|passfile)$/i;

/** libpq takes a backslash out wherever it stands; in the path of a file, one before a letter is meant
 * as it is, and so are the two at the beginning of a share of Windows. */
const unquoteLibpq = (value: string, key: string) =>
  (value.startsWith("'") ? value.slice(1, -1) : value).replace(
    FILES.test(key) ? /(?!^\\\\[^\\])\\([\\'\s])/g : /\\([\s\S])/g,
    '$1',
  );
