import type { Knex } from 'knex';
import { Problem } from '../problem.js';
import type { Dialect } from './dialect/dialect.js';
import type { Lock } from './dialect/lock.js';
import type { Fault } from './faults/fault.js';
import { DatabaseFault, isFault, isPassing, LEAVES_COMMIT_OPEN, NO_CONNECTION } from './faults/fault.js';
import { type RetryParts, type Span, spanOf, withRetry } from './faults/retry.js';
import { claimPool, type EnterPool, type Pool, WithKnexOf } from './pool/claim.js';
import { Memory } from './pool/memory.js';
import { acquireWithin, cutConnections } from './pool/pool-connections.js';
import type { Runner } from './pool/runner.js';
import { trialsIn, Undo } from './rehearsal.js';
import type { ConnectionSettings } from './settings/settings.js';
import type { Waits } from './settings/waits.js';
import type { Fragment } from './sql/fragment.js';
import { type Listing, PAGE_SIZES, type PageSizes, pagesOf } from './sql/paging.js';

/** What runs statements: the pool, or one transaction. Statements of one session run one after another. */
export interface Session extends Omit<Runner, 'conclude'> {
  /**
   * Runs the last statements of a transaction: COMMIT may go out with them.
   * @param result what the transaction comes to where COMMIT gets no answer, and is found to have arrived.
   * @returns the rows of the last statement.
   */
  conclude<Row>(result: unknown, statements: readonly Fragment[]): Promise<Row[]>;
  /** Where several changes are made in it side by side, so that what they ask may be put together. */
  readonly shared?: Shared;
  readonly dialect: Dialect;
  /** The schema of our own tables and the host views; `scim` unless set otherwise. */
  readonly schema: string;
  /** Shared by all sessions of the database. */
  readonly memory: Memory;
}

/** A transaction that several changes are made in. */
export interface Shared {
  /** How many of them write; known as soon as all of them have decided. */
  writers: number;
  /** Runs the statements by which all of them write; one has to fail where they do not do all of it. */
  conclude<Row>(statements: readonly Fragment[]): Promise<Row[]>;
}

export interface TransactionOptions {
  /**
   * Asked when the connection was lost while COMMIT was on its way, so that nobody knows what happened:
   * did this attempt's change arrive? Without it the transaction is run again.
   */
  arrived?: (session: Session) => Promise<boolean>;
  /** Taken at the beginning, in this order, and held to the end. */
  locks?: readonly Lock[];
  /**
   * For work that can be done in another way: it waits so many milliseconds for any lock, and is begun again only
   * where the connection was lost. Heeded where the database `pipelines`.
   */
  lockMs?: number;
}

export interface Database {
  readonly dialect: Dialect;
  readonly settings: ConnectionSettings;
  readonly schema: string;
  readonly memory: Memory;
  /** See `Runner`. */
  readonly pipelines: boolean;
  /** The most that it may have. */
  readonly connections: number;
  /** Runs queries that change nothing; run again when the connection is lost. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * The rows of a list that may be long, page by page; see `paging.ts`. Faults as in `read`, until a page was handed
   * over.
   */
  pages<Row>(make: (session: Session) => Promise<Listing>, sizes?: PageSizes): AsyncGenerator<Row[]>;
  /**
   * Runs `work` in one transaction at READ COMMITTED. The whole of it is run again, at most five times and as
   * long as `Waits.retryMs` says, after a deadlock, a serialization failure, a lock time-out or a lost
   * connection (and once, where a view is not as it was remembered), so `work` must keep no state between
   * attempts. Other driver errors arrive as `DatabaseFault`, Problems as they are.
   */
  transaction<T>(work: (session: Session) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Runs `work` in one transaction that is rolled back, whatever comes of it, and in which whole transactions can be
   * tried. Run again only where the connection was lost.
   */
  rehearse<T>(
    work: (trials: Trials) => Promise<T>,
    options: Required<Pick<TransactionOptions, 'lockMs'>>,
  ): Promise<T>;
  /**
   * The same database for one request, which takes its connections in its own name; look-ups that share a connection
   * with others' are not among them.
   */
  claim(enter: EnterPool): Claim;
  /**
   * Lets go of the connections; waits for what is under way, or, with `abandon`, cuts it off, so that the
   * server rolls it back, and begins nothing more.
   */
  close(how?: { abandon?: boolean }): Promise<void>;
}

/** A request's connections. */
export interface Claim {
  database: Database;
  /**
   * Cancels the statements that are under way and lets no more begin: work that goes on fails with `reason`. What
   * was being committed may be committed.
   */
  end(reason: Error): void;
}

export interface DatabaseParts {
  knex: Knex;
  /** Makes another knex of a client of this one's kind. */
  makeKnex: (client: Knex.Client) => Knex;
  dialect: Dialect;
  settings: ConnectionSettings;
  schema: string;
  /** Released after the pool. */
  dispose?: () => Promise<void>;
  /** Milliseconds to wait before attempt `n + 1`; with jitter, so that rivals do not meet again. */
  backoff: (attempt: number) => number;
  waits: Waits;
}

/** Puts retry and fault handling around a pool. See `open.ts` for how the parts are made. */
export function createDatabase(parts: DatabaseParts): Database {
  const { knex, dialect, settings, schema, waits } = parts;
  let abandoned = false;
  const connections = (knex.client as { pool?: { max: number } }).pool?.max ?? 1;
  const memory = new Memory();
  const sessionOf = (runner: Runner, committing: (result: unknown) => void): Session =>
    Object.assign(new WithKnexOf(runner), {
      rows: <Row>(sql: string, bindings?: readonly Knex.RawBinding[]) => runner.rows<Row>(sql, bindings),
      lookUp: <Row>(sql: string, bindings?: readonly Knex.RawBinding[]) => runner.lookUp<Row>(sql, bindings),
      series: <Row>(statements: readonly Fragment[]) => runner.series<Row>(statements),
      conclude: <Row>(result: unknown, statements: readonly Fragment[]) =>
        runner.conclude<Row>(statements, () => committing(result)),
      pipelines: runner.pipelines,
      dialect,
      schema,
      memory,
    });
  const toFault = (error: unknown): Error => {
    if (error instanceof Problem || error instanceof DatabaseFault) return error;
    const fault = dialect.classify(error);
    if (fault === 'other' && !isDriverError(error)) return error as Error;
    const constraint = dialect.violatedConstraint(error);
    return new DatabaseFault(
      fault,
      constraint,
      error,
      limitOf(fault, parts.waits),
      dialect.serverWords(error),
    );
  };

  const isOfMissing = (fault: Error): boolean =>
    isFault(fault, 'missing-object') ||
    (fault instanceof Problem && dialect.classify(fault.cause) === 'missing-object');

  const retrying: RetryParts = {
    waits: parts.waits,
    backoff: parts.backoff,
    toFault,
    // Something that is remembered as there is not there: it has changed since, and is asked for anew.
    // A trigger of the host application may have been replaced as well, and be put back in a moment.
    isOutdated: (fault) => isOfMissing(fault) && memory.forget(),
    reconnect: (withinMs) => acquireWithin(knex, withinMs),
    assertOpen: () => {
      if (abandoned) throw new Error('the database was closed');
    },
  };
  const last = waits.beginMs === undefined ? undefined : performance.now() + waits.beginMs;
  const begin = (): Span => {
    if (last !== undefined && performance.now() > last) {
      throw new DatabaseFault('out-of-time', undefined, new Error('the time of the command is over'));
    }
    return spanOf(waits, last);
  };
  const databaseOn = (pool: Pool): Database => {
    const pooled = sessionOf(dialect.runner(pool), () => undefined);
    const readIn = <T>(span: Span, work: (session: Session) => Promise<T>) =>
      withRetry(retrying, span, () => work(pooled));

    const database: Database = {
      dialect,
      settings,
      schema,
      memory,
      pipelines: pooled.pipelines,
      connections,
      read: async (work) => readIn(begin(), work),
      pages: <Row>(make: (session: Session) => Promise<Listing>, sizes = PAGE_SIZES) =>
        pagesOf(
          {
            get knex() {
              return pool.knex;
            },
            paging: dialect.paging,
            isEmbedded: settings.engine === 'embedded',
            bindInstant: dialect.bindInstant,
            again: (work) => readIn(begin(), work),
            toFault,
            sizes,
          },
          () => make(pooled),
        ) as AsyncGenerator<Row[]>,
      transaction: async (work, { arrived, locks = [], lockMs } = {}) => {
        const span = begin();
        // An attempt whose COMMIT got no answer. It may arrive even while the next attempt is under way, which
        // then fails, by whatever is there already.
        let unanswered: { result: Awaited<ReturnType<typeof work>> } | undefined;
        try {
          const parts = lockMs === undefined ? retrying : { ...retrying, retryable: NO_CONNECTION };
          return await withRetry(parts, span, async () => {
            let worked: typeof unanswered;
            try {
              // Who is waited for may be the attempt before, whose COMMIT is still on its way.
              const held = { locks, ...(lockMs !== undefined && !unanswered && { lockMs }) };
              return await dialect.transaction(pool, schema, held, async (runner) => {
                const worksOn = (result: unknown) => {
                  worked = { result: result as Awaited<ReturnType<typeof work>> };
                };
                const result = await work(sessionOf(runner, worksOn));
                worksOn(result);
                return result;
              });
            } catch (error) {
              if (worked && LEAVES_COMMIT_OPEN.includes(dialect.classify(error))) unanswered = worked;
              if (unanswered && arrived && (await readIn(withTimeToAsk(span, parts.waits), arrived)))
                return unanswered.result;
              throw error;
            }
          });
        } catch (error) {
          if (unanswered && isPassing(error)) throw new DatabaseFault('outcome-unknown', undefined, error);
          throw error;
        }
      },
      rehearse: async <T>(work: (trials: Trials) => Promise<T>, { lockMs }: { lockMs: number }) => {
        let worked: { result: T } | undefined;
        try {
          await database.transaction(
            async (session) => {
              worked = { result: await work(trialsIn(database, session, toFault)) };
              throw new Undo();
            },
            { lockMs },
          );
        } catch (error) {
          if (error instanceof Undo && worked) return worked.result;
          throw error;
        }
        throw new Error('a rehearsal was committed');
      },
      claim: (enter) => {
        const claimed = claimPool(pool, parts.makeKnex, enter);
        return { database: databaseOn(claimed.pool), end: claimed.end };
      },
      close: async ({ abandon = false } = {}) => {
        abandoned = abandon;
        if (abandon) cutConnections(knex);
        await knex.destroy();
        await parts.dispose?.();
      },
    };
    return database;
  };
  return databaseOn({ client: knex.client as Knex.Client, knex });
}

/** Finding out what became of a COMMIT may take half as long again: without an answer nobody would know. */
const withTimeToAsk = ({ started, until }: Span, { retryMs }: Waits): Span => ({
  started,
  until: Math.max(until, performance.now() + retryMs / 2),
});

/** The wait that a fault is the end of, in milliseconds. */
function limitOf(fault: Fault, waits: Waits): number | undefined {
  if (fault === 'lock-timeout') return waits.lockMs;
  if (fault === 'pool-exhausted') return waits.acquireMs;
  return fault === 'statement-timeout' || fault === 'unanswered' ? waits.statementMs : undefined;
}

/** Errors of pg, tedious and knex carry a code, a number or a SQLSTATE; programming errors do not. */
const isDriverError = (error: unknown) =>
  error instanceof Error &&
  ('code' in error ||
    'number' in error ||
    error.name === 'KnexTimeoutError' ||
    error.name === 'RequestError');

/** A database inside a transaction that comes to nothing: each of its own transactions is taken back at once. */
export interface Trial extends Database {
  /** What its transactions failed by, in their order. */
  readonly failures: readonly Error[];
}

/** Makes trials, one after another, in one transaction. */
export interface Trials {
  next(): Trial;
  /**
   * Whether nothing more can be tried in it: the server has ended the transaction, as SQL Server does after an error,
   * or made it wait for a lock in vain.
   */
  readonly isOver: boolean;
}
