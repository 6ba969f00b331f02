import type { Knex } from 'knex';
import type { ServerInfo } from '../../dialect/dialect.js';

/**
 * How old a server the database behaves as: 100 is SQL Server 2008, 130 is 2016. Babelfish does not go by it.
 * https://learn.microsoft.com/sql/t-sql/statements/alter-database-transact-sql-compatibility-level
 */
export async function compatibilityLevel(knex: Knex): Promise<number | undefined> {
  const rows = await knex.raw<{ level: number; banner: string }[]>(LEVEL);
  const [row] = rows;
  return row && !/babelfish/i.test(row.banner) ? row.level : undefined;
}

const LEVEL = `
select cast(d.compatibility_level as int) as [level], cast(@@version as nvarchar(300)) as banner
  from sys.databases d
 where d.database_id = db_id()`;

/** What may be asked with no right but to connect: about the server, this database and this session. */
const QUESTION = `
select cast(serverproperty('ServerName') as nvarchar(128)) as server,
       cast(serverproperty('ProductVersion') as nvarchar(128)) as version,
       cast(@@version as nvarchar(300)) as banner,
       cast(serverproperty('EngineEdition') as int) as edition,
       db_name() as [database],
       suser_sname() as login,
       cast(databasepropertyex(db_name(), 'Collation') as nvarchar(128)) as collation,
       (select transaction_isolation_level from sys.dm_exec_sessions where session_id = @@spid) as isolation,
       d.is_read_committed_snapshot_on, d.snapshot_isolation_state,
       sysutcdatetime() as now
  from sys.databases d
 where d.database_id = db_id()`;

/** SQL Database and Managed Instance. https://learn.microsoft.com/sql/t-sql/functions/serverproperty-transact-sql */
const AZURE = [5, 8];

// https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/sys-dm-exec-sessions-transact-sql
const ISOLATION: Record<string, string> = {
  1: 'READ UNCOMMITTED',
  2: 'READ COMMITTED',
  3: 'REPEATABLE READ',
  4: 'SERIALIZABLE',
  5: 'SNAPSHOT',
};

export async function mssqlServerInfo(knex: Knex): Promise<ServerInfo> {
  const rows = await knex.raw<Record<string, string | number | boolean | Date | null>[]>(QUESTION);
  const row = rows[0] ?? {};
  const version = String(row.version);
  const isBabelfish = /babelfish/i.test(String(row.banner));
  const isAzure = AZURE.includes(Number(row.edition));
  const [major = 0, , build = 0] = version.split('.').map(Number);
  return {
    server: String(row.server),
    product: isBabelfish ? 'Babelfish' : 'SQL Server',
    version,
    majorVersion: major,
    // 13.0.4001 is SQL Server 2016 SP1; Babelfish and Azure report 12 or later whatever they can do.
    supported: isBabelfish || isAzure || major > 13 || (major === 13 && build >= 4001),
    database: String(row.database),
    login: String(row.login),
    encrypted: await isEncrypted(knex),
    collation: String(row.collation),
    foldsAllLetters: true,
    isolation: ISOLATION[String(row.isolation)] ?? 'unknown',
    readCommittedSnapshot: row.is_read_committed_snapshot_on === true,
    allowSnapshotIsolation: row.snapshot_isolation_state === 1,
    now: row.now as Date,
  };
}

/** The server tells only those who have VIEW SERVER STATE, so it is the driver that is asked. */
async function isEncrypted({ client }: Knex): Promise<boolean | undefined> {
  const connection: { isEncrypted?: boolean } = await client.acquireConnection();
  try {
    return connection.isEncrypted;
  } finally {
    await client.releaseConnection(connection);
  }
}
