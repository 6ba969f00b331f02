import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type SettingContext, warnOfExposed } from './context.js';
import { invalidSetting } from './invalid.js';
import { isOdbc, type KeyValue, normalisedKey, parseLibpqPairs, parseSemicolonPairs } from './key-values.js';
import { mssqlFromPairs, mssqlFromUrl } from './mssql/mssql.js';
import { mssqlKeyword } from './mssql/mssql-keywords.js';
import { postgresFromPairs, postgresFromUrl } from './postgres/postgres.js';
import { engineOfKeywords, parametersOfNpgsql } from './postgres/postgres-parameters.js';
import type { ConnectionSettings } from './settings.js';
import { eitherEngine, inOwnForm } from './sources/other-forms.js';
import { followReferences } from './sources/references.js';

export interface ParseOptions {
  /** Relative paths in the text are relative to this directory; those inside a file, to the file's. */
  cwd: string;
  /** The file that the text stands in, where it is in one. */
  file?: string;
  env: NodeJS.ProcessEnv;
  /** Where `.pgpass` and `.pg_service.conf` are; `HOME` of `env`, or the user's own. */
  homeDirectory?: string;
  platform?: NodeJS.Platform;
}

export interface ParsedSetting {
  settings: ConnectionSettings;
  /** For people, one sentence each. */
  warnings: string[];
  /** The very text that was passed in holds a password, so that others may have seen it in `ps`. */
  passwordInText: boolean;
}

/**
 * Understands a connection setting in any form that administrators have:
 *
 * - `postgresql://…`, libpq's `host=… dbname=…`, Npgsql's `Host=…;Database=…`;
 * - `mssql://…`, `sqlserver://…`, ADO.NET's and ODBC's `Server=…;Database=…`;
 * - what JDBC, Prisma and SQLAlchemy have for either (`other-forms.ts`);
 * - `embedded:DIR`;
 * - references to one of these: `@file`, `env:NAME`, `appsettings.json#ConnectionStrings:Main`,
 *   `web.config#Main`.
 *
 * What cannot be done as asked is refused; what is left out is named in a warning. TLS is verified unless
 * the setting says otherwise or the host is this machine (see `TlsSettings.mode`).
 * @throws Problem of kind `configuration`: `connection-setting-invalid`, `connection-file-unreadable`,
 *   `connection-variable-unset`
 */
export async function parseConnectionSetting(text: string, options: ParseOptions): Promise<ParsedSetting> {
  const { cwd, env } = options;
  const found = await followReferences(text, cwd, env, options.file);
  const context: SettingContext = {
    env,
    homeDirectory: options.homeDirectory ?? env.HOME ?? homedir(),
    platform: options.platform ?? process.platform,
    directory: found.directory,
    warnings: [],
  };
  const { settings, passwordInText } = await settingsOf(inOwnForm(found.text), context);
  await warnOfExposed(context, 'password', passwordInText ? found.file : undefined);
  await warnOfExposed(context, 'private key', 'tls' in settings ? settings.tls.keyFile : undefined);
  return {
    settings,
    warnings: [...new Set(context.warnings)],
    passwordInText: passwordInText && found.text === text.trim(),
  };
}

type Understood = Pick<ParsedSetting, 'settings' | 'passwordInText'>;

async function settingsOf(text: string, context: SettingContext): Promise<Understood> {
  const embedded = /^embedded:(.*)$/s.exec(text)?.[1]?.trim();
  if (embedded !== undefined) {
    if (embedded === '') throw invalidSetting('embedded: names no directory.', 'Write embedded:./directory.');
    assertDirectory(embedded);
    return {
      settings: { engine: 'embedded', directory: resolve(context.directory, embedded) },
      passwordInText: false,
    };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined) return fromUrl(scheme, text, context);
  if (text.includes('=')) return fromPairs(text, context);
  throw notUnderstood();
}

/** What every form of a connection string in pairs has one of. */
const KEYWORDS =
  /(^|[;\s])(server|data source|addr|address|host|hostaddr|dbname|database|initial catalog|user|user ?id|user ?name|uid|password|pwd|service)\s*=/i;

/**
 * Makes sure that what was meant for a server does not become a directory of that name, with a password in it.
 * @throws Problem `connection-setting-invalid`, which does not quote it.
 */
export function assertDirectory(text: string): void {
  const isOther = /^([a-z][a-z0-9+.-]+:\/\/|(jdbc|embedded|env):|@)/i.test(text.trim());
  if (!isOther && !KEYWORDS.test(text)) return;
  throw invalidSetting(
    'A connection string was given as the directory of the embedded database.',
    'Use the connection string itself as the setting, without embedded:. In `scimctl init`, go back and choose the server, or "A connection string".',
  );
}

async function fromUrl(scheme: string, text: string, context: SettingContext): Promise<Understood> {
  const passwordInText = /^[^?]*:\/\/[^/?]*:[^/?]*@/.test(text) || /[?&](password|pwd)=./i.test(text);
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return { settings: await postgresFromUrl(text, context), passwordInText };
  }
  if (scheme === 'mssql' || scheme === 'sqlserver') {
    return { settings: await mssqlFromUrl(text, context), passwordInText };
  }
  throw invalidSetting(
    `Databases of the kind ${scheme}:// are not supported.`,
    'Use postgresql:// or mssql://, or an ADO.NET connection string.',
  );
}

async function fromPairs(text: string, context: SettingContext): Promise<Understood> {
  if (!text.includes(';') && isLibpq(text)) {
    const pairs = parseLibpqPairs(text);
    warnOfSeveral(pairs, context);
    return { settings: await postgresFromPairs(pairs, context), passwordInText: holdsPassword(pairs) };
  }
  const pairs = parseSemicolonPairs(text);
  const inner = pairs.find(({ key }) => normalisedKey(key) === 'providerconnectionstring');
  // Entity Framework wraps the connection string into one of its own.
  if (inner) return fromPairs(inner.value, context);
  const passwordInText = holdsPassword(pairs);
  const engine = engineOfKeywords(pairs);
  if (engine === 'either') throw eitherEngine(pairs);
  if (engine === 'postgres') {
    const parameters = parametersOfNpgsql(pairs);
    warnOfSeveral(parameters, context);
    return { settings: await postgresFromPairs(parameters, context), passwordInText };
  }
  if (!pairs.some(({ key }) => mssqlKeyword(key) !== undefined)) throw notUnderstood();
  // ODBC takes the first of two values.
  const used = isOdbc(text) ? pairs.toReversed() : pairs;
  warnOfSeveral(
    used.map(({ key, value }) => ({ key: mssqlKeyword(key) ?? key, value })),
    context,
    isOdbc(text) ? 'first' : 'last',
  );
  return { settings: await mssqlFromPairs(used, context), passwordInText };
}

/** What a connection string names once, by the drivers' keywords for it. */
const NAMED_ONCE: Readonly<Record<string, string>> = {
  ...{ server: 'servers', host: 'servers', database: 'databases', dbname: 'databases', user: 'logins' },
};

/** The drivers use one of two values and say nothing, although a person may have meant the other. */
function warnOfSeveral(
  pairs: readonly KeyValue[],
  { warnings }: SettingContext,
  used: 'first' | 'last' = 'last',
): void {
  for (const [keyword, what] of Object.entries(NAMED_ONCE)) {
    const values = pairs
      .filter(({ key, value }) => key === keyword && value !== '')
      .map(({ value }) => value);
    if (new Set(values).size < 2) continue;
    warnings.push(`The connection string names several ${what}. The ${used} one is used.`);
  }
}

const isLibpq = (text: string) =>
  /(^|\s)(host|hostaddr|dbname|service|sslmode)\s*=/.test(text) && !/(^|\s)server\s*=/i.test(text);

const holdsPassword = (pairs: KeyValue[]) =>
  pairs.some(({ key, value }) => value !== '' && ['password', 'pwd'].includes(normalisedKey(key)));

const notUnderstood = () =>
  invalidSetting(
    'The format of the connection setting is unknown.',
    'Use postgresql://user@host/database, mssql://user@host/database, an ADO.NET connection string, embedded:DIR, @FILE or env:NAME.',
  );
