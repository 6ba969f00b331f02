import {
  type ConnectionSettings,
  DEFAULT_CONNECT_TIMEOUT_MS,
  type ServerSettings,
  type TlsSettings,
} from './settings.js';
import { adoNet } from './sources/other-forms.js';
import { defaultTlsMode } from './tls/tls-default.js';

/**
 * A connection setting as text, from which the same settings are read again: an ADO.NET connection string for SQL
 * Server, a URL for PostgreSQL. The password is left out.
 */
export function composeSetting(settings: ConnectionSettings): string {
  if (settings.engine === 'embedded') return `embedded:${settings.directory}`;
  return settings.engine === 'mssql' ? composeMssql(settings) : composePostgres(settings);
}

type Parameter = [name: string, value: string | undefined];

function composeMssql(settings: ServerSettings): string {
  const { hosts, instance, database, tls, user = '', domain, integrated } = settings;
  const [{ host, port } = { host: '' }] = hosts;
  const place = port !== undefined && port !== 1433 ? `${host},${port}` : host;
  const isDefault = tls.mode === defaultTlsMode(hosts);
  const parameters: Parameter[] = [
    ['Server', port === undefined && instance !== undefined ? `${host}\\${instance}` : place],
    ['Database', database],
    ['User ID', integrated ? undefined : domain === undefined ? user : `${domain}\\${user}`],
    ['Integrated Security', integrated ? 'SSPI' : undefined],
    ['Server SPN', settings.serverSpn],
    ['Encrypt', encryptionOf(tls, isDefault)],
    ['TrustServerCertificate', tls.mode === 'require' ? 'True' : undefined],
    ['ServerCertificate', tls.caFile],
    ['HostNameInCertificate', tls.serverName],
    ['Application Name', settings.applicationName],
    ['Connect Timeout', secondsOf(settings)],
    ['ApplicationIntent', settings.readOnlyIntent ? 'ReadOnly' : undefined],
    ['MultiSubnetFailover', yesOrNo(settings.multiSubnetFailover)],
  ];
  return adoNet(given(parameters).map(([key, value]) => ({ key, value })));
}

function encryptionOf({ mode, strict }: TlsSettings, isDefault: boolean): string | undefined {
  if (strict) return 'Strict';
  return isDefault ? undefined : yesOrNo(mode !== 'disable');
}

const yesOrNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? 'True' : 'False');

function composePostgres(settings: ServerSettings): string {
  const { hosts, tls, user = '', database } = settings;
  // With a name for the certificate, the addresses are where to connect.
  const names = tls.serverName === undefined ? hosts.map(({ host }) => host) : [tls.serverName];
  const ports = hosts.map(({ port }) => (port === undefined || port === 5432 ? '' : `:${port}`));
  const authority = names.map((name, at) => `${encodedHost(name)}${ports[at] ?? ''}`).join(',');
  const parameters: Parameter[] = [
    ['hostaddr', tls.serverName === undefined ? undefined : hosts.map(({ host }) => host).join(',')],
    ['sslmode', sslmodeOf(tls, hosts)],
    ['sslrootcert', tls.caFile],
    ['sslcert', tls.certFile],
    ['sslkey', tls.keyFile],
    ['application_name', settings.applicationName],
    ['connect_timeout', secondsOf(settings)],
    ['target_session_attrs', settings.targetSessionAttributes],
  ];
  const query = given(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const login = user === '' ? '' : `${encodeURIComponent(user)}@`;
  const url = `postgresql://${login}${authority}/${encodeURIComponent(database)}`;
  return query.length === 0 ? url : `${url}?${query.join('&')}`;
}

/** Said wherever leaving it out would mean something else. */
const sslmodeOf = ({ mode, caFile }: TlsSettings, hosts: ServerSettings['hosts']) =>
  mode === defaultTlsMode(hosts) && caFile === undefined ? undefined : mode;

const encodedHost = (host: string) => (host.includes(':') ? `[${host}]` : encodeURIComponent(host));

const secondsOf = ({ connectTimeoutMs }: ServerSettings) =>
  connectTimeoutMs === DEFAULT_CONNECT_TIMEOUT_MS ? undefined : String(Math.ceil(connectTimeoutMs / 1000));

const given = (parameters: readonly Parameter[]) =>
  parameters.filter((parameter): parameter is [string, string] => parameter[1] !== undefined);
