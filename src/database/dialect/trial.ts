import type { Runner } from '../pool/runner.js';
import type { Lock } from './lock.js';

/** See `Dialect.trial`. */
export interface TrialStatements {
  /** Fails where nothing would be taken back. The locks are taken as for a transaction. */
  begin(runner: InTransaction, schema: string, locks: readonly Lock[]): Promise<void>;
  /** Checks what would be checked at COMMIT. */
  settle(runner: InTransaction): Promise<void>;
  /** Takes back what was written since it began, and gives the locks back; fails where the transaction is over. */
  undo(runner: InTransaction, schema: string, locks: readonly Lock[]): Promise<void>;
}

type InTransaction = Pick<Runner, 'knex' | 'rows'>;
