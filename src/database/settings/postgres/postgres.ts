import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { SettingContext } from '../context.js';
import { invalidSetting } from '../invalid.js';
import type { KeyValue } from '../key-values.js';
import {
  connectTimeoutOf,
  DEFAULT_CONNECT_TIMEOUT_MS,
  type ServerSettings,
  type TlsSettings,
} from '../settings.js';
import { defaultTlsMode, plainTextWarnings } from '../tls/tls-default.js';
import { decode, parseDatabaseUrl, parsePort } from '../url.js';
import { fromEnvironment, readPostgresParameters } from './postgres-parameters.js';
import { findPostgresPassword } from './postgres-password.js';
import { readService } from './postgres-service.js';

type Parameters = ReadonlyMap<string, string>;

/**
 * `postgresql://user:password@db1:5432,db2/database?sslmode=verify-full`, as libpq reads it.
 * @throws Problem `connection-setting-invalid`
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export async function postgresFromUrl(text: string, context: SettingContext): Promise<ServerSettings> {
  const url = parseDatabaseUrl(text);
  if (url.path.length > 1) {
    throw invalidSetting(
      'The URL has too many parts.',
      'Write postgresql://user:password@host:5432/database, and percent-encode @ / # in the password: %40 %2F %23.',
    );
  }
  const hosts = url.authority.split(',').map((one) => /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(one));
  const ports = hosts.map((host) => host?.[2] ?? '');
  const pairs: KeyValue[] = [
    { key: 'host', value: hosts.map((host) => decode(host?.[1] ?? '')).join(',') },
    { key: 'port', value: ports.some(Boolean) ? ports.join(',') : '' },
    { key: 'dbname', value: url.path[0] ?? '' },
    { key: 'user', value: url.user ?? '' },
    { key: 'password', value: url.password ?? '' },
  ];
  return postgresFromPairs([...pairs, ...url.query], context);
}

/**
 * Settings from libpq's parameters. What is missing comes from a service file, the PG… environment
 * variables, a password file, and libpq's defaults, in this order.
 * @throws Problem `connection-setting-invalid`
 */
export async function postgresFromPairs(pairs: KeyValue[], context: SettingContext): Promise<ServerSettings> {
  const given = readPostgresParameters(pairs, context.warnings);
  const environment = fromEnvironment(context.env);
  const service = given.get('service') ?? environment.get('service');
  const parameters: Parameters = new Map([
    ...environment,
    ...(service === undefined ? [] : await readService(service, context)),
    ...given,
  ]);
  const { hosts, serverName } = hostsOf(parameters);
  const user = parameters.get('user') ?? userInfo().username;
  const database = parameters.get('dbname') ?? user;
  const tls = tlsOf(parameters, hosts, serverName, context.directory);
  const password =
    parameters.get('password') ??
    (await findPostgresPassword({ hosts, database, user, file: parameters.get('passfile') }, context));
  const applicationName = parameters.get('application_name') ?? parameters.get('fallback_application_name');
  context.warnings.push(...plainTextWarnings(tls.mode, hosts));
  return {
    engine: 'postgres',
    hosts,
    database,
    user,
    ...(password === undefined ? {} : { password }),
    tls,
    ...(applicationName === undefined ? {} : { applicationName }),
    connectTimeoutMs: timeoutOf(parameters.get('connect_timeout')),
    ...(attributesOf(parameters) === 'read-write' ? { targetSessionAttributes: 'read-write' } : {}),
  };
}

/** Pairs of host and port. `hostaddr` is where to connect, `host` then the name on the certificate. */
function hostsOf(parameters: Parameters): { hosts: ServerSettings['hosts']; serverName?: string } {
  const names = list(parameters.get('host'));
  const addresses = list(parameters.get('hostaddr'));
  const places = addresses.length > 0 ? addresses : names.length > 0 ? names : ['localhost'];
  const ports = list(parameters.get('port'));
  assertNoPortAmong(places);
  if (ports.length > 1 && ports.length !== places.length) {
    throw invalidSetting(
      `The connection setting names ${places.length} hosts but ${ports.length} ports.`,
      'Give one port for all hosts, or one for each.',
    );
  }
  const hosts = places.map((place, index) => ({
    host: place.replace(/^\[(.*)\]$/, '$1') || 'localhost',
    port: parsePort((ports.length > 1 ? ports[index] : ports[0]) || '5432'),
  }));
  const [name] = names;
  return addresses.length === 1 && name ? { hosts, serverName: name } : { hosts };
}

/** `db1,1433` is how SQL Server has a port; for PostgreSQL it would be a second host. */
function assertNoPortAmong(places: readonly string[]): void {
  const at = places.findIndex((place) => /^\d{1,5}$/.test(place));
  if (at < 0) return;
  const before = places[at - 1] || 'HOST';
  throw invalidSetting(
    `${JSON.stringify(places[at])} is not a host of PostgreSQL: a comma separates hosts.`,
    `Write ${before}:${places[at]}, or in a setting of keywords port=${places[at]}.`,
  );
}

const list = (text: string | undefined) =>
  text === undefined ? [] : text.split(',').map((one) => one.trim());

const MODES: Record<string, TlsSettings['mode']> = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
};

function tlsOf(
  parameters: Parameters,
  hosts: ServerSettings['hosts'],
  serverName: string | undefined,
  directory: string,
): TlsSettings {
  const named = parameters.get('sslmode');
  const root = parameters.get('sslrootcert');
  let mode = named === undefined ? defaultTlsMode(hosts) : MODES[named.toLowerCase()];
  if (mode === undefined) {
    throw invalidSetting('The sslmode is unknown.', `Use one of ${Object.keys(MODES).join(', ')}.`);
  }
  // libpq's rules: a root certificate makes `require` verify, and `system` takes nothing weaker than full.
  if (root !== undefined && (named === undefined || root === 'system')) mode = 'verify-full';
  if (root !== undefined && mode === 'require') mode = 'verify-ca';
  const [certificate, key] = [parameters.get('sslcert'), parameters.get('sslkey')];
  if ((certificate === undefined) !== (key === undefined)) {
    throw invalidSetting('A client certificate needs both sslcert and sslkey.', 'Give both files, in PEM.');
  }
  return {
    mode,
    ...(root === undefined || root === 'system' ? {} : { caFile: resolve(directory, root) }),
    ...(certificate === undefined ? {} : { certFile: resolve(directory, certificate) }),
    ...(key === undefined ? {} : { keyFile: resolve(directory, key) }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_CONNECT_TIMEOUT_MS;
  if (!/^\d+$/.test(text.trim())) {
    throw invalidSetting('connect_timeout is not a number of seconds.', 'Write connect_timeout=15.');
  }
  return connectTimeoutOf(Number(text));
}

function attributesOf(parameters: Parameters): 'any' | 'read-write' {
  const attributes = parameters.get('target_session_attrs') ?? 'any';
  if (attributes === 'any') return 'any';
  if (attributes === 'read-write' || attributes === 'primary') return 'read-write';
  throw invalidSetting(
    'target_session_attrs selects a read-only server, but scimctl must write.',
    'Use read-write, or any.',
  );
}
