import type { TrialStatements } from '../../dialect/trial.js';
import { takeLocksPostgres } from '../changes/locks.js';

/** See `Dialect.trial`. Going back to a savepoint gives back the locks that were taken behind it. */
export const postgresTrial: TrialStatements = {
  async begin({ rows }, schema, locks) {
    await rows('savepoint scimctl_trial');
    const taking = takeLocksPostgres(schema, locks);
    if (taking !== undefined) await rows(taking);
  },
  async settle({ rows }) {
    await rows('set constraints all immediate');
  },
  async undo({ rows }) {
    await rows('rollback to savepoint scimctl_trial');
    await rows('release savepoint scimctl_trial');
  },
};
