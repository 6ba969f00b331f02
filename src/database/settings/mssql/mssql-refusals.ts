import { isIPv6 } from 'node:net';
import { invalidSetting } from '../invalid.js';
import type { MssqlKeyword } from './mssql-keywords.js';

type Values = ReadonlyMap<MssqlKeyword, string>;

const USE_TCP = 'Name the server by host and port over TCP: Server=host,1433 or Server=host\\instance.';
const LOGINS =
  'Use a SQL login (User ID and Password), the Windows account of the process (Integrated Security=SSPI), or NTLM: User ID=DOMAIN\\user with the Windows password.';

/**
 * Refuses what this driver cannot do, instead of quietly doing something else.
 * @throws Problem `connection-setting-invalid`
 */
export function refuseUnsupported(values: Values): void {
  if (values.has('dataSourceName')) {
    throw invalidSetting(
      'The connection string names an ODBC data source (DSN), which this driver does not read.',
      'Write the server and database into the string: Server=host,1433;Database=name;User ID=…;Password=….',
    );
  }
  if (values.has('attachedFile')) {
    throw invalidSetting(
      'AttachDbFilename is not supported: the database must be attached to the server.',
      'Attach it in SQL Server and name it with Database=.',
    );
  }
  if (isYes(values.get('userInstance')) || isYes(values.get('contextConnection'))) {
    throw invalidSetting('User instances and context connections are not supported.', USE_TCP);
  }
  const network = values.get('network')?.toLowerCase();
  if (network !== undefined && !['dbmssocn', 'tcp', 'tcp/ip'].includes(network)) {
    throw invalidSetting('Only TCP/IP is supported as network library.', USE_TCP);
  }
  const driver = values.get('driver') ?? values.get('provider');
  if (
    driver !== undefined &&
    !/sql\s*server|sqlncli|sqloledb|msoledbsql|msodbcsql|freetds|tdsodbc/i.test(driver)
  ) {
    throw invalidSetting(
      'The Driver or Provider in the connection string is not one for SQL Server.',
      'For PostgreSQL use a postgresql:// URL; for SQL Server leave Driver and Provider out.',
    );
  }
  refuseServer(values.get('server') ?? '');
  refuseAuthentication(values);
}

function refuseServer(server: string): void {
  const bare = server.trim().toLowerCase();
  if (bare.startsWith('(localdb)')) {
    throw invalidSetting('(localdb) requires a named pipe, which this driver does not support.', USE_TCP);
  }
  if (bare.startsWith('np:') || bare.startsWith('\\\\')) {
    throw invalidSetting('Named pipes (np:) are not supported.', USE_TCP);
  }
  if (bare.startsWith('lpc:')) {
    throw invalidSetting('Shared memory (lpc:) is not supported.', USE_TCP);
  }
  if (bare.startsWith('admin:')) {
    throw invalidSetting('The dedicated administrator connection (admin:) is not supported.', USE_TCP);
  }
  const named = server.trim().replace(/^tcp:/i, '');
  const [, protocol] = /^([a-z]+):(?!\d+$)/i.exec(named) ?? [];
  if (protocol !== undefined && !isIPv6(named.replace(/,\d+$/, ''))) {
    throw invalidSetting(`The protocol ${protocol}: in Server= is not supported.`, USE_TCP);
  }
  if (/^[\w.-]+\/[\w$-]+(,\d+)?$/.test(named)) {
    throw invalidSetting(
      'In Server=, the instance follows a backslash, not a slash.',
      `Write Server=${named.replace('/', '\\')}.`,
    );
  }
  if (/^[^:,\\[\]]+:\d+$/.test(named)) {
    throw invalidSetting(
      'In Server=, the port follows a comma, not a colon.',
      `Write Server=${named.replace(':', ',')}.`,
    );
  }
}

function refuseAuthentication(values: Values): void {
  const authentication = values.get('authentication')?.toLowerCase().replace(/\s/g, '');
  if (authentication?.startsWith('activedirectory')) {
    throw invalidSetting(
      'Authentication=Active Directory … is not supported: it needs the cloud libraries of Microsoft, which scimctl does not contain.',
      LOGINS,
    );
  }
  if (authentication && ![...PASSWORDS, 'notspecified', 'ntlm', 'default'].includes(authentication)) {
    throw invalidSetting('This kind of Authentication= is not supported.', LOGINS);
  }
  const integrated = values.get('integratedSecurity')?.trim().toLowerCase();
  if (integrated !== undefined && !isYes(integrated) && !['false', 'no', '0'].includes(integrated)) {
    throw invalidSetting(
      'Integrated Security is neither SSPI nor False.',
      'Write Integrated Security=SSPI, or leave it out and use a SQL login.',
    );
  }
  if (wantsIntegrated(values) && authentication && [...PASSWORDS, 'ntlm'].includes(authentication)) {
    throw invalidSetting(
      'Integrated Security and this kind of Authentication= contradict each other.',
      'Leave out one of them.',
    );
  }
}

/** The kinds of `Authentication=` that are a login and its password. */
const PASSWORDS = ['sqlpassword', 'sql'];

export const wantsIntegrated = (values: Values): boolean => isYes(values.get('integratedSecurity'));

const isYes = (value: string | undefined) =>
  value !== undefined && ['true', 'yes', 'sspi', '1'].includes(value.trim().toLowerCase());

/** ADO.NET's yes and no. @throws Problem `connection-setting-invalid` */
export function parseBoolean(keyword: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  const word = value.trim().toLowerCase();
  if (['true', 'yes', '1', 'mandatory'].includes(word)) return true;
  if (['false', 'no', '0', 'optional'].includes(word)) return false;
  throw invalidSetting(`${keyword} is neither True nor False.`, `Write ${keyword}=True or ${keyword}=False.`);
}
