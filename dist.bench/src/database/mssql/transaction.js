import { knexRunner } from '../runner.js';
import { takeLocks } from './locks.js';
/** Said for each transaction: a connection keeps the level that the one before it had set. */
const AT_READ_COMMITTED = { isolationLevel: 'read committed' };
/** See `Dialect.transaction`. */
export const mssqlTransaction = (pool, schema, locks, work) => pool.transaction(async (transaction) => {
    await takeLocks(transaction, schema, locks);
    return work(knexRunner(transaction));
}, AT_READ_COMMITTED);
