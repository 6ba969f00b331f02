import type { Holding } from '../../dialect/dialect.js';
import type { Pool } from '../../pool/claim.js';
import { knexRunner, type Runner } from '../../pool/runner.js';
import { takeLocksMssql } from '../changes/locks.js';

/** Said for each transaction: a connection keeps the level that the one before it had set. */
const AT_READ_COMMITTED = { isolationLevel: 'read committed' } as const;

/** See `Dialect.transaction`. */
export const mssqlTransaction = <T>(
  { knex }: Pool,
  schema: string,
  { locks }: Holding,
  work: (runner: Runner) => Promise<T>,
): Promise<T> =>
  knex.transaction(async (transaction) => {
    await takeLocksMssql(transaction, schema, locks);
    return work(knexRunner(transaction));
  }, AT_READ_COMMITTED);
