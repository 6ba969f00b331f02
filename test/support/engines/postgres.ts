import { join } from 'node:path';
import pg from 'pg';
import { makeOnce } from '../running/make-once.js';
import { type EngineServer, fillEach, type Row, runPrefix, type TestDatabase } from './database.js';

/** PostgreSQL, through its administrator's URL. */
export function postgresServer(adminUrl: string, environment: NodeJS.ProcessEnv): EngineServer {
  const quoted = (name: string) => pg.escapeIdentifier(name);
  const runDirectory = environment.SCIMCTL_TEST_RUN_DIR;
  const server: EngineServer = {
    async version() {
      const [row] = await query<{ server_version: string }>(adminUrl, 'show server_version');
      return `PostgreSQL ${row?.server_version.split(' ')[0]}`;
    },
    async create(name, options = ''): Promise<TestDatabase> {
      await query(adminUrl, `create database ${quoted(name)} ${options}`);
      const url = withDatabase(adminUrl, name);
      return {
        url,
        query: (sql, parameters) => query(url, sql, parameters),
        drop: async () => {
          await query(adminUrl, `drop database if exists ${quoted(name)} with (force)`);
        },
      };
    },
    async filled(name, model) {
      if (runDirectory === undefined) return fillEach(server, name, model);
      const original = `${runPrefix(environment)}like_${model.name}`;
      await makeOnce(join(runDirectory, `postgres-${model.name}`), async () => {
        await fillEach(server, original, model);
      });
      return server.create(name, `template ${quoted(original)}`);
    },
    async dropAll(prefix) {
      const ours = 'select datname from pg_database where starts_with(datname, $1)';
      for (const { datname } of await query<{ datname: string }>(adminUrl, ours, [prefix])) {
        await query(adminUrl, `drop database if exists ${quoted(datname)} with (force)`);
      }
    },
  };
  return server;
}

/** Runs one statement on a connection of its own. */
export async function query<T extends Row>(url: string, sql: string, parameters?: unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return (await client.query<T>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}

/** The same URL with another database in it. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}
