import type { Database, Session, Trials } from './database.js';
import { isPassing } from './faults/fault.js';

/**
 * Trials in a transaction. What works as the last of a transaction is told nothing of COMMIT here, and constraints that
 * are deferred to COMMIT are checked at the end of each trial.
 */
export function trialsIn(database: Database, session: Session, toFault: (error: unknown) => Error): Trials {
  const { trial } = session.dialect;
  // One for all trials, which then count the seats once.
  const within = withoutCommit(session);
  let end: Error | undefined;

  async function undone<T>(
    work: (session: Session) => Promise<T>,
    locks: Parameters<typeof trial.begin>[2],
  ): Promise<T> {
    if (end) throw end;
    try {
      await trial.begin(session, session.schema, locks);
      const result = await work(within);
      await trial.settle(session);
      await trial.undo(session, session.schema, locks);
      return result;
    } catch (error) {
      const fault = toFault(error);
      if (isPassing(fault)) end = fault;
      else if (!end) await trial.undo(session, session.schema, locks).catch(() => (end = fault));
      throw fault;
    }
  }

  return {
    get isOver() {
      return end !== undefined;
    },
    next: () => {
      const failures: Error[] = [];
      return {
        ...database,
        failures,
        read: (work) => work(within),
        pages: () => {
          throw new Error('a trial lists nothing');
        },
        transaction: async (work, { locks = [] } = {}) => {
          try {
            return await undone(work, locks);
          } catch (error) {
            failures.push(error as Error);
            throw error;
          }
        },
        rehearse: () => {
          throw new Error('a trial rehearses nothing');
        },
        close: async () => undefined,
      };
    },
  };
}

/**
 * A session in which what works as the last of a transaction is told nothing of COMMIT. Not copied, since a transaction
 * makes its knex only when somebody looks at it.
 */
export function withoutCommit(session: Session): Session {
  const conclude: Session['conclude'] = (_, statements) => session.series(statements);
  return Object.assign(Object.create(session) as Session, { conclude });
}
