import { invalidSetting } from './invalid.js';

export interface DatabaseUrl {
  user?: string;
  password?: string;
  /** Between `@` and `/`, still encoded: `db1:5432,[::1]:5433`, `%2Frun`, or empty. */
  authority: string;
  /** Decoded, without the leading `/`. */
  path: string[];
  query: { key: string; value: string }[];
}

/**
 * Takes a database URL apart. Not WHATWG's `URL`, which knows one host only and reads Windows' and
 * PostgreSQL's host names in its own way.
 * @throws Problem `connection-setting-invalid`
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  if (/\s/.test(text)) throw malformedUrl('holds white space');
  const [, rest = ''] = /^[a-z]+:\/\/(.*)$/is.exec(text) ?? [];
  const [main = '', ...query] = rest.split('?');
  const slash = main.indexOf('/');
  const authority = slash < 0 ? main : main.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const path = slash < 0 ? '' : main.slice(slash + 1);
  // A `/` inside a password ends the authority too early; better refused than read as another host.
  if (path.includes('@') && authority.includes(':')) throw malformedUrl('holds a / before its @');
  const [, user, password] = at < 0 ? [] : (/^([^:]*)(?::(.*))?$/s.exec(authority.slice(0, at)) ?? []);
  return {
    ...(user ? { user: decode(user) } : {}),
    ...(password ? { password: decode(password) } : {}),
    authority: authority.slice(at + 1),
    path: path === '' ? [] : path.split('/').map(decode),
    query: query.join('?').split('&').filter(Boolean).map(parameter),
  };
}

function parameter(text: string) {
  const equals = text.indexOf('=');
  if (equals < 0) throw malformedUrl('has a parameter without a value');
  return { key: decode(text.slice(0, equals)), value: decode(text.slice(equals + 1)) };
}

/** Percent-decoding. @throws Problem `connection-setting-invalid` */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw malformedUrl('has a % that starts no valid escape', cause);
  }
}

/** A port number. @throws Problem `connection-setting-invalid` */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65535) return port;
  throw invalidSetting(
    'The connection setting holds a port that is not a number from 1 to 65535.',
    'Check the port. In a URL, special characters of the password must be percent-encoded: / as %2F, @ as %40, : as %3A, # as %23.',
  );
}

const malformedUrl = (what: string, cause?: unknown) =>
  invalidSetting(
    `The database URL cannot be read: it ${what}.`,
    'Percent-encode special characters in user, password and database: @ as %40, / as %2F, # as %23, : as %3A, ? as %3F, % as %25, blank as %20.',
    cause,
  );
