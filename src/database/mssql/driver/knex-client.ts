import type { EventEmitter } from 'node:events';
import type { Knex } from 'knex';
import type { Connection, Request } from 'tedious';
import { keepMessage } from '../../dialect/server-words.js';
import { type DriverOptions, guardedDriver, type ServerMessage } from './driver.js';
import { classifyMssql } from './errors.js';

/** What we use of knex's own SQL Server client, which has no types. */
type BaseClient = new (
  config: Knex.Config,
) => Knex.Client & {
  acquireRawConnection(): Promise<Connection>;
  destroyRawConnection(connection: Connection): Promise<void>;
  releaseConnection(connection: Connection): Promise<void>;
  _query(connection: Connection, query: unknown): Promise<unknown>;
  _setReqInput(request: Request, at: number, value: unknown): void;
  _makeRequest(query: unknown, callback: unknown): Request;
};

/**
 * An option of a query without values: it is sent as a batch, and not through sp_executesql, whose end takes back what
 * SET has set.
 */
export const AS_BATCH = 'scimctlAsBatch';

/** Longer than the driver waits for the answer to an attention, in milliseconds. */
const FAREWELL_MS = 6_000;

/** A text is declared as long as it may be without being a large object, in UTF-16 units. */
const TEXT_LENGTH = 4_000;

export interface ClientOptions extends DriverOptions {
  /** Milliseconds after which the server gives up waiting for a lock. */
  lockTimeoutMs: number;
}

type Driven = Connection & {
  readonly state: { name: string };
  readonly closed: boolean;
  /** knex's word for one that is not to be reused. */
  __knex__disposed?: unknown;
};

/**
 * knex's SQL Server client on our driver, with a queue of requests for each connection.
 *
 * knex 3.3's own queue is one for all connections of all instances, so that a query can run on another
 * connection than its transaction's, or wait for ever on one that is closed.
 */
export async function mssqlClient(options: ClientOptions): Promise<typeof Knex.Client> {
  // @ts-expect-error: knex ships no types for its dialects
  const { default: dialect } = await import('knex/lib/dialects/mssql/index.js');
  const driver = await guardedDriver(options);
  const queues = new WeakMap<Connection, Request[]>();
  const batches = new WeakSet<Request>();
  /** Connections that are given up, and why. */
  const ended = new WeakMap<Connection, Error>();

  class MssqlClient extends (dialect as BaseClient) {
    _driver() {
      return driver;
    }

    override async acquireRawConnection(): Promise<Connection> {
      const connection = (await super.acquireRawConnection()) as Driven;
      // After a failover a session may stay open and refuse everything: the next attempt must have a new one.
      (connection as EventEmitter).on('errorMessage', (told: ServerMessage) => {
        const error = Object.assign(new Error(told.message), told);
        if (classifyMssql(error) === 'connection-lost') connection.__knex__disposed ??= error;
      });
      // As a batch: what sp_executesql sets is undone at its end.
      await runBatch(this._driver(), connection, `set lock_timeout ${Math.ceil(options.lockTimeoutMs)}`);
      return connection;
    }

    /** knex would wait for the end of a connection that has ended already. */
    override async destroyRawConnection(connection: Driven): Promise<void> {
      if (!connection.closed) await super.destroyRawConnection(connection);
    }

    /**
     * The driver declares a text as long as its value is, and the server keeps a plan for each length of each parameter
     * of a statement.
     */
    override _setReqInput(request: Request, at: number, value: unknown): void {
      const isText = value === null || (typeof value === 'string' && value.length <= TEXT_LENGTH);
      if (!isText) super._setReqInput(request, at, value);
      else request.addParameter(`p${at}`, driver.TYPES.NVarChar, value, { length: TEXT_LENGTH });
    }

    override _makeRequest(query: { options?: Record<string, unknown> }, callback: unknown): Request {
      const request = super._makeRequest(query, callback);
      if (query.options?.[AS_BATCH]) batches.add(request);
      return request;
    }

    override async _query(connection: Connection, query: unknown): Promise<unknown> {
      const reason = ended.get(connection);
      if (reason) throw reason;
      try {
        return await super._query(connection, query);
      } catch (error) {
        keepMessage(error);
        throw error;
      }
    }

    /**
     * See `CancellingClient`. The driver sends an attention and closes a connection that does not answer it. One that
     * answers may roll back, and is closed when it is given back, or soon: the server rolls back then.
     */
    cancel(connection: Driven, reason: Error): void {
      ended.set(connection, reason);
      connection.__knex__disposed = reason;
      for (const request of queues.get(connection) ?? []) request.callback(reason);
      queues.delete(connection);
      connection.cancel();
      const patience = setTimeout(() => connection.close(), FAREWELL_MS);
      connection.once('end', () => clearTimeout(patience));
    }

    override async releaseConnection(connection: Connection): Promise<void> {
      if (ended.has(connection)) connection.close();
      await super.releaseConnection(connection);
    }

    _enqueueRequest(request: Request, connection: Driven): void {
      const queue = queues.get(connection) ?? [];
      queues.set(connection, [...queue, request]);
      // Also after a failure, which knex does not go on from.
      request.once('requestCompleted', () => setImmediate(() => this._chomp(connection)));
      this._chomp(connection);
    }

    /** Runs the next request if the connection is free; on a closed one it fails at once. */
    _chomp(connection: Driven): void {
      if (connection.state.name !== 'LoggedIn' && !connection.closed) return;
      const [next, ...rest] = queues.get(connection) ?? [];
      queues.set(connection, rest);
      if (!next) return;
      if (batches.has(next)) connection.execSqlBatch(next);
      else connection.execSql(next);
    }
  }
  return MssqlClient as unknown as typeof Knex.Client;
}

async function runBatch(
  driver: Awaited<ReturnType<typeof guardedDriver>>,
  connection: Connection,
  sql: string,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      connection.execSqlBatch(new driver.Request(sql, (error) => (error ? reject(error) : resolve())));
    });
  } catch (error) {
    connection.close();
    throw error;
  }
}
