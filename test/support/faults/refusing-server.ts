import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../../src/database/database.js';
import { DatabaseFault } from '../../../src/database/faults/fault.js';
import { openTestDatabase } from '../databases/product.js';
import {
  type Asked,
  type FakeSqlServer,
  type FakeSqlServerOptions,
  fakeSqlServer,
} from '../fake-servers/sql-server.js';
import type { ServerError } from '../fake-servers/tds.js';

/** Our statement. */
export const WORK = 'update t set a = 1';

/** A server that refuses our work so many times, at that step of its transaction. */
export const refusing = (errors: readonly ServerError[], at: Asked, times: number): FakeSqlServerOptions => {
  let refused = 0;
  return {
    refuse: (asked, sql) => {
      if (asked !== at || (at === 'statement' && !sql.includes(WORK)) || refused === times) return undefined;
      refused++;
      return errors;
    },
  };
};

export interface RefusingServer {
  server: FakeSqlServer;
  database: Database;
  /** How often our work was begun. */
  tries: () => number;
}

/** Opens a database on such a server; both are closed when the test ends. */
export async function openRefusing(
  context: TestContext,
  options: FakeSqlServerOptions,
  timeoutMs: number,
): Promise<RefusingServer> {
  const server = await fakeSqlServer(options);
  context.after(() => server.close());
  const database = await openTestDatabase(server.url, 'scim', { timeoutMs });
  context.after(() => database.close());
  return { server, database, tries: () => server.asked.filter(({ what }) => what === 'begin').length };
}

/** Our work: a transaction with our statement. */
export const runWork = (database: Database) => database.transaction((session) => session.rows(WORK));

/** The fault that work ends with. */
export const faultOfWork = async (work: Promise<unknown>): Promise<DatabaseFault> => {
  const error = await work.then(
    () => assert.fail('nothing failed'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof DatabaseFault, String(error));
  return error;
};

/** Of a trigger, which says first why it ends the transaction. */
export const RAISED: ServerError = { number: 50_000, message: 'Only HR may change this account.' };
