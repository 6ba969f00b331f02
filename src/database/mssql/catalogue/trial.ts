import type { TrialStatements } from '../../dialect/trial.js';
import { releaseLocks, takeLocksMssql } from '../changes/locks.js';

/** The number of the error by which a trial is refused that would not be taken back. */
const NO_TRANSACTION = 51_014;

const whereItCanBeUndone = (statement: string) =>
  `if @@trancount = 0 or xact_state() <> 1 throw ${NO_TRANSACTION}, N'scimctl: the transaction of the rehearsal is over', 1;
   ${statement}`;

/**
 * See `Dialect.trial`. Sessions have XACT_ABORT on, so that any error ends the whole transaction: then there is no way
 * back to the savepoint, and nothing may be written any more, since each statement would be committed.
 */
export const mssqlTrial: TrialStatements = {
  async begin({ knex }, schema, locks) {
    await knex.raw(whereItCanBeUndone('save transaction scimctl_trial'));
    await takeLocksMssql(knex, schema, locks);
  },
  // SQL Server has no constraints that wait for COMMIT.
  settle: async () => undefined,
  async undo({ knex }, schema, locks) {
    await knex.raw(whereItCanBeUndone('rollback transaction scimctl_trial'));
    // Otherwise the endpoint would wait for them to the end of the transaction.
    await releaseLocks(knex, schema, locks);
  },
};
