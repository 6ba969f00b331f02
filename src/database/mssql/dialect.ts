import { LEVEL_OF_2016 } from '../../words/compatibility-level.js';
import type { Dialect } from '../dialect/dialect.js';
import { knexRunner } from '../pool/runner.js';
import { mssqlBlindSpots } from './catalogue/blind-spots.js';
import { mssqlCatalogue } from './catalogue/catalogue.js';
import { mssqlGrants } from './catalogue/grants.js';
import { mssqlPlanSource } from './catalogue/plan-source.js';
import { missingMssqlRights, mssqlLoginExists, mssqlMemberships, mssqlRoles } from './catalogue/rights.js';
import { mssqlRevocations, mssqlRightsFacts } from './catalogue/rights-facts.js';
import { mssqlRowSource } from './catalogue/row-source.js';
import { mssqlTrial } from './catalogue/trial.js';
import { mssqlUninstallScript } from './catalogue/uninstall-script.js';
import { mssqlViewSource } from './catalogue/view-source.js';
import { mssqlChangeAlike } from './changes/change-alike.js';
import { hostId, mssqlBoundHostKey, mssqlHostKey } from './changes/host-key.js';
import { takeNamedLocks, tryLocksMssql } from './changes/locks.js';
import { mssqlProvision, mssqlReadBack } from './changes/provision.js';
import { mssqlKnexConfig } from './driver/connect.js';
import {
  classifyMssql,
  connectionProblemMssql,
  serverWordsMssql,
  violatedConstraintMssql,
} from './driver/errors.js';
import { compatibilityLevel, mssqlServerInfo } from './driver/server-info.js';
import { splitBatches } from './driver/split-batches.js';
import { mssqlTransaction } from './driver/transaction.js';
import { eventWritersMssql, foldedMssql, lastEventSeqMssql } from './expressions.js';
import { mssqlHostCatalogue } from './host-catalogue.js';
import { mssqlPaging } from './paging.js';
import { mssqlSampling } from './sampling.js';
import { mssqlScaffold } from './scaffold/scaffold.js';
import { mssqlInstallScript, schemaLock } from './script.js';
import { mssqlSearch, mssqlSearchBelow130 } from './search.js';
import { mssqlTokenScript } from './token-script.js';

/** The dialect of a database of that compatibility level. */
export const fittedTo = (level: number): Dialect => ({
  ...mssqlDialect,
  compatibilityLevel: level,
  ...(level < LEVEL_OF_2016 && { search: mssqlSearchBelow130 }),
});

const knownOf = (level: number | undefined) => (level === undefined ? mssqlDialect : fittedTo(level));

/** SQL Server 2016 SP1 and later, and Babelfish for PostgreSQL, which speaks its protocol. */
export const mssqlDialect: Dialect = {
  name: 'mssql',
  label: 'SQL Server',
  knexConfig: mssqlKnexConfig,
  fitted: async (knex) => knownOf(await compatibilityLevel(knex)),
  classify: classifyMssql,
  connectionProblem: connectionProblemMssql,
  violatedConstraint: violatedConstraintMssql,
  serverWords: serverWordsMssql,
  serverInfo: mssqlServerInfo,
  catalogue: mssqlCatalogue,
  blindSpots: mssqlBlindSpots,
  expressions: {
    now: 'sysutcdatetime()',
    later: (seconds) => `dateadd(second, ${seconds}, sysutcdatetime())`,
    login: 'suser_sname()',
    uuid: 'newid()',
    hostId,
    folded: foldedMssql,
    hostKey: mssqlHostKey,
    boundHostKey: mssqlBoundHostKey,
    lastEventSeq: lastEventSeqMssql,
    eventWriters: eventWritersMssql,
    // Babelfish counts bytes of UTF-8, hence the characters beside.
    isTooLong: (column) => `(datalength(${column}) > 524288 or len(${column}) > 262144)`,
    // len() reads all of a long text, to leave out the blanks at its end; this reads only how long it is. A character has
    // two bytes, but one on Babelfish.
    textLength: (column) => `datalength(${column}) / datalength(N'x')`,
    jsonRows: ({ columns, from, orderBy, limit }) => {
      const named = Object.entries(columns).map(([name, expression]) => `${expression} as [${name}]`);
      const top = limit === undefined ? '' : `top (${limit}) `;
      return `(select ${top}${named.join(', ')} from ${from} order by ${orderBy} for json path)`;
    },
  },
  addsUp: false,
  search: mssqlSearch,
  paging: mssqlPaging,
  missingRights: missingMssqlRights,
  grants: mssqlGrants,
  rightsFacts: mssqlRightsFacts,
  revocations: mssqlRevocations,
  roles: mssqlRoles,
  memberships: mssqlMemberships,
  loginExists: mssqlLoginExists,
  installScript: mssqlInstallScript,
  tokenScript: mssqlTokenScript,
  uninstallScript: mssqlUninstallScript,
  splitScript: splitBatches,
  lockSchema: (transaction, schema) => takeNamedLocks(transaction, [{ name: schemaLock(schema) }]),
  runner: ({ knex }) => knexRunner(knex),
  transaction: mssqlTransaction,
  trial: mssqlTrial,
  tryLocks: tryLocksMssql,
  viewSource: mssqlViewSource,
  planSource: mssqlPlanSource,
  scaffold: mssqlScaffold,
  hostTables: { catalogue: mssqlHostCatalogue, sampling: mssqlSampling },
  provision: mssqlProvision,
  changeAlike: mssqlChangeAlike,
  readBack: mssqlReadBack,
  rowSource: mssqlRowSource,
  // It does so by itself.
  actAsSchemaOwner: async () => undefined,
  // A string converts to datetime2(3) exactly; a Date would be bound as DATETIME and rounded to 1/300 s.
  bindInstant: (instant) => instant.toISOString().slice(0, -1),
  // XACT_ABORT is turned on by the connection: set by a statement of ours it would be off again at the end of
  // it, since the driver sends every statement through sp_executesql.
};
