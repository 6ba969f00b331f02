import type { Dialect } from './dialect/dialect.js';
import type { Lock } from './dialect/lock.js';
import type { EnterPool } from './pool/claim.js';
import type { Memory } from './pool/memory.js';
import type { Runner } from './pool/runner.js';
import type { ConnectionSettings } from './settings/settings.js';
import type { Fragment } from './sql/fragment.js';
import type { Listing, PageSizes } from './sql/paging.js';

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
  /** Does everything, takes it back, and returns what it came to. Nothing is committed, and nothing recorded. */
  rollsBack?: boolean;
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
  /** Whether a transaction was committed, or may have been. What is taken back does not count. */
  readonly commits: { any: boolean };
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
   * connection (more often, where the server says that it cannot be used; and once, where a view is not as it was
   * remembered), so `work` must keep no state between attempts. Other driver errors arrive as `DatabaseFault`, Problems as they are.
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
