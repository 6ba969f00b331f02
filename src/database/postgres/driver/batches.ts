import type { Knex } from 'knex';
import { numbered } from './placeholders.js';
import type { ConnectionSource, PooledClient } from './pooled-client.js';

interface Asked {
  sql: string;
  bindings: readonly Knex.RawBinding[];
  resolve: (rows: unknown[]) => void;
  reject: (error: unknown) => void;
}

/** So many at most share a connection at a time: the last waits for all before it. */
const MOST_TOGETHER = 8;

/**
 * Sends the look-ups of one turn of the event loop together, on one connection for every few of them: one packet
 * there, one back, and one awakening of a process of the server's, which is what look-ups cost most. Each is
 * answered, or fails, by itself (the extended protocol's pipelining: every statement has a Sync of its own).
 */
export class Batches {
  #waiting: Asked[] = [];

  constructor(private readonly client: ConnectionSource) {}

  ask<Row>(sql: string, bindings: readonly Knex.RawBinding[]): Promise<Row[]> {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ sql, bindings, resolve: resolve as Asked['resolve'], reject });
    });
  }

  #flush(): void {
    const asked = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < asked.length; from += MOST_TOGETHER) {
      void this.#send(asked.slice(from, from + MOST_TOGETHER));
    }
  }

  async #send(together: readonly Asked[]): Promise<void> {
    let connection: PooledClient;
    try {
      connection = await this.client.acquireConnection();
    } catch (error) {
      for (const { reject } of together) reject(error);
      return;
    }
    const stream = connection.connection?.stream;
    stream?.cork();
    const answers = together.map(({ sql, bindings, resolve, reject }) =>
      this.client
        ._query(connection, { sql: numbered(sql), bindings })
        .then(({ response }) => resolve(response.rows), reject),
    );
    stream?.uncork();
    await Promise.all(answers);
    await this.client.releaseConnection(connection);
  }
}
