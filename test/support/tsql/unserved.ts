import knexFactory, { type Knex } from 'knex';
import { createDatabase } from '../../../src/database/create-database.js';
import type { Database } from '../../../src/database/database.js';
import type { Dialect } from '../../../src/database/dialect/dialect.js';
import { mssqlDialect } from '../../../src/database/mssql/dialect.js';
import { mssqlClient } from '../../../src/database/mssql/driver/knex-client.js';
import type { ServerSettings } from '../../../src/database/settings/settings.js';
import { waitsOf } from '../../../src/database/settings/waits.js';
import { HOST_VIEWS, type HostViewName } from '../../../src/words/host-views.js';
import { type Answer, stubTdsDriver } from '../faults/stub-tds-driver.js';

/** The product on SQL Server, with nobody at the other end. */
export interface Unserved {
  database: Database;
  /** Every statement that went to the driver so far. */
  sent(): string[];
  /** How the parameters of the statements were declared. */
  declared(): readonly string[];
}

/** Types of columns of the host views, as INFORMATION_SCHEMA has them; null where there is no such column. */
export type HostColumns = Readonly<Record<string, string | null>>;

const CONNECT_MS = 1_000;

/**
 * A database whose driver takes every statement and answers with no rows, but for the columns of the host views.
 * `answer` answers the others.
 */
export async function unserved(
  columns: HostColumns = {},
  answer: Answer = () => [],
  dialect: Dialect = mssqlDialect,
): Promise<Unserved> {
  const answers: Answer = (sql) => {
    if (sql.includes('INFORMATION_SCHEMA.COLUMNS')) return columnsOf(columns);
    if (sql.includes('sp_getapplock')) return [{ result: 0 }];
    return sql.includes('@@rowcount') ? [{ '': 1 }] : answer(sql);
  };
  const { driver, sent, declared } = stubTdsDriver({ answer: answers, delayMs: 0 });
  const client = await mssqlClient({ encryptionRequired: false, lockTimeoutMs: CONNECT_MS });
  class Stubbed extends (client as new (config: Knex.Config) => Knex.Client) {
    _driver() {
      return driver;
    }
  }
  const settings: ServerSettings = {
    engine: 'mssql',
    hosts: [{ host: 'stub' }],
    database: 'stub',
    tls: { mode: 'disable' },
    connectTimeoutMs: CONNECT_MS,
  };
  const database = createDatabase({
    makeKnex: () => {
      throw new Error('nobody claims connections here');
    },
    knex: knexFactory({
      client: Stubbed as unknown as typeof Knex.Client,
      connection: { server: 'stub' } as Knex.MsSqlConnectionConfig,
      pool: { min: 0, max: 1 },
    }),
    dialect,
    settings,
    schema: 'scim',
    waits: waitsOf({}, CONNECT_MS),
    backoff: () => 0,
  });
  return { database, sent: () => sent.map(({ sql }) => sql), declared: () => declared };
}

/** As the reference host application has them. */
const TYPES: Record<string, string> = {
  is_enabled: 'bit',
  is_protected: 'bit',
  last_sign_in_at: 'datetime2',
  certificate_expires_at: 'datetime2',
  assign_order: 'int',
  seats_total: 'int',
  seats_used: 'int',
};

function columnsOf(columns: HostColumns) {
  return Object.entries(HOST_VIEWS).flatMap(([view, { required, optional }]) =>
    [...required, ...optional].flatMap((name) => {
      const type = view === ('host_user' satisfies HostViewName) ? columns[name] : undefined;
      if (type === null) return [];
      const [, dataType = '', length] =
        /^(\w+)(?:\((\w+)\))?$/.exec(type ?? TYPES[name] ?? 'nvarchar(320)') ?? [];
      const isText = /char|text/.test(dataType);
      return [
        {
          view_name: view,
          name,
          data_type: dataType,
          length: length === undefined ? null : length === 'max' ? -1 : Number(length),
          collation_name: isText ? 'SQL_Latin1_General_CP1_CI_AS' : null,
          collation_schema: null,
        },
      ];
    }),
  );
}
