import { type KeyValue, normalisedKey } from '../key-values.js';

/** The keywords of an ADO.NET, ODBC or OLE DB connection string that mean something to us. */
export type MssqlKeyword =
  | 'applicationIntent'
  | 'applicationName'
  | 'attachedFile'
  | 'authentication'
  | 'columnEncryption'
  | 'connectTimeout'
  | 'contextConnection'
  | 'database'
  | 'dataSourceName'
  | 'domain'
  | 'driver'
  | 'encrypt'
  | 'failoverPartner'
  | 'hostNameInCertificate'
  | 'instance'
  | 'integratedSecurity'
  | 'multiSubnetFailover'
  | 'network'
  | 'password'
  | 'port'
  | 'provider'
  | 'server'
  | 'serverCertificate'
  | 'serverSpn'
  | 'trustServerCertificate'
  | 'user'
  | 'userInstance';

const SYNONYMS: Record<MssqlKeyword, string> = {
  applicationIntent: 'applicationintent',
  applicationName: 'applicationname app',
  attachedFile: 'attachdbfilename attachdbfile extendedproperties initialfilename',
  authentication: 'authentication fedauth',
  columnEncryption: 'columnencryptionsetting columnencryption',
  connectTimeout: 'connecttimeout connectiontimeout timeout logintimeout',
  contextConnection: 'contextconnection',
  database: 'initialcatalog database databasename',
  dataSourceName: 'dsn filedsn',
  domain: 'domain',
  driver: 'driver',
  encrypt: 'encrypt useencryptionfordata',
  failoverPartner: 'failoverpartner',
  hostNameInCertificate: 'hostnameincertificate',
  instance: 'instancename instance',
  integratedSecurity: 'integratedsecurity trustedconnection integrated authenticator',
  multiSubnetFailover: 'multisubnetfailover',
  network: 'network networklibrary net',
  password: 'password pwd',
  port: 'port portnumber',
  provider: 'provider',
  server: 'datasource server servername address addr networkaddress',
  serverCertificate: 'servercertificate',
  serverSpn: 'serverspn',
  trustServerCertificate: 'trustservercertificate',
  user: 'userid uid user username',
  userInstance: 'userinstance',
};

// About pooling, time zones of statements, tracing …: nothing a connection of ours would do differently.
const WITHOUT_EFFECT = new Set(
  `async asynchronousprocessing attestationprotocol commandtimeout connectionlifetime connectionreset
   connectretrycount connectretryinterval currentlanguage enclaveattestationurl enlist failoverpartnerspn
   ipaddresspreference language loadbalancetimeout marsconnection maxpoolsize minpoolsize
   multipleactiveresultsets packetsize persistsecurityinfo poolblockingperiod pooling
   quotedid replication transactionbinding transparentnetworkipresolution typesystemversion
   workstationid wsid`.split(/\s+/),
);

const BY_SYNONYM = new Map(
  Object.entries(SYNONYMS).flatMap(([keyword, synonyms]) =>
    synonyms.split(' ').map((synonym) => [synonym, keyword as MssqlKeyword] as const),
  ),
);

/** What the keyword means to SQL Server's drivers; undefined where it means nothing to us. */
export const mssqlKeyword = (key: string): MssqlKeyword | undefined => BY_SYNONYM.get(normalisedKey(key));

/**
 * The keywords with their last values, as ADO.NET reads them; an empty value is no value. Whatever is
 * neither known nor without effect is named in a warning, unless it follows a password: there it is more
 * likely the rest of a password that should have been quoted.
 */
export function readMssqlKeywords(pairs: KeyValue[], warnings: string[]): Map<MssqlKeyword, string> {
  const values = new Map<MssqlKeyword, string>();
  let afterPassword = false;
  for (const { key, value } of pairs) {
    const keyword = mssqlKeyword(key);
    if (keyword !== undefined && value === '') values.delete(keyword);
    else if (keyword !== undefined) values.set(keyword, value);
    else if (!WITHOUT_EFFECT.has(normalisedKey(key))) {
      warnings.push(
        afterPassword || !/^[a-z][a-z _]{0,40}$/i.test(key)
          ? 'A keyword of the connection string is unknown and was ignored. A password that contains ; or = must be in double quotes.'
          : `The keyword ${key.trim()} of the connection string is unknown and was ignored.`,
      );
    }
    afterPassword = keyword === 'password';
  }
  return values;
}
