import type { Knex } from 'knex';
import type { Dialect, ServerInfo } from '../dialect.js';
import { DatabaseFault } from '../fault.js';
import { mssqlCatalogue } from './catalogue.js';
import { mssqlKnexConfig } from './connect.js';
import { classify, connectionProblem, violatedConstraint } from './errors.js';
import { missingMssqlRights } from './rights.js';
import { mssqlInstallScript, schemaLock } from './script.js';
import { splitBatches } from './split-batches.js';
import { mssqlTokenScript } from './token-script.js';

/** SQL Server 2016 SP1 and later, and Babelfish for PostgreSQL, which speaks its protocol. */
export const mssqlDialect: Dialect = {
  name: 'mssql',
  label: 'SQL Server',
  knexConfig: async (settings) => mssqlKnexConfig(settings),
  classify,
  connectionProblem,
  violatedConstraint,
  serverInfo,
  catalogue: mssqlCatalogue,
  expressions: {
    now: 'sysutcdatetime()',
    login: 'suser_sname()',
    uuid: 'newid()',
    hostId,
    folded: (text) => `lower(${text} collate Latin1_General_CI_AS) collate Latin1_General_BIN2`,
  },
  missingRights: missingMssqlRights,
  installScript: mssqlInstallScript,
  tokenScript: mssqlTokenScript,
  splitScript: splitBatches,
  lockSchema,
  // A string converts to datetime2(3) exactly; a Date would be bound as DATETIME and rounded to 1/300 s.
  bindInstant: (instant) => instant.toISOString().slice(0, -1),
  // XACT_ABORT is turned on by the connection: set by a statement of ours it would be off again at the end of
  // it, since the driver sends every statement through sp_executesql.
  beginTransaction: [],
};

/**
 * SQL Server writes a GUID in capitals, the driver in lower case; text must stay as it is. 16 bytes that make
 * 36 characters are a GUID, whatever the column's type says.
 */
function hostId(column: string): string {
  const text = `cast(${column} as nvarchar(128))`;
  const exact = `${text} collate Latin1_General_BIN2`;
  return `case when datalength(${column}) = 16 and len(${text}) = 36 then lower(${exact}) else ${exact} end`;
}

// Below the time-out of a statement, so that the server answers; the transaction is then run again.
const LOCK_TIMEOUT_MS = 20_000;

async function lockSchema(transaction: Knex.Transaction, schema: string): Promise<void> {
  const [row] = await transaction.raw<{ result: number }[]>(
    `declare @result int;
     exec @result = sp_getapplock @Resource = ?, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = ${LOCK_TIMEOUT_MS};
     select @result as result;`,
    [schemaLock(schema)],
  );
  const result = row?.result ?? -1;
  if (result < 0) {
    const refused = new Error(`sp_getapplock returned ${result}`);
    throw new DatabaseFault(result === -3 ? 'deadlock' : 'lock-timeout', undefined, refused);
  }
}

async function serverInfo(knex: Knex): Promise<ServerInfo> {
  const rows = await knex.raw<Record<string, string | Date | null>[]>(`
    select cast(serverproperty('ProductVersion') as nvarchar(128)) as version,
           cast(@@version as nvarchar(300)) as banner,
           db_name() as [database],
           suser_sname() as login,
           cast(databasepropertyex(db_name(), 'Collation') as nvarchar(128)) as collation,
           sysutcdatetime() as now`);
  const row = rows[0] ?? {};
  const version = String(row.version);
  const [major = 0, , build = 0] = version.split('.').map(Number);
  return {
    product: /babelfish/i.test(String(row.banner)) ? 'Babelfish' : 'SQL Server',
    version,
    majorVersion: major,
    // 13.0.4001 is SQL Server 2016 SP1; Babelfish reports 12 or later whatever it can do.
    supported: /babelfish/i.test(String(row.banner)) || major > 13 || (major === 13 && build >= 4001),
    database: String(row.database),
    login: String(row.login),
    encrypted: undefined,
    collation: String(row.collation),
    now: row.now as Date,
  };
}
