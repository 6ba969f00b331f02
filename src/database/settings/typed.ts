import { invalidSetting } from './invalid.js';
import { type ParseOptions, parseConnectionSetting } from './parse.js';
import type { ConnectionSettings, ServerSettings, TlsSettings } from './settings.js';
import { adoNet } from './sources/other-forms.js';
import { defaultTlsMode } from './tls/tls-default.js';

/** A kind of login of a server, as a person chooses it. */
export interface LoginKind {
  name: string;
  description: string;
  /** What to ask for; nothing of a login that the operating system knows. */
  asks?: {
    /** What a name of this kind looks like, for the question. */
    form: string;
    pattern: RegExp;
    /** What to answer to a name that does not match. */
    mistake: string;
  };
}

/** How a person describes a server of an engine, part by part. */
export interface ServerEngine {
  engine: ServerSettings['engine'];
  name: string;
  /** How to write where the server is. */
  serverForm: string;
  logins: readonly [LoginKind, ...LoginKind[]];
}

export const SERVER_ENGINES: readonly ServerEngine[] = [
  {
    engine: 'mssql',
    name: 'SQL Server',
    serverForm: 'host, host\\INSTANCE or host,port',
    logins: [
      {
        name: 'SQL Server login',
        description: 'a login with a password that SQL Server keeps',
        asks: {
          form: 'Login',
          pattern: /^[^\\]+$/,
          mistake: 'Write the login without a domain, or go back and choose a Windows login.',
        },
      },
      {
        name: 'The account that scimctl runs as',
        description:
          'integrated security, without a password: a Windows account, or on Linux a Kerberos ticket',
      },
      {
        name: 'Windows login (NTLM)',
        description: 'a Windows account, with its domain and password',
        asks: {
          form: 'Windows account, as DOMAIN\\user',
          pattern: /^[^\\]+\\[^\\]+$/,
          mistake: 'Write the account as DOMAIN\\user.',
        },
      },
    ],
  },
  {
    engine: 'postgres',
    name: 'PostgreSQL',
    serverForm: 'host, host:port or socket directory',
    logins: [
      {
        name: 'Role with a password',
        description: '',
        asks: { form: 'Login role', pattern: /./, mistake: 'Write the name of the role.' },
      },
    ],
  },
];

/** The parts of a connection to a server, as a person types them. */
export interface TypedConnection {
  engine: ServerSettings['engine'];
  /** `SQL01\INST`, `SQL01,1533`, `db01:5433`, `/var/run/postgresql`. */
  server: string;
  database: string;
  /** `joe`, or `DOMAIN\joe`; nothing for the account of the process. */
  login?: string | undefined;
}

/** The connection setting that these parts make; a password is never in it. */
export function settingFromParts({ engine, server, database, login }: TypedConnection): string {
  if (engine === 'mssql') {
    return adoNet([
      { key: 'Server', value: server },
      { key: 'Database', value: database },
      login === undefined ? { key: 'Integrated Security', value: 'SSPI' } : { key: 'User ID', value: login },
    ]);
  }
  const [user, name] = [encodeURIComponent(login ?? ''), encodeURIComponent(database)];
  const place = server.startsWith('/') ? encodeURIComponent(server) : server;
  return `postgresql://${user}@${place}/${name}`;
}

/**
 * The same connection to another server. Verification of TLS stays as it was set; where it was the default, it is the
 * default of the new server.
 * @throws Problem `connection-setting-invalid`.
 */
export async function withServer(
  settings: ServerSettings,
  server: string,
  options: ParseOptions,
): Promise<ServerSettings> {
  const { engine, database, user = 'none' } = settings;
  const { hosts, instance } = await parseTypedServer({ engine, server, database, login: user }, options);
  const wasDefault = settings.tls.mode === defaultTlsMode(settings.hosts);
  const { serverName: _, ...tls } = settings.tls;
  const mode: TlsSettings['mode'] = wasDefault ? defaultTlsMode(hosts) : tls.mode;
  const { instance: __, ...rest } = settings;
  return { ...rest, hosts, ...(instance !== undefined && { instance }), tls: { ...tls, mode } };
}

/**
 * Reads the place of a server as a person typed it.
 * @throws Problem `connection-setting-invalid`, also for a whole connection setting in its place.
 */
export async function parseTypedServer(
  typed: TypedConnection,
  options: ParseOptions,
): Promise<ServerSettings> {
  if (/^$|[=;@?]|:\/\/|\s/.test(typed.server)) {
    throw invalidSetting(
      'This is not the name of a server.',
      'Write its host name, or go back to paste a whole connection string.',
    );
  }
  const { settings } = await parseConnectionSetting(settingFromParts(typed), options);
  return settings as ServerSettings;
}

/**
 * The login of a Windows account is its domain and name; any other has no domain. Without one, it is the account of the
 * process.
 */
export function withLogin(settings: ServerSettings, login: string | undefined): ServerSettings {
  const {
    user: _user,
    password: _password,
    domain: _domain,
    integrated: _integrated,
    serverSpn: _spn,
    ...place
  } = settings;
  if (login === undefined) return { ...place, integrated: true };
  const [, domain, user] = (settings.engine === 'mssql' && /^([^\\]+)\\(.+)$/.exec(login)) || [];
  return user === undefined ? { ...place, user: login } : { ...place, user, domain };
}

/** The place of a server as a person types it. */
export function typedServer({ engine, hosts, instance }: ServerSettings): string {
  const separator = engine === 'mssql' ? ',' : ':';
  const standard = engine === 'mssql' ? 1433 : 5432;
  return hosts
    .map(({ host, port }) => {
      if (port === undefined && instance !== undefined) return `${host}\\${instance}`;
      const name = engine === 'postgres' && host.includes(':') ? `[${host}]` : host;
      return port === undefined || port === standard ? name : `${name}${separator}${port}`;
    })
    .join(',');
}

/** Whether the settings lead to a server, and not to an embedded database. */
export const isServer = (settings: ConnectionSettings): settings is ServerSettings =>
  settings.engine !== 'embedded';

/** A directory for a socket: the server knows the user from the operating system. */
export const usesSocket = ({ hosts }: ServerSettings): boolean =>
  hosts.every(({ host }) => host.startsWith('/'));
