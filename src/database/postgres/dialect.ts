import type { Knex } from 'knex';
import type { Dialect } from '../dialect/dialect.js';
import { FarInstant } from '../sql/far-instant.js';
import { postgresCatalogue } from './catalogue/catalogue.js';
import { postgresGrants } from './catalogue/grants.js';
import { postgresPlanSource } from './catalogue/plan-source.js';
import {
  missingPostgresRights,
  postgresLoginExists,
  postgresMemberships,
  postgresRoles,
} from './catalogue/rights.js';
import { postgresRevocations, postgresRightsFacts } from './catalogue/rights-facts.js';
import { postgresRowSource } from './catalogue/row-source.js';
import { postgresTrial } from './catalogue/trial.js';
import { postgresViewSource } from './catalogue/view-source.js';
import { postgresChangeAlike } from './changes/change-alike.js';
import { postgresHostKey } from './changes/host-key.js';
import { postgresLists } from './changes/lists.js';
import { tryLocksPostgres } from './changes/locks.js';
import { postgresProvision, postgresReadBack } from './changes/provision.js';
import { postgresProvisionSeveral } from './changes/provision-several.js';
import { postgresKnexConfig } from './driver/connect.js';
import {
  classifyPostgres,
  connectionProblemPostgres,
  serverWordsPostgres,
  violatedConstraintPostgres,
} from './driver/errors.js';
import { postgresRunner, postgresTransaction } from './driver/runner.js';
import { postgresServerInfo } from './driver/server-info.js';
import { eventWritersPostgres, foldedPostgres } from './expressions.js';
import { postgresHostCatalogue } from './host-catalogue.js';
import { postgresPaging } from './paging.js';
import { postgresSampling } from './sampling.js';
import { postgresScaffold } from './scaffold/scaffold.js';
import { ACT_AS_SCHEMA_OWNER, postgresInstallScript } from './script.js';
import { postgresSearch } from './search.js';
import { postgresTokenScript } from './token-script.js';
import { postgresUninstallScript } from './uninstall-script.js';

/** PostgreSQL 14 and later, and the embedded PGlite, which is PostgreSQL. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  label: 'PostgreSQL',
  knexConfig: postgresKnexConfig,
  fitted: async (knex) => {
    await knex.raw('select 1 as one');
    return postgresDialect;
  },
  classify: classifyPostgres,
  connectionProblem: connectionProblemPostgres,
  violatedConstraint: violatedConstraintPostgres,
  serverWords: serverWordsPostgres,
  serverInfo: postgresServerInfo,
  catalogue: postgresCatalogue,
  // PostgreSQL shows its catalogue to everybody.
  blindSpots: async () => [],
  expressions: {
    now: "date_trunc('milliseconds', clock_timestamp())",
    later: (seconds) => `date_trunc('milliseconds', clock_timestamp()) + interval '${seconds} seconds'`,
    login: 'session_user',
    uuid: 'gen_random_uuid()',
    // The default collation tells apart whatever differs; the column's own may not.
    hostId: (column) => `cast(${column} as varchar(128)) collate "default"`,
    folded: foldedPostgres,
    hostKey: postgresHostKey,
    boundHostKey: () => '?',
    lastEventSeq: (schema) => `"${schema.replaceAll('"', '""')}".last_event_seq()`,
    eventWriters: eventWritersPostgres,
    isTooLong: (column) => `octet_length(${column}) > 262144`,
    // Unpacked, but not made into text, which would take five to twenty times as long.
    textLength: (column) => `pg_column_size(${column} || '{}'::jsonb)`,
    jsonRows: ({ columns, from, orderBy, limit }) => {
      if (limit !== undefined) {
        const named = Object.entries(columns).map(([name, expression]) => `${expression} as "${name}"`);
        return `(select json_agg(one) from (select ${named.join(', ')} from ${from} order by ${orderBy} limit ${limit}) one)`;
      }
      const pairs = Object.entries(columns).map(([name, expression]) => `'${name}', ${expression}`);
      return `(select json_agg(json_build_object(${pairs.join(', ')}) order by ${orderBy}) from ${from})`;
    },
  },
  addsUp: true,
  search: postgresSearch,
  paging: postgresPaging,
  missingRights: missingPostgresRights,
  grants: postgresGrants,
  rightsFacts: postgresRightsFacts,
  revocations: postgresRevocations,
  roles: postgresRoles,
  memberships: postgresMemberships,
  loginExists: postgresLoginExists,
  installScript: postgresInstallScript,
  tokenScript: postgresTokenScript,
  uninstallScript: postgresUninstallScript,
  splitScript: (sql) => [sql],
  lockSchema: (transaction, schema) => lock(transaction, `scimctl schema ${schema}`),
  runner: postgresRunner,
  transaction: postgresTransaction,
  trial: postgresTrial,
  tryLocks: tryLocksPostgres,
  viewSource: postgresViewSource,
  planSource: postgresPlanSource,
  scaffold: postgresScaffold,
  hostTables: { catalogue: postgresHostCatalogue, sampling: postgresSampling },
  provision: postgresProvision,
  changeAlike: postgresChangeAlike,
  readBack: postgresReadBack,
  provisionSeveral: postgresProvisionSeveral,
  lists: postgresLists,
  rowSource: postgresRowSource,
  actAsSchemaOwner: async (transaction, schema) => {
    await transaction.raw(ACT_AS_SCHEMA_OWNER(schema));
  },
  bindInstant: (instant) => (instant instanceof FarInstant ? instant.stored : instant),
};

async function lock(transaction: Knex, name: string): Promise<void> {
  await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [name]);
}
