import { setTimeout as delay } from 'node:timers/promises';
import type { Connection, ConnectionConfiguration } from 'tedious';
import { type EngineServer, fillEach, type Row, type TestDatabase } from './database.js';
import { withDatabase } from './postgres.js';

/** Loaded when it is wanted: it takes longer to load than most test files do to run. */
const driver = () => import('tedious');

/** A server that speaks TDS (SQL Server, Babelfish), through its administrator's URL. */
export function mssqlServer(adminUrl: string): EngineServer {
  const server: EngineServer = {
    async version() {
      const [row] = await query<{ text: string }>(adminUrl, 'select @@version as text');
      return row?.text.split('\n')[0]?.split(' - ')[0]?.trim() ?? 'unknown';
    },
    async create(name, options = ''): Promise<TestDatabase> {
      await query(adminUrl, `create database [${name}] ${options}`);
      const url = withDatabase(adminUrl, name);
      return {
        url,
        query: (sql, parameters) => query(url, sql, parameters),
        drop: () => drop(adminUrl, name),
      };
    },
    filled: (name, model) => fillEach(server, name, model),
    async dropAll(prefix) {
      const all = await query<{ name: string }>(adminUrl, 'select name from sys.databases');
      for (const { name } of all) if (name.startsWith(prefix)) await drop(adminUrl, name);
    },
  };
  return server;
}

/**
 * Drops a database even while sessions are still in it, such as those of a process that was killed: they
 * are ended first, which takes the server a moment.
 */
async function drop(adminUrl: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const known = await query(adminUrl, 'select name from sys.databases where name = $1', [name]);
    if (known.length === 0) return;
    try {
      await query(adminUrl, `drop database [${name}]`);
    } catch (error) {
      if (attempt === 10) throw error;
      await endSessions(adminUrl, name);
      await delay(100 * attempt);
    }
  }
}

async function endSessions(adminUrl: string, name: string): Promise<void> {
  const inside = 'select distinct spid from sys.sysprocesses where dbid = db_id($1)';
  for (const { spid } of await query<{ spid: number }>(adminUrl, inside, [name])) {
    // It may have ended by itself in the meantime.
    await query(adminUrl, `kill ${spid}`).catch(() => {});
  }
}

/** Babelfish keeps all databases in one, so that somebody else's DDL can get in the way of any statement. */
const GOT_IN_THE_WAY = /tuple concurrently (updated|deleted)|could not open relation with OID/;

async function query<T extends Row>(url: string, sql: string, parameters: unknown[] = []): Promise<T[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await queryOnce<T>(url, sql, parameters);
    } catch (error) {
      if (attempt === 3 || !GOT_IN_THE_WAY.test(String(error))) throw error;
      await delay(100 * attempt);
    }
  }
}

async function queryOnce<T extends Row>(url: string, sql: string, parameters: unknown[]): Promise<T[]> {
  const { Request, TYPES } = await driver();
  const connection = await connect(url);
  try {
    return await new Promise<T[]>((resolve, reject) => {
      const rows: T[] = [];
      const request = new Request(sql.replace(/\$(\d+)/g, '@p$1'), (error) => {
        if (error) reject(error);
        else resolve(rows);
      });
      request.on('row', (columns: { metadata: { colName: string }; value: unknown }[]) => {
        rows.push(Object.fromEntries(columns.map(({ metadata, value }) => [metadata.colName, value])) as T);
      });
      parameters.forEach((value, index) => {
        request.addParameter(`p${index + 1}`, TYPES[typeOf(value)], value);
      });
      // A plain batch, where there are no parameters: some statements must be the only one in theirs.
      if (parameters.length === 0) connection.execSqlBatch(request);
      else connection.execSql(request);
    });
  } finally {
    connection.close();
  }
}

function typeOf(value: unknown) {
  if (typeof value === 'boolean') return 'Bit';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Int' : 'Float';
  if (value instanceof Date) return 'DateTime2';
  return value instanceof Uint8Array ? 'VarBinary' : 'NVarChar';
}

async function connect(url: string): Promise<Connection> {
  const { Connection } = await driver();
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const options: ConnectionConfiguration = {
    server: hostname,
    authentication: {
      type: 'default',
      options: { userName: decodeURIComponent(username), password: decodeURIComponent(password) },
    },
    options: {
      port: Number(port || 1433),
      database: decodeURIComponent(pathname.slice(1)) || 'master',
      encrypt: searchParams.get('encrypt') === 'true',
      trustServerCertificate: searchParams.get('trustServerCertificate') === 'true',
      connectTimeout: 10_000,
      requestTimeout: 120_000,
      useUTC: true,
    },
  };
  return new Promise((resolve, reject) => {
    const connection = new Connection(options);
    connection.connect((error) => (error ? reject(error) : resolve(connection)));
  });
}
