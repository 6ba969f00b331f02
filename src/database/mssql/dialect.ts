import type { Knex } from 'knex';
import type { Dialect } from '../dialect.js';
import { DatabaseFault } from '../fault.js';
import { mssqlCatalogue } from './catalogue.js';
import { mssqlKnexConfig } from './connect.js';
import { classify, connectionProblem, violatedConstraint } from './errors.js';
import { missingMssqlRights } from './rights.js';
import { mssqlInstallScript, schemaLock } from './script.js';
import { mssqlServerInfo } from './server-info.js';
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
  serverInfo: mssqlServerInfo,
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
