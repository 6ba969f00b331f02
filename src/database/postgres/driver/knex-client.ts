import type { Knex } from 'knex';
import type { Client as Connection } from 'pg';
import { keepMessage } from '../../dialect/server-words.js';
import type { Attempt } from './attempts.js';
import { Batches } from './batches.js';
import { cancelRunning } from './cancel.js';
import { withClosedPath } from './closed-path.js';
import { describingOnce } from './described-once.js';
import { isSilence, isTlsRefusal, isWorthAnotherHost } from './errors.js';
import { everyInstant } from './instants.js';
import type { Answered, ConnectionSource, PooledClient, Statement } from './pooled-client.js';
import { isMislaid, isOutdatedPlan, type StatementNames } from './prepared.js';

/** Thrown for a server that takes no writes where one is asked for that does. */
export class ReadOnlyServer extends Error {
  readonly code = 'READ_ONLY_SERVER';
}

const FAREWELL_MS = 1_000;

/** What ends a transaction, one way or the other. */
const ENDS = /^\s*(commit|rollback)\b/i;

/** What we use of knex's own PostgreSQL client, which has no types. */
type BaseClient = new (
  config: Knex.Config,
) => Knex.Client & {
  _query(connection: PooledClient, query: Statement): Promise<Answered>;
  destroyRawConnection(connection: PooledClient): Promise<void>;
};

/** The same with what `runner.ts` uses. */
export interface PostgresClient extends ConnectionSource {
  /** Whether a connection may be asked the next statement before it has answered. */
  readonly takesBatches: boolean;
  /** For look-ups of all who ask, where it may. */
  readonly batches?: Batches;
  /** A knex whose queries all go to one connection. */
  knexOn(connection: () => Promise<PooledClient>): Knex;
}

interface ClientUse {
  /** Whether a server is asked for that takes writes. */
  writable: boolean;
  /** Of statements that are repeated. */
  names?: StatementNames;
  /** See `ConnectionUse`. */
  keepsSearchPath: boolean;
}

/**
 * knex's PostgreSQL client, connecting in our way: several hosts, `prefer`, and `target_session_attrs`,
 * none of which pg knows.
 */
export async function postgresClient(
  attempts: Attempt[],
  { writable, names, keepsSearchPath }: ClientUse,
): Promise<typeof Knex.Client> {
  const { default: pg } = await import('pg');
  const types = everyInstant(pg.types);
  // @ts-expect-error: knex ships no types for its dialects
  const { default: dialect } = await import('knex/lib/dialects/postgres/index.js');

  // @ts-expect-error: nor for what makes a knex of a client
  const { default: makeKnex } = await import('knex/lib/knex-builder/make-knex.js');

  const ask = describingOnce(pg);

  class Client extends (dialect as BaseClient) {
    readonly takesBatches = names !== undefined;
    readonly batches = names && new Batches(this as unknown as PostgresClient);

    /** As knex does it for its own transactions: a client that has one connection, and does not give it back. */
    knexOn(connection: () => Promise<PooledClient>): Knex {
      const { config, driver, logger, version, valueForUndefined, connectionSettings } =
        this as unknown as Record<string, unknown>;
      const bound = Object.assign(Object.create(Client.prototype), {
        ...{ config, driver, logger, version, valueForUndefined, connectionSettings },
        transacting: true,
        acquireConnection: connection,
        releaseConnection: async () => undefined,
      });
      return makeKnex(bound);
    }

    async _acquireOnlyConnection(): Promise<PooledClient> {
      const errors: unknown[] = [];
      for (const { client, afterTlsRefusal } of attempts) {
        if (afterTlsRefusal) {
          if (!isTlsRefusal(errors.at(-1))) continue;
          errors.pop();
        }
        try {
          const reach = (options?: string) =>
            connect(new pg.Client({ ...client, types, ...(options !== undefined && { options }) }), writable);
          return keepsSearchPath
            ? await reach()
            : await withClosedPath(reach, (connection) => farewell(connection, connection.end()));
        } catch (error) {
          if (!isWorthAnotherHost(error)) throw error;
          errors.push(error);
        }
      }
      throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'No host could be connected to');
    }

    override async _query(connection: PooledClient, query: Statement): Promise<Answered> {
      const { sql: text = '', bindings: values = [] } = query;
      if (connection.ended && !ENDS.test(text)) throw connection.ended;
      const name = names?.of(text);
      try {
        if (name === undefined) return await super._query(connection, query);
        return Object.assign(query, { response: await ask(connection, { name, text, values }) });
      } catch (error) {
        keepMessage(error);
        // pg would keep the connection, whose next answer belongs to the query it gave up.
        if (isSilence(error)) {
          connection.__knex__disposed = error;
          connection.connection?.stream.destroy();
        }
        if (name !== undefined && isMislaid(error)) names?.giveUp();
        // Neither can be mended on this connection.
        if (isMislaid(error) || isOutdatedPlan(error)) connection.__knex__disposed = error;
        throw error;
      }
    }

    /** See `CancellingClient`. The server may hear of it late: the connection is thrown away, not reused. */
    cancel(connection: PooledClient, reason: Error): void {
      connection.__knex__disposed ??= reason;
      connection.ended = reason;
      cancelRunning(connection);
    }

    /** Says goodbye, but does not wait long for a server, or a network, that does not answer. */
    override async destroyRawConnection(connection: PooledClient): Promise<void> {
      await farewell(connection, super.destroyRawConnection(connection));
    }
  }
  return Client as unknown as typeof Knex.Client;
}

async function connect(client: PooledClient, writable: boolean): Promise<PooledClient> {
  client.on('error', (error) => {
    client.__knex__disposed = error;
  });
  client.on('end', () => {
    client.__knex__disposed ??= 'The connection has ended';
  });
  try {
    await client.connect();
  } catch (error) {
    // pg's own end() may wait for ever where TLS has ended the connection, as it does for a client certificate.
    client.connection?.stream.destroy();
    throw error;
  }
  try {
    if (writable) await proveWritable(client);
    return client;
  } catch (error) {
    await farewell(client, client.end());
    throw error;
  }
}

async function farewell(client: PooledClient, ended: Promise<void>): Promise<void> {
  const impatience = setTimeout(() => client.connection?.stream.destroy(), FAREWELL_MS);
  await ended.catch(() => undefined);
  clearTimeout(impatience);
}

async function proveWritable(client: Connection): Promise<void> {
  const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
  if (rows[0]?.transaction_read_only === 'on') {
    throw new ReadOnlyServer('The server takes no writes');
  }
}
