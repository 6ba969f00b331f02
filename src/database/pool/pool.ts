import type { Database } from '../database.js';

/** The connections of a database's pool at one moment. */
export interface PoolState {
  used: number;
  free: number;
  /** Requests that wait for a connection. */
  waiting: number;
}

/** Reads it off the pool itself; no connection is used. */
export const poolState = (database: Database): Promise<PoolState> =>
  database.read(async ({ knex }) => {
    const { pool } = knex.client as {
      pool?: Record<'numUsed' | 'numFree' | 'numPendingAcquires', () => number>;
    };
    return {
      used: pool?.numUsed() ?? 0,
      free: pool?.numFree() ?? 0,
      waiting: pool?.numPendingAcquires() ?? 0,
    };
  });
