import type { Knex } from 'knex';
import { Problem } from '../problem.js';
import type { Database, Session } from './database.js';
import type { Dialect } from './dialect/dialect.js';
import {
  DatabaseFault,
  type Fault,
  isFault,
  isPassing,
  LEAVES_COMMIT_OPEN,
  NO_CONNECTION,
} from './faults/fault.js';
import { type RetryParts, type Span, spanOf, withRetry } from './faults/retry.js';
import { claimPool, type Pool, WithKnexOf } from './pool/claim.js';
import { Memory } from './pool/memory.js';
import { acquireWithin, cutConnections, refuseConnections } from './pool/pool-connections.js';
import type { Runner } from './pool/runner.js';
import { trialsIn, withoutCommit } from './rehearsal.js';
import type { ConnectionSettings } from './settings/settings.js';
import type { Waits } from './settings/waits.js';
import type { Fragment } from './sql/fragment.js';
import { type Listing, PAGE_SIZES, pagesOf } from './sql/paging.js';

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
  const commits = { any: false };
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
      waitOf(fault, parts.waits),
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
      commits,
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
      transaction: async (work, { arrived, locks = [], lockMs, rollsBack = false } = {}) => {
        const span = begin();
        // An attempt whose COMMIT got no answer. It may arrive even while the next attempt is under way, which
        // then fails, by whatever is there already.
        let unanswered: { result: Awaited<ReturnType<typeof work>> } | undefined;
        try {
          const parts = lockMs === undefined ? retrying : { ...retrying, retryable: NO_CONNECTION };
          const result = await withRetry(parts, span, async () => {
            let worked: typeof unanswered;
            try {
              // Who is waited for may be the attempt before, whose COMMIT is still on its way.
              const held = { locks, ...(lockMs !== undefined && !unanswered && { lockMs }) };
              return await dialect.transaction(pool, schema, held, async (runner) => {
                const worksOn = (result: unknown) => {
                  worked = { result: result as Awaited<ReturnType<typeof work>> };
                };
                const session = sessionOf(runner, worksOn);
                const result = await work(rollsBack ? withoutCommit(session) : session);
                if (rollsBack) throw new RolledBack(result);
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
          commits.any = true;
          return result;
        } catch (error) {
          if (error instanceof RolledBack) return error.result as Awaited<ReturnType<typeof work>>;
          if (unanswered) commits.any = true;
          if (unanswered && isPassing(error)) throw outcomeUnknown(error);
          throw error;
        }
      },
      rehearse: (work, { lockMs }) =>
        database.transaction((session) => work(trialsIn(database, session, toFault)), {
          lockMs,
          rollsBack: true,
        }),
      claim: (enter) => {
        const claimed = claimPool(pool, parts.makeKnex, enter);
        return { database: databaseOn(claimed.pool), end: claimed.end };
      },
      close: async ({ abandon = false } = {}) => {
        abandoned = abandon;
        if (abandon) cutConnections(knex);
        refuseConnections(knex);
        await knex.destroy();
        await parts.dispose?.();
      },
    };
    return database;
  };
  return databaseOn({ client: knex.client as Knex.Client, knex });
}

/** With what the server said last, where it did. */
const outcomeUnknown = (error: unknown) =>
  new DatabaseFault(
    ...(['outcome-unknown', undefined, error, undefined] as const),
    error instanceof DatabaseFault ? error.words : undefined,
  );

/** Ends a transaction whose work is wanted, and nothing of what it wrote. */
class RolledBack extends Error {
  constructor(readonly result: unknown) {
    super('rolled back');
  }
}

/** Finding out what became of a COMMIT may take half as long again: without an answer nobody would know. */
export const withTimeToAsk = ({ started, until }: Span, { retryMs }: Waits): Span => ({
  started,
  until: Math.max(until, performance.now() + retryMs / 2),
});

/** The wait that a fault is the end of, in milliseconds. */
export function waitOf(fault: Fault, waits: Waits): number | undefined {
  if (fault === 'lock-timeout') return waits.lockMs;
  if (fault === 'pool-exhausted') return waits.acquireMs;
  return fault === 'statement-timeout' || fault === 'unanswered' ? waits.statementMs : undefined;
}

/** Errors of pg, tedious and knex carry a code, a number or a SQLSTATE; programming errors do not. */
export const isDriverError = (error: unknown) =>
  error instanceof Error &&
  ('code' in error ||
    'number' in error ||
    error.name === 'KnexTimeoutError' ||
    error.name === 'RequestError');
