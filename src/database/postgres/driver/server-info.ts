import type { Knex } from 'knex';
import type { ServerInfo } from '../../dialect/dialect.js';

const QUESTION = `
select coalesce(host(inet_server_addr()) || ' port ' || inet_server_port(), '') as server,
       current_setting('server_version') as version,
       current_setting('server_version_num')::int as number,
       current_database() as database,
       current_user as login,
       (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as encrypted,
       (select datcollate from pg_database where datname = current_database()) as collation,
       lower('Ä' collate "default") = 'ä' as folds,
       current_setting('default_transaction_isolation') as isolation,
       clock_timestamp() as now`;

export async function postgresServerInfo(knex: Knex): Promise<ServerInfo> {
  const { rows } = await knex.raw<{ rows: Record<string, string | number | boolean | Date>[] }>(QUESTION);
  const row = rows[0] ?? {};
  const majorVersion = Math.floor(Number(row.number) / 10_000);
  return {
    // A Unix socket has no address.
    ...(row.server ? { server: String(row.server) } : {}),
    product: 'PostgreSQL',
    version: String(row.version),
    majorVersion,
    supported: majorVersion >= 14,
    database: String(row.database),
    login: String(row.login),
    encrypted: typeof row.encrypted === 'boolean' ? row.encrypted : undefined,
    collation: String(row.collation),
    foldsAllLetters: row.folds === true,
    isolation: String(row.isolation).toUpperCase(),
    now: row.now as Date,
  };
}
