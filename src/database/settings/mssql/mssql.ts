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
import { type MssqlKeyword, mssqlKeyword, readMssqlKeywords } from './mssql-keywords.js';
import { parseBoolean, refuseUnsupported, wantsIntegrated } from './mssql-refusals.js';

type Values = ReadonlyMap<MssqlKeyword, string>;

/**
 * `mssql://user:password@host:1433/database?encrypt=true`, also `mssql://host/INSTANCE/database` and, as Go's driver
 * has it, `sqlserver://host/INSTANCE?database=…`. The parameters are the keywords of ADO.NET in any spelling.
 * @throws Problem `connection-setting-invalid`
 */
export async function mssqlFromUrl(text: string, context: SettingContext): Promise<ServerSettings> {
  const url = parseDatabaseUrl(text);
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(url.authority) ?? [];
  const asked = url.query.findLast(({ key }) => mssqlKeyword(key) === 'database')?.value;
  // A database in the path and another one in the parameters would leave one of the two unread.
  const isGo = url.path.length === 1 && asked !== undefined && asked !== url.path[0];
  const [database, instance] = isGo ? [asked, url.path[0]] : url.path.slice(-2).reverse();
  if (url.path.length > 2) {
    throw invalidSetting(
      'The URL has too many parts.',
      'Write mssql://user:password@host:1433/database, and percent-encode @ / # in the password: %40 %2F %23.',
    );
  }
  const pairs: KeyValue[] = [{ key: 'server', value: decode(host) }];
  if (port) pairs.push({ key: 'port', value: port });
  if (instance) pairs.push({ key: 'instance', value: instance });
  if (database) pairs.push({ key: 'database', value: database });
  if (url.user) pairs.push({ key: 'user', value: url.user });
  if (url.password) pairs.push({ key: 'password', value: url.password });
  return mssqlFromPairs([...pairs, ...url.query], context);
}

/**
 * Settings from the pairs of an ADO.NET or ODBC connection string. The `mssql` package reads the server,
 * login and numbers; what it drops or misreads (`Application Name`, `ApplicationIntent`, `Encrypt=Optional`,
 * whether a port was given, `;;`) is read here.
 * @throws Problem `connection-setting-invalid`
 */
export async function mssqlFromPairs(pairs: KeyValue[], context: SettingContext): Promise<ServerSettings> {
  const values = readMssqlKeywords(pairs.map(unescaped), context.warnings);
  refuseUnsupported(values);
  const { default: mssql } = await import('mssql');
  const parsed = mssql.ConnectionPool.parseConnectionString(canonicalText(values));
  const server = serverOf(values, parsed);
  const login = loginOf(values, parsed, context.warnings);
  const database = values.get('database');
  if (database === undefined) {
    throw invalidSetting(
      'The connection setting names no database.',
      'Add Database=name (in a URL: mssql://host/name).',
    );
  }
  const applicationName = values.get('applicationName');
  const tls = tlsOf(values, server.hosts, context);
  context.warnings.push(
    ...plainTextWarnings(tls.mode, server.hosts, !('integrated' in login)),
    ...ineffective(values),
  );
  return {
    engine: 'mssql',
    ...server,
    database,
    ...login,
    tls,
    ...(applicationName === undefined ? {} : { applicationName }),
    connectTimeoutMs: timeoutOf(values.get('connectTimeout')),
    ...(intentOf(values) ? { readOnlyIntent: true } : {}),
    ...subnetsOf(values),
  };
}

/** `SQL01\\INST` is how JSON and C# write `SQL01\INST`; inside a name, two backslashes mean nothing else. */
function unescaped({ key, value }: KeyValue): KeyValue {
  const keyword = mssqlKeyword(key);
  const isName = keyword === 'server' || keyword === 'user';
  return { key, value: isName ? value.replace(/(?<=[^\\])\\\\(?=[^\\])/g, '\\') : value };
}

/** What the `mssql` package parses well, in a form that it cannot misread. */
function canonicalText(values: Values): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const keywords: [string, MssqlKeyword][] = [
    ['Data Source', 'server'],
    ['User ID', 'user'],
    ['Connection Timeout', 'connectTimeout'],
  ];
  return keywords
    .flatMap(([name, keyword]) => {
      const value = values.get(keyword);
      return value === undefined ? [] : [`${name}=${quoted(value)}`];
    })
    .join(';');
}

interface ParsedServer {
  server?: string;
  port?: number | undefined;
  user?: string | undefined;
  domain?: string | undefined;
  options: { instanceName?: string | undefined };
}

function serverOf(values: Values, parsed: ParsedServer): Pick<ServerSettings, 'hosts' | 'instance'> {
  const host = (parsed.server ?? '').replace(/^\[(.*)\]$/, '$1').trim();
  if (host === '') {
    throw invalidSetting(
      'The connection setting names no server.',
      'Add Server=host,1433 or Server=host\\instance.',
    );
  }
  const portText = values.get('port') ?? /,\s*([^,\\]*)\s*(\\|$)/.exec(values.get('server') ?? '')?.[1];
  // As SqlClient has it: with a port, the instance name is not looked up. MSSQLSERVER is the default one.
  if (portText !== undefined) return { hosts: [{ host, port: parsePort(portText.trim()) }] };
  const instance = values.get('instance') ?? parsed.options.instanceName;
  if (instance === undefined || /^mssqlserver$/i.test(instance)) return { hosts: [{ host, port: 1433 }] };
  return { hosts: [{ host }], instance };
}

type Login = Pick<ServerSettings, 'user' | 'password' | 'domain' | 'integrated' | 'serverSpn'>;

function loginOf(values: Values, parsed: ParsedServer, warnings: string[]): Login {
  if (wantsIntegrated(values)) return integratedLogin(values, warnings);
  const { user, domain = values.get('domain') } = parsed;
  if (user === undefined) {
    throw invalidSetting(
      'The connection setting names no login.',
      'Add User ID=login, or for NTLM User ID=DOMAIN\\user (in a URL: mssql://login@host/database).',
    );
  }
  if (domain === undefined && /^ntlm$/i.test(values.get('authentication') ?? '')) {
    throw invalidSetting('NTLM needs a Windows domain.', 'Write User ID=DOMAIN\\user.');
  }
  const password = values.get('password');
  return {
    user,
    ...(password === undefined ? {} : { password }),
    ...(domain === undefined ? {} : { domain }),
  };
}

/** As in .NET, integrated security wins over a login that is there as well. */
function integratedLogin(values: Values, warnings: string[]): Login {
  if (values.has('user') || values.has('password')) {
    warnings.push(
      'User ID and Password are ignored, because Integrated Security logs in with the account of this process. To use them, remove Integrated Security.',
    );
  }
  const serverSpn = values.get('serverSpn');
  return { integrated: true, ...(serverSpn === undefined ? {} : { serverSpn }) };
}

/** Where it is not said, all addresses of a name are tried at once: an availability group has one in each subnet. */
function subnetsOf(values: Values): Pick<ServerSettings, 'multiSubnetFailover'> {
  const multiSubnetFailover = parseBoolean('MultiSubnetFailover', values.get('multiSubnetFailover'));
  return multiSubnetFailover === undefined ? {} : { multiSubnetFailover };
}

function tlsOf(values: Values, hosts: ServerSettings['hosts'], { directory }: SettingContext): TlsSettings {
  const strict = values.get('encrypt')?.trim().toLowerCase() === 'strict';
  const encrypt = strict || parseBoolean('Encrypt', values.get('encrypt'));
  const trust = parseBoolean('TrustServerCertificate', values.get('trustServerCertificate')) ?? false;
  const serverName = values.get('hostNameInCertificate');
  const caFile = values.get('serverCertificate');
  const verified = serverName !== undefined || caFile !== undefined;
  let mode: TlsSettings['mode'] = verified && !trust ? 'verify-full' : defaultTlsMode(hosts);
  if (encrypt === true) mode = 'verify-full';
  if (trust && mode === 'verify-full') mode = 'require';
  if (encrypt === false) mode = 'disable';
  // As in .NET, TrustServerCertificate means nothing there.
  if (strict) mode = 'verify-full';
  return {
    mode,
    ...(strict ? { strict } : {}),
    ...(caFile === undefined ? {} : { caFile: resolve(directory, caFile) }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function intentOf(values: Values): boolean {
  const intent = values.get('applicationIntent')?.toLowerCase().replace(/\s/g, '');
  if (intent === undefined || intent === 'readwrite') return false;
  if (intent === 'readonly') return true;
  throw invalidSetting(
    'ApplicationIntent is neither ReadOnly nor ReadWrite.',
    'Write ApplicationIntent=ReadOnly.',
  );
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_CONNECT_TIMEOUT_MS;
  if (!/^\s*\d+\s*$/.test(text)) {
    throw invalidSetting('Connect Timeout is not a number of seconds.', 'Write Connect Timeout=15.');
  }
  return connectTimeoutOf(Number(text));
}

function ineffective(values: Values): string[] {
  const warnings: string[] = [];
  if (values.has('failoverPartner')) {
    warnings.push(
      'Failover Partner is not supported: after a failover, connect to the partner by its own name.',
    );
  }
  const trusts = parseBoolean('TrustServerCertificate', values.get('trustServerCertificate'));
  if (/^\s*strict\s*$/i.test(values.get('encrypt') ?? '') && trusts) {
    warnings.push('TrustServerCertificate is ignored: Encrypt=Strict always verifies the certificate.');
  }
  if (/^enabled$/i.test(values.get('columnEncryption') ?? '')) {
    warnings.push('Column Encryption Setting is ignored: columns under Always Encrypted cannot be read.');
  }
  return warnings;
}
