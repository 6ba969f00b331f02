import type { Duplex } from 'node:stream';
import type { Client as Connection } from 'pg';

/** pg's client as knex keeps it in its pool; a disposed one is thrown away instead of reused. */
export type PooledClient = Connection & {
  __knex__disposed?: unknown;
  /** Why nothing more is to run on it. */
  ended?: Error;
  connection?: { stream: Duplex };
};

/** A statement as knex hands it over, with `$1`. */
export interface Statement {
  sql?: string;
  bindings?: readonly unknown[];
}

export interface Answered {
  response: { rows: unknown[] };
}

/** What lends connections of a pool, and asks them. */
export interface ConnectionSource {
  acquireConnection(): Promise<PooledClient>;
  releaseConnection(connection: PooledClient): Promise<void>;
  _query(connection: PooledClient, query: Statement): Promise<Answered>;
}
