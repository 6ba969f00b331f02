import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { invalidSetting } from './invalid.js';
import { type KeyValue, normalisedKey, parseLibpqPairs, parseSemicolonPairs } from './key-values.js';
import { type ParseOptions, parseConnectionSetting } from './parse.js';
import type { ConnectionSettings } from './settings.js';
import { adoNetPair, inOwnForm } from './sources/other-forms.js';
import { fileAndName } from './sources/references.js';
import { decode } from './url.js';

/**
 * A connection setting as it may be kept in a file: the same text, without a password that stands in it,
 * and with its relative paths made absolute. References (`@file`, `env:NAME`) stay references.
 * @throws Problem `connection-setting-invalid`, also where the password cannot be taken out with certainty.
 */
export async function storableSetting(text: string, options: ParseOptions): Promise<string> {
  const stored = rewritten(inOwnForm(text), options.cwd);
  const before = await parseConnectionSetting(text, options);
  // Read from any other directory it must mean the same.
  const after = await parseConnectionSetting(stored, { ...options, cwd: resolve('/') });
  if (!after.passwordInText && isDeepStrictEqual(known(before.settings), known(after.settings)))
    return stored;
  throw invalidSetting(
    'The connection setting cannot be stored in a config file without its password and its relative paths.',
    'Write it into a separate file and use @FILE, or set an environment variable and use env:NAME.',
  );
}

const known = (settings: ConnectionSettings) => ({ ...settings, password: undefined });

function rewritten(text: string, cwd: string): string {
  if (/^env:/.test(text)) return text;
  const [, embedded] = /^embedded:(.*)$/s.exec(text) ?? [];
  if (embedded !== undefined) return `embedded:${resolve(cwd, embedded.trim())}`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return rewrittenUrl(text, cwd);
  if (text.startsWith('@') || !text.includes('=')) {
    const at = text.startsWith('@') ? '@' : '';
    const { file, name } = fileAndName(text.slice(at.length), cwd);
    return `${at}${resolve(cwd, file)}${name === undefined ? '' : `#${name}`}`;
  }
  const isLibpq = !text.includes(';') && /(^|\s)(host|hostaddr|dbname|service|sslmode)\s*=/.test(text);
  if (isLibpq) return kept(parseLibpqPairs(text), cwd).map(libpqPair).join(' ');
  const pairs = parseSemicolonPairs(text);
  const inner = pairs.find(({ key }) => normalisedKey(key) === 'providerconnectionstring');
  if (inner) return rewritten(inner.value, cwd);
  const pairText = pairs.some(({ key }) => normalisedKey(key) === 'driver') ? odbcPair : adoNetPair;
  return kept(pairs, cwd).map(pairText).join(';');
}

function rewrittenUrl(text: string, cwd: string): string {
  const [, main = '', query] = /^([^?]*)(?:\?(.*))?$/s.exec(text) ?? [];
  // The user's name ends at the first colon, the password at the last @ before the path.
  const withoutPassword = main.replace(/^([a-z0-9+.-]+:\/\/[^:/@]*):[^/]*@/i, '$1@');
  if (query === undefined) return withoutPassword;
  const pairs = query
    .split('&')
    .filter(Boolean)
    .map((one) => {
      const [key = '', ...value] = one.split('=');
      return { key: decode(key), value: decode(value.join('=')) };
    });
  const parameters = kept(pairs, cwd).map(
    ({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  );
  return parameters.length === 0 ? withoutPassword : `${withoutPassword}?${parameters.join('&')}`;
}

const PATHS = new Set(
  'passfile rootcertificate servercertificate sslcert sslcertificate sslkey sslrootcert'.split(' '),
);

const kept = (pairs: readonly KeyValue[], cwd: string): KeyValue[] =>
  pairs
    .filter(({ key }) => !['password', 'pwd'].includes(normalisedKey(key)))
    .map(({ key, value }) =>
      PATHS.has(normalisedKey(key)) && value !== '' && value !== 'system'
        ? { key, value: resolve(cwd, value) }
        : { key, value },
    );

const libpqPair = ({ key, value }: KeyValue) =>
  `${key}=${/^[^\s'\\]+$/.test(value) ? value : `'${value.replace(/['\\]/g, '\\$&')}'`}`;

const odbcPair = ({ key, value }: KeyValue) =>
  `${key}=${/[;{}]|^\s|\s$/.test(value) ? `{${value.replaceAll('}', '}}')}}` : value}`;
