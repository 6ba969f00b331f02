/**
 * What a database server itself said of a statement that it refused. Not what PostgreSQL calls DETAIL and CONTEXT, nor
 * parameters: whole rows are printed there, password hashes included.
 */
export interface ServerWords {
  /** The message alone, without the statement, which knex puts in front. */
  message: string;
  hint?: string;
  /** `SQLSTATE 23514`; of SQL Server `error 547`. */
  state: string;
  constraint?: string;
  column?: string;
  /** Whether it was said inside a function, a procedure or a trigger, and not of the statement itself. */
  inRoutine: boolean;
}

const originals = new WeakMap<Error, string>();

/** Keeps a driver's message as it is, before knex puts the statement in front of it. */
export function keepMessage(error: unknown): void {
  if (error instanceof Error && !originals.has(error)) originals.set(error, error.message);
}

/** A driver's message without what knex put in front of it. */
export const originalMessage = (error: Error): string => originals.get(error) ?? error.message;
