import { invalidSetting } from '../invalid.js';
import { type KeyValue, normalisedKey, odbcPairs } from '../key-values.js';
import { mssqlKeyword } from '../mssql/mssql-keywords.js';
import { decode } from '../url.js';
import { unescapeXml } from './dotnet-xml.js';

/**
 * A connection setting of another tool in a form of ours: JDBC's (also jTDS), Prisma's, SQLAlchemy's, a string as it
 * stands in JSON or a `.env` file, or behind `psql`. What is in no such form comes back as it is.
 * @throws Problem `connection-setting-invalid`
 */
export function inOwnForm(setting: string): string {
  const text = unwrapped(setting.trim());
  const jtds = /^jdbc:jtds:sqlserver:\/\/(.*)$/is.exec(text)?.[1];
  if (jtds !== undefined) return fromJtds(jtds);
  const [, jdbc, properties] = /^(jdbc:)?sqlserver:\/\/(.*)$/is.exec(text) ?? [];
  // Prisma's form is JDBC's without its first word; without properties it is a URL like any other.
  if (properties !== undefined && (jdbc || /^[^?@/]*;/.test(properties))) return fromJdbc(properties);
  if (/^jdbc:postgresql:/i.test(text)) return fromPgJdbc(text.slice('jdbc:'.length));
  const [, engine = '', rest] = /^(mssql|postgres|postgresql)\+\w+:\/\/(.*)$/is.exec(text) ?? [];
  if (rest !== undefined) return fromSqlAlchemy(engine.toLowerCase(), rest);
  if (/^jdbc:/i.test(text)) throw unknownJdbc();
  const pdo = /^pgsql:(?!\/\/)(.*)$/is.exec(text)?.[1];
  if (pdo !== undefined) return fromPdo(pdo);
  const named = /^(?:sqlsrv|odbc):(?!\/\/)(.*)$/is.exec(text)?.[1] ?? text;
  return POSTGRES_DRIVER.test(named) ? fromPsqlOdbc(named) : named;
}

/** PHP's PDO: libpq's parameters, separated by semicolons. */
const fromPdo = (text: string): string =>
  text
    .split(';')
    .map((pair) => /^\s*(\w+)\s*=(.*)$/s.exec(pair))
    .map((pair) => (pair ? `${pair[1]}='${(pair[2] ?? '').trim().replace(/[\\']/g, '\\$&')}'` : ''))
    .join(' ')
    .trim();

/** psqlODBC, under the names that its installers give it. */
const POSTGRES_DRIVER = /(?:^|;)\s*driver\s*=\s*\{?[^;}]*(?:postgres|psqlodbc)/i;

const NPGSQL_NAMES: Readonly<Record<string, string>> = {
  server: 'Host',
  servername: 'Host',
  uid: 'Username',
  pwd: 'Password',
};

/** Its keywords are those of SQL Server's driver; Npgsql's mean the same for PostgreSQL. */
const fromPsqlOdbc = (text: string): string =>
  adoNet(
    odbcPairs(text)
      .filter(({ key }) => normalisedKey(key) !== 'driver')
      .map(({ key, value }) => ({ key: NPGSQL_NAMES[normalisedKey(key)] ?? key, value })),
  );

/** Without what stands around it: `psql '…'`, `DATABASE_URL="…"`, and quotes, with JSON's escapes inside. */
function unwrapped(text: string): string {
  const behind =
    /^(?:psql\s+|(?:export\s+|set\s+|\$env:)?[A-Z_][A-Z0-9_]*\s*=\s*(?=["']?[a-z][a-z0-9+.:-]*:\/\/))(.+)$/s;
  // A line of appsettings.json, or of web.config.
  const inner = behind.exec(text)?.[1] ?? /^"[^"]*"\s*:\s*(".*")\s*,?$/s.exec(text)?.[1];
  const attribute = /^(?:<add\s[^>]*?)?connectionString\s*=\s*"([^"]*)"/is.exec(text)?.[1];
  if (attribute !== undefined) return unescapeXml(attribute);
  const bare = inner ?? text;
  const [, quote, quoted] = /^(["'])(.*)\1[,;]?$/s.exec(bare) ?? [];
  if (quoted === undefined || quoted.includes(quote ?? '') || !/[=:]/.test(quoted)) return bare;
  if (quote === "'") return quoted;
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch {
    return quoted;
  }
}

/** Unlike `Server`, it is never read as PostgreSQL's, whatever the port. */
const SERVER = 'Data Source';

/** `host\instance:port;property=value;{…}`; the server may also be a property. */
function fromJdbc(text: string): string {
  const [, server = '', properties = ''] = /^([^;]*)(?:;(.*))?$/s.exec(text) ?? [];
  const [, host = '', instance, port] =
    /^(\[[^\]]*\]|[^:\\]*)(?:\\([^:]*))?(?::(\d+))?\/?$/.exec(server) ?? [];
  return adoNet([
    ...(host === '' ? [] : [{ key: SERVER, value: host }]),
    ...(instance ? [{ key: 'Instance Name', value: instance }] : []),
    ...(port ? [{ key: 'Port', value: port }] : []),
    ...propertiesOf(properties),
  ]);
}

/** What means something to us. NTLM goes by domain and password, which the driver calls integrated all the same. */
function propertiesOf(text: string): KeyValue[] {
  const pairs = odbcPairs(text).map(({ key, value }) => ({ key, value, name: normalisedKey(key) }));
  const isNtlm = pairs.some(({ name, value }) => name === 'authenticationscheme' && /^ntlm$/i.test(value));
  return pairs
    .filter(({ name }) => !JDBC_ONLY.test(name) && !(isNtlm && name === 'integratedsecurity'))
    .map(({ key, value }) => ({ key, value }));
}

/** Properties of the JDBC driver and of Prisma that change nothing for us: tuning, and how Java verifies. */
const JDBC_ONLY =
  /^(authenticationscheme|javakerberos|jaasconfig\w*|sendstringparametersasunicode|selectmethod|(socket|lock|query|cancelquery|pool)timeout|\w*statement\w*|responsebuffering|xopenstates|usebulkcopy\w*|sslprotocol|truststore(type)?|columnencryption\w*|fips\w*|gsscredential|lastupdatecount|sendtimeasdatetime|sendtemporal\w*|delayloadinglobs|connectionlimit|schema|isolationlevel)$/;

/** `host[:port][/database][;property=value]` */
function fromJtds(text: string): string {
  const [, host = '', port, database, properties = ''] =
    /^([^:/;]*)(?::(\d+))?(?:\/([^;]*))?(?:;(.*))?$/s.exec(text) ?? [];
  const pairs = odbcPairs(properties).flatMap(({ key, value }) => {
    const name = normalisedKey(key);
    if (name === 'ssl') return [{ key: 'Encrypt', value: value === 'off' ? 'False' : 'True' }];
    return mssqlKeyword(key) === undefined ? [] : [{ key, value }];
  });
  return adoNet([
    { key: SERVER, value: host },
    ...(port ? [{ key: 'Port', value: port }] : []),
    ...(database ? [{ key: 'Database', value: database }] : []),
    ...pairs,
  ]);
}

const PG_JDBC: Readonly<Record<string, string>> = {
  applicationname: 'application_name',
  connecttimeout: 'connect_timeout',
  logintimeout: 'connect_timeout',
};

/** pgjdbc's URL is libpq's but for the names of some parameters, and for a database alone. */
function fromPgJdbc(text: string): string {
  const [, place = '', query] = /^postgresql:([^?]*)(?:\?(.*))?$/is.exec(text) ?? [];
  const url = `postgresql://${place.startsWith('//') ? place.slice(2) : `/${place.replace(/^\//, '')}`}`;
  const parameters = (query ?? '').split('&').flatMap((one) => {
    const [key = '', ...rest] = one.split('=');
    const [name, value] = [key.toLowerCase(), rest.join('=')];
    if (name === 'targetservertype')
      return [`target_session_attrs=${/^(primary|master)$/i.test(value) ? 'read-write' : value}`];
    if (name === 'ssl' && value === '') return ['ssl=true'];
    if (key === '' || PG_JDBC_ONLY.test(name)) return [];
    return [`${PG_JDBC[name] ?? key}=${value}`];
  });
  return parameters.length === 0 ? url : `${url}?${parameters.join('&')}`;
}

const PG_JDBC_ONLY =
  /^(currentschema|sslfactory|sslpasswordcallback|prepare\w*|tcpkeepalive|sockettimeout|canceltimeout|rewritebatchedinserts|reWriteBatchedInserts|stringtype|binarytransfer|defaultrowfetchsize|loadbalancehosts|hostrecheckseconds|autosave|cleanupsavepoints|preferquerymode|options|assumeminserverversion|loglevel|loggerlevel)$/i;

/** `mssql+pyodbc://…?driver=…`, or an ODBC string in `odbc_connect`; blanks in a query are plus signs there. */
function fromSqlAlchemy(engine: string, rest: string): string {
  const [main = '', ...query] = rest.split('?');
  const parameters = query
    .join('?')
    .split('&')
    .filter((one) => one !== '')
    .map((one) => one.replaceAll('+', '%20'));
  const odbc = parameters.find((one) => /^odbc_connect=/i.test(one));
  if (odbc !== undefined) return decode(odbc.slice('odbc_connect='.length));
  const kept = parameters.filter((one) => !/^(driver|charset|tds_version)=/i.test(one));
  if (engine === 'mssql' && !main.replace(/^.*@/s, '').includes('/')) throw namesDataSource();
  return `${engine === 'mssql' ? 'mssql' : 'postgresql'}://${main}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
}

const namesDataSource = () =>
  invalidSetting(
    'The URL names an ODBC data source (DSN), which this driver does not read, or no database.',
    'Write the server and the database into it: mssql://user@host:1433/database.',
  );

const unknownJdbc = () =>
  invalidSetting(
    'JDBC URLs are supported only for SQL Server and PostgreSQL.',
    'Use jdbc:sqlserver://, jdbc:jtds:sqlserver:// or jdbc:postgresql://.',
  );

/** An ADO.NET connection string. */
export const adoNet = (pairs: readonly KeyValue[]): string => pairs.map(adoNetPair).join(';');

export const adoNetPair = ({ key, value }: KeyValue): string => {
  const plain = /^[^\s;"'=][^;"'=]*$/.test(value) && value === value.trim();
  return `${key.replaceAll('=', '==')}=${plain || value === '' ? value : `"${value.replaceAll('"', '""')}"`}`;
};

/**
 * A string of keywords that may be for either engine, and the two ways to say which: with nothing of it but the
 * server, the database and the login, since anything else may be the rest of a password.
 */
export function eitherEngine(pairs: readonly KeyValue[]): Error {
  const named = (keyword: string) => pairs.find(({ key }) => mssqlKeyword(key) === keyword)?.value ?? '…';
  const [server, port, database, user] = [named('server'), named('port'), named('database'), named('user')];
  return invalidSetting(
    'The connection string may be for SQL Server or for PostgreSQL: both have Server and Port.',
    `For SQL Server write ${adoNet([
      { key: 'Server', value: `${server},${port}` },
      { key: 'Database', value: database },
      { key: 'User ID', value: user },
    ])};Password=…, for PostgreSQL ${adoNet([
      { key: 'Host', value: server },
      { key: 'Port', value: port },
      { key: 'Database', value: database },
      { key: 'Username', value: user },
    ])};Password=….`,
  );
}
