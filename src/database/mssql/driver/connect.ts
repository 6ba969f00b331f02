import { isIP } from 'node:net';
import type { Knex } from 'knex';
import type { ConnectionOptions } from 'tedious';
import { type ConnectionUse, DEFAULT_MAX_CONNECTIONS, type ServerSettings } from '../../settings/settings.js';
import { readTlsMaterial } from '../../settings/tls/tls-files.js';
import { graceOf, type Waits, waitsOf } from '../../settings/waits.js';
import type { IntegratedLogin } from '../integrated/login.js';
import { mssqlClient } from './knex-client.js';

/**
 * What knex needs to connect to SQL Server, with every option of the driver that matters said aloud:
 * knex's own defaults differ from the driver's (no encryption, for one). Loads the driver; reads the TLS
 * files.
 * @throws Problem `tls-file-unreadable`
 */
export async function mssqlKnexConfig(
  settings: ServerSettings,
  use: ConnectionUse = {},
): Promise<Knex.Config> {
  const { user, password, domain, database, connectTimeoutMs, integrated } = settings;
  const waits = waitsOf(use, connectTimeoutMs);
  return {
    client: await mssqlClient({
      encryptionRequired: mustEncrypt(settings),
      lockTimeoutMs: waits.lockMs,
      integrated: integrated ? await integratedLogin(settings) : undefined,
    }),
    connection: {
      type: domain === undefined && !integrated ? 'default' : 'ntlm',
      server: settings.hosts[0]?.host ?? '',
      database,
      ...(user === undefined ? {} : { userName: user }),
      password: password ?? '',
      // The driver insists on a name and a domain, but never sends them: see `OneLogin`.
      ...(integrated ? { domain: '-', userName: '-' } : domain === undefined ? {} : { domain }),
      options: await driverOptions(settings, waits),
    } as Knex.MsSqlConnectionConfig,
    pool: {
      min: 0,
      max: use.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
      createTimeoutMillis: connectTimeoutMs + graceOf(connectTimeoutMs),
    },
    acquireConnectionTimeout: waits.acquireMs,
    // Errors then show placeholders, not the values of the statement.
    compileSqlOnError: false,
  };
}

/** @throws Problem `kerberos-library-missing` */
async function integratedLogin({ serverSpn, tls: { mode } }: ServerSettings): Promise<IntegratedLogin> {
  const negotiate =
    process.platform === 'win32'
      ? await (await import('../integrated/sspi.js')).sspiNegotiate()
      : await (await import('../integrated/gss.js')).gssNegotiate();
  return {
    negotiate,
    ...(serverSpn === undefined ? {} : { spn: serverSpn }),
    verifiesTls: mode === 'verify-full' || mode === 'verify-ca',
  };
}

const mustEncrypt = ({ tls: { mode } }: ServerSettings) => mode !== 'disable' && mode !== 'prefer';

async function driverOptions(settings: ServerSettings, { statementMs }: Waits): Promise<ConnectionOptions> {
  const { tls, instance } = settings;
  const [{ host, port } = { host: '', port: undefined }] = settings.hosts;
  const verified = tls.mode === 'verify-full' || tls.mode === 'verify-ca';
  // Node warns of an address as TLS server name; where nothing is verified, any name does.
  const serverName = tls.serverName ?? (!verified && isIP(host) ? 'localhost' : undefined);
  return {
    // A port wins over the instance, which would be looked up with SQL Server Browser.
    ...(port === undefined && instance !== undefined ? { instanceName: instance } : { port: port ?? 1433 }),
    database: settings.database,
    encrypt: tls.strict ? 'strict' : tls.mode !== 'disable',
    // The driver cannot verify the chain without the name: `verify-ca` is held to both.
    trustServerCertificate: !verified,
    ...(serverName === undefined ? {} : { serverName }),
    cryptoCredentialsDetails: { ...(await readTlsMaterial(tls)), minVersion: 'TLSv1.2' },
    appName: settings.applicationName ?? 'scimctl',
    connectTimeout: settings.connectTimeoutMs,
    requestTimeout: statementMs,
    cancelTimeout: graceOf(statementMs),
    // Retrying is the caller's, who knows what may be run twice.
    maxRetriesOnTransientErrors: 0,
    readOnlyIntent: settings.readOnlyIntent ?? false,
    // All addresses of a name at once, so that one that is off does not use up the time.
    multiSubnetFailover: settings.multiSubnetFailover ?? true,
    lowerCaseGuids: true,
    useUTC: true,
    // SET XACT_ABORT ON for every session.
    abortTransactionOnError: true,
    enableArithAbort: true,
  };
}
