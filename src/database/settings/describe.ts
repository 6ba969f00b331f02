import type { ConnectionSettings, ServerSettings } from './settings.js';
import { isOnThisMachine } from './tls/tls-default.js';

/** Where the settings lead, for error messages and logs. Never holds the password. */
export function describeSettings(settings: ConnectionSettings): string {
  if (settings.engine === 'embedded') return `the embedded database in ${settings.directory}`;
  const parts = [`${engineLabel(settings)} at ${describeServer(settings)}`, `database ${settings.database}`];
  if (settings.user !== undefined) parts.push(`user ${describeUser(settings)}`);
  return parts.join(', ');
}

/** The directory of an embedded database, or the hosts of a server. */
export const describePlace = (settings: ConnectionSettings): string =>
  settings.engine === 'embedded' ? settings.directory : describeServer(settings);

/** For people: `PostgreSQL`, `SQL Server`. */
export const engineLabel = ({ engine }: ServerSettings) => (engine === 'mssql' ? 'SQL Server' : 'PostgreSQL');

/** `db1:5432`, `[::1]:5432`, `SQL01\INST`, `SQL01,1533` spelt `SQL01:1533`; several with commas. */
export const describeServer = ({ hosts, instance }: ServerSettings): string =>
  hosts
    .map(({ host, port }) => {
      const name = host.includes(':') ? `[${host}]` : host;
      if (port !== undefined) return `${name}:${port}`;
      return instance === undefined ? name : `${name}\\${instance}`;
    })
    .join(', ');

/** `joe`, or `CORP\joe` where a Windows domain is given; of integrated security nothing else is known. */
export const describeUser = ({ user, domain, integrated }: ServerSettings): string =>
  integrated
    ? 'the account of this process'
    : domain === undefined
      ? (user ?? '')
      : `${domain}\\${user ?? ''}`;

/** How the database is reached, without naming servers, databases, logins and files. */
export function connectionFacts(settings: ConnectionSettings): Record<string, unknown> {
  if (settings.engine === 'embedded') return { engine: 'embedded' };
  const { hosts, instance, user, password, domain, integrated, tls, connectTimeoutMs } = settings;
  const authentication = integrated
    ? 'integrated'
    : domain !== undefined
      ? 'ntlm'
      : password !== undefined
        ? 'password'
        : user === undefined
          ? 'none'
          : 'user without password';
  return {
    engine: settings.engine,
    hosts: hosts.map(({ host, port }) => ({
      isOnThisMachine: isOnThisMachine(host),
      isSocket: host.startsWith('/'),
      port: port ?? null,
    })),
    namesInstance: instance !== undefined,
    authentication,
    tls: {
      mode: tls.mode,
      strict: tls.strict ?? false,
      ownAuthority: tls.caFile !== undefined,
      clientCertificate: tls.certFile !== undefined,
      otherServerName: tls.serverName !== undefined,
    },
    connectTimeoutMs,
    readOnlyIntent: settings.readOnlyIntent ?? false,
    multiSubnetFailover: settings.multiSubnetFailover ?? false,
    targetSessionAttributes: settings.targetSessionAttributes ?? null,
  };
}

/** Every name and path in the settings that says whose they are, and the password: for whoever must not print them. */
export function connectionNames(settings: ConnectionSettings): (string | undefined)[] {
  if (settings.engine === 'embedded') return [settings.directory];
  const { user, password, domain, database, instance, serverSpn, applicationName, tls, hosts } = settings;
  const places = hosts.map(({ host }) => host);
  return [user, password, domain, database, instance, serverSpn, applicationName, tls.serverName, ...places];
}
