import type { Knex } from 'knex';
import type { Dialect, ServerInfo } from '../dialect.js';
import { postgresCatalogue } from './catalogue.js';
import { postgresKnexConfig } from './connect.js';
import { classify, connectionProblem, violatedConstraint } from './errors.js';
import { missingPostgresRights } from './rights.js';
import { postgresInstallScript } from './script.js';
import { postgresTokenScript } from './token-script.js';

/** PostgreSQL 14 and later, and the embedded PGlite, which is PostgreSQL. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  label: 'PostgreSQL',
  knexConfig: async (settings) => postgresKnexConfig(settings),
  classify,
  connectionProblem,
  violatedConstraint,
  serverInfo,
  catalogue: postgresCatalogue,
  expressions: {
    now: "date_trunc('milliseconds', clock_timestamp())",
    login: 'session_user',
    uuid: 'gen_random_uuid()',
    // The default collation tells apart whatever differs; the column's own may not.
    hostId: (column) => `cast(${column} as varchar(128)) collate "default"`,
    folded: (text) => `lower(${text} collate "default")`,
  },
  missingRights: missingPostgresRights,
  installScript: postgresInstallScript,
  tokenScript: postgresTokenScript,
  splitScript: (sql) => [sql],
  lockSchema: async (transaction, schema) => {
    await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
      `scimctl schema ${schema}`,
    ]);
  },
  bindInstant: (instant) => instant,
  beginTransaction: [],
};

async function serverInfo(knex: Knex): Promise<ServerInfo> {
  const { rows } = await knex.raw<{ rows: Record<string, string | number | boolean | Date>[] }>(`
    select current_setting('server_version') as version,
           current_setting('server_version_num')::int as number,
           current_database() as database,
           current_user as login,
           (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as encrypted,
           (select datcollate from pg_database where datname = current_database()) as collation,
           clock_timestamp() as now`);
  const row = rows[0] ?? {};
  const majorVersion = Math.floor(Number(row.number) / 10_000);
  return {
    product: 'PostgreSQL',
    version: String(row.version),
    majorVersion,
    supported: majorVersion >= 14,
    database: String(row.database),
    login: String(row.login),
    encrypted: typeof row.encrypted === 'boolean' ? row.encrypted : undefined,
    collation: String(row.collation),
    now: row.now as Date,
  };
}
