import type { Database } from '../../../src/database/database.js';

type Query = (connection: unknown, query: { sql?: string }) => unknown;

/**
 * Hears of every statement that a database is asked, by whichever way, until it is told to stop. Listens where
 * they all come together: knex's own events are silent about those that are run past it.
 */
export async function watchStatements(database: Database, heard: (sql: string) => void): Promise<() => void> {
  const client = await database.read(async ({ knex }) => knex.client as object);
  // Of the class: a transaction has a client of its own.
  const own = Object.getPrototypeOf(client) as { _query: Query };
  const before = Object.getOwnPropertyDescriptor(own, '_query');
  const query = own._query;
  own._query = function (connection, asked) {
    heard(asked.sql ?? '');
    return query.call(this, connection, asked);
  };
  return () => {
    if (before) Object.defineProperty(own, '_query', before);
    else Reflect.deleteProperty(own, '_query');
  };
}
