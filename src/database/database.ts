import type { Knex } from 'knex';
import { Problem } from '../problem.js';
import type { Dialect } from './dialect.js';
import { DatabaseFault, isFault, RETRYABLE } from './fault.js';
import { Memory } from './memory.js';
import type { ConnectionSettings } from './settings/settings.js';

/** What runs statements: the pool, or one transaction. Statements of one session run one after another. */
export interface Session {
  readonly knex: Knex;
  readonly dialect: Dialect;
  /** The schema of our own tables and the host views; `scim` unless set otherwise. */
  readonly schema: string;
  /** Shared by all sessions of the database. */
  readonly memory: Memory;
}

export interface TransactionOptions {
  /**
   * Asked when the connection was lost while COMMIT was on its way, so that nobody knows what happened:
   * did this attempt's change arrive? Without it the transaction is run again.
   */
  arrived?: (session: Session) => Promise<boolean>;
}

export interface Database {
  readonly dialect: Dialect;
  readonly settings: ConnectionSettings;
  readonly schema: string;
  /** Runs queries that change nothing; run again when the connection is lost. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction at READ COMMITTED. The whole of it is run again, at most five times
   * and for a minute, after a deadlock, a serialization failure, a lock time-out or a lost connection (and
   * once, where a view is not as it was remembered), so `work` must keep no state between attempts. Other driver errors arrive as `DatabaseFault`, Problems as they are.
   */
  transaction<T>(work: (session: Session) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Lets go of the connections; waits for what is under way, or, with `abandon`, cuts it off, so that the
   * server rolls it back, and begins nothing more.
   */
  close(how?: { abandon?: boolean }): Promise<void>;
}

export interface DatabaseParts {
  knex: Knex;
  dialect: Dialect;
  settings: ConnectionSettings;
  schema: string;
  /** Released after the pool. */
  dispose?: () => Promise<void>;
  /** Milliseconds to wait before attempt `n + 1`; with jitter, so that rivals do not meet again. */
  backoff: (attempt: number) => number;
}

/** Said for each transaction: a PostgreSQL server, database or role may have another default. */
const AT_READ_COMMITTED = { isolationLevel: 'read committed' } as const;

const MAX_ATTEMPTS = 5;
/** No new attempt after so many milliseconds: a person is waiting, and each one may take a time-out's length. */
const MAX_RETRYING_MS = 60_000;

/** Puts retry and fault handling around a pool. See `open.ts` for how the parts are made. */
export function createDatabase(parts: DatabaseParts): Database {
  const { knex, dialect, settings, schema } = parts;
  let abandoned = false;
  const memory = new Memory();
  const sessionOf = (runner: Knex): Session => ({ knex: runner, dialect, schema, memory });

  const toFault = (error: unknown): Error => {
    if (error instanceof Problem || error instanceof DatabaseFault) return error;
    const fault = dialect.classify(error);
    if (fault === 'other' && !isDriverError(error)) return error as Error;
    return new DatabaseFault(fault, dialect.violatedConstraint(error), error);
  };

  /** Runs `attempt` until it succeeds, fails for good, or has been tried often enough. */
  const withRetry = async <T>(attempt: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    for (let tries = 1; ; tries++) {
      if (abandoned) throw new Error('the database was closed');
      try {
        return await attempt();
      } catch (error) {
        const fault = toFault(error);
        // Something that is remembered as there is not there: it has changed since, and is asked for anew.
        const outdated = tries === 1 && isFault(fault, 'missing-object') && memory.forget();
        const again = outdated || (fault instanceof DatabaseFault && RETRYABLE.includes(fault.fault));
        const enough = tries >= MAX_ATTEMPTS || performance.now() - started > MAX_RETRYING_MS;
        if (!again || abandoned || enough) throw fault;
        if (outdated) continue;
        await new Promise((resolve) => setTimeout(resolve, parts.backoff(tries)));
      }
    }
  };

  const read: Database['read'] = (work) => withRetry(() => work(sessionOf(knex)));

  return {
    dialect,
    settings,
    schema,
    read,
    transaction: (work, { arrived } = {}) => {
      // An attempt whose COMMIT got no answer. It may arrive even while the next attempt is under way, which
      // then fails, by whatever is there already.
      let unanswered: { result: Awaited<ReturnType<typeof work>> } | undefined;
      return withRetry(async () => {
        let worked: typeof unanswered;
        try {
          return await knex.transaction(async (transaction) => {
            for (const statement of dialect.beginTransaction) await transaction.raw(statement);
            const result = await work(sessionOf(transaction));
            worked = { result };
            return result;
          }, AT_READ_COMMITTED);
        } catch (error) {
          if (worked && dialect.classify(error) === 'connection-lost') unanswered = worked;
          if (unanswered && arrived && (await read(arrived))) return unanswered.result;
          throw error;
        }
      });
    },
    close: async ({ abandon = false } = {}) => {
      abandoned = abandon;
      if (abandon) cutConnections(knex);
      await knex.destroy();
      await parts.dispose?.();
    },
  };
}

/** Cuts the connections that are in use. knex has no word for it, but it ends each of them in this way. */
function cutConnections(knex: Knex): void {
  const { pool } = knex.client as { pool?: { used: { resource: unknown }[] } };
  for (const { resource } of pool?.used ?? []) {
    knex.client.destroyRawConnection(resource).catch(() => undefined);
  }
}

/** Errors of pg, tedious and knex carry a code, a number or a SQLSTATE; programming errors do not. */
const isDriverError = (error: unknown) =>
  error instanceof Error &&
  ('code' in error ||
    'number' in error ||
    error.name === 'KnexTimeoutError' ||
    error.name === 'RequestError');
