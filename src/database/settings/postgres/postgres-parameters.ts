import { invalidSetting } from '../invalid.js';
import { type KeyValue, normalisedKey } from '../key-values.js';

// libpq's parameters that mean something to us, with the environment variables they default to.
const VARIABLES: Record<string, string | undefined> = {
  application_name: 'PGAPPNAME',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  dbname: 'PGDATABASE',
  fallback_application_name: undefined,
  host: 'PGHOST',
  // Not from PGHOSTADDR: libpq lets it redirect a setting that names another host.
  hostaddr: undefined,
  passfile: 'PGPASSFILE',
  password: 'PGPASSWORD',
  port: 'PGPORT',
  service: 'PGSERVICE',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  user: 'PGUSER',
};

// Tuning and diagnosis: nothing a connection of ours would do differently.
const WITHOUT_EFFECT = new Set(
  `client_encoding gsslib gssdelegation keepalives keepalives_count keepalives_idle keepalives_interval
   krbsrvname load_balance_hosts sslcompression sslnegotiation sslsni tcp_user_timeout`.split(/\s+/),
);

/** Parameters that ask for more safety than the driver can give, unless their value asks for none. */
const SAFETY: Record<string, string[]> = {
  channel_binding: ['disable', 'prefer'],
  gssencmode: ['disable', 'prefer'],
  require_auth: [],
  requirepeer: [],
  sslcrl: [],
  sslcrldir: [],
  sslpassword: [],
};

/**
 * libpq's parameters with their last values; an empty value is no value.
 * @throws Problem `connection-setting-invalid`
 */
export function readPostgresParameters(pairs: KeyValue[], warnings: string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of pairs) {
    if (key === 'ssl' && value === 'true') values.set('sslmode', 'verify-full');
    else if (Object.hasOwn(VARIABLES, key)) {
      if (value === '') values.delete(key);
      else values.set(key, value);
    } else if (SAFETY[key] && value !== '' && !SAFETY[key].includes(value)) {
      throw invalidSetting(
        `The parameter ${key} of the connection setting is not supported.`,
        'Leave it out if the connection does not need its protection.',
      );
    } else if (!SAFETY[key] && !WITHOUT_EFFECT.has(key)) {
      warnings.push(
        /^[a-z][a-z_]{0,40}$/i.test(key)
          ? `The parameter ${key} of the connection setting is unknown and was ignored.`
          : 'A parameter of the connection setting is unknown and was ignored.',
      );
    }
  }
  return values;
}

/** What the PG… environment variables say. */
export function fromEnvironment(env: NodeJS.ProcessEnv): Map<string, string> {
  const values = new Map<string, string>();
  for (const [parameter, variable] of Object.entries(VARIABLES)) {
    const value = variable === undefined ? undefined : env[variable];
    if (value) values.set(parameter, value);
  }
  return values;
}

const NPGSQL: Record<string, string> = {
  applicationname: 'application_name',
  database: 'dbname',
  db: 'dbname',
  host: 'host',
  passfile: 'passfile',
  password: 'password',
  port: 'port',
  pwd: 'password',
  rootcertificate: 'sslrootcert',
  server: 'host',
  sslcertificate: 'sslcert',
  sslkey: 'sslkey',
  sslmode: 'sslmode',
  targetsessionattributes: 'target_session_attrs',
  timeout: 'connect_timeout',
  uid: 'user',
  user: 'user',
  userid: 'user',
  username: 'user',
};

const NPGSQL_WITHOUT_EFFECT =
  /pool|keepalive|timeout|buffer|persist|trust|detail|logging|encoding|timezone|type|enlist|lifetime|multiplexing|prepare/;

/** The keywords of a .NET (Npgsql) connection string for PostgreSQL, as libpq's parameters. */
export function parametersOfNpgsql(pairs: KeyValue[]): KeyValue[] {
  return pairs.flatMap(({ key, value }) => {
    const name = normalisedKey(key);
    const parameter = NPGSQL[name];
    if (parameter === 'sslmode')
      return [{ key: parameter, value: value.toLowerCase().replace(/^verify-?/, 'verify-') }];
    if (parameter === 'host') return hostsOfNpgsql(value);
    if (parameter === undefined && NPGSQL_WITHOUT_EFFECT.test(name)) return [];
    return [{ key: parameter ?? key, value }];
  });
}

/** `db1:5432,db2:5433` carries its ports; the keyword Port counts where it carries none. */
function hostsOfNpgsql(text: string): KeyValue[] {
  const hosts = text.split(',').map((one) => /^(.*?)(?::(\d+))?$/s.exec(one.trim()));
  const pairs = [{ key: 'host', value: hosts.map((host) => host?.[1] ?? '').join(',') }];
  if (!hosts.some((host) => host?.[2])) return pairs;
  return [...pairs, { key: 'port', value: hosts.map((host) => host?.[2] ?? '').join(',') }];
}

/** Keywords that only one of the two has, beside those that either has or ignores. */
const NPGSQL_ALONE =
  /^(host|username|db|sslmode|passfile|rootcertificate|sslcertificate|sslkey|searchpath|timezone|targetsessionattributes|keepalive|maxautoprepare|multiplexing|includeerrordetail|noresetonclose)$/;
const MSSQL_ALONE =
  /^(initialcatalog|datasource|driver|provider|dsn|integratedsecurity|trustedconnection|encrypt|trustservercertificate|multipleactiveresultsets|multisubnetfailover|applicationintent|instancename|instance|workstationid|wsid|packetsize|authentication|columnencryptionsetting|hostnameincertificate|failoverpartner|attachdbfilename|networklibrary)$/;

/**
 * Which engine a string of keywords is for. Of `Server=h;Port=…`, which both have, the port decides, if it is the
 * one that one of them is known by.
 */
export function engineOfKeywords(pairs: readonly KeyValue[]): 'postgres' | 'mssql' | 'either' {
  const values = new Map(pairs.map(({ key, value }) => [normalisedKey(key), value.trim()]));
  const has = (pattern: RegExp) => [...values.keys()].some((name) => pattern.test(name));
  if (values.has('host')) return 'postgres';
  const port = values.get('port');
  if (port === undefined || !values.has('server')) return 'mssql';
  // Older versions of Npgsql have TrustServerCertificate as well.
  if (has(NPGSQL_ALONE)) return 'postgres';
  if (has(MSSQL_ALONE)) return 'mssql';
  if (/^(543[2-9]|6432)$/.test(port)) return 'postgres';
  return /^(143[3-9]|1433\d)$/.test(port) ? 'mssql' : 'either';
}
