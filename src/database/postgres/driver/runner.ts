import type { Knex } from 'knex';
import { within } from '../../../within.js';
import type { Holding } from '../../dialect/dialect.js';
import { type Pool, WithKnexOf } from '../../pool/claim.js';
import { oneByOne, type Runner } from '../../pool/runner.js';
import type { Fragment } from '../../sql/fragment.js';
import { takeLocksPostgres } from '../changes/locks.js';
import type { PostgresClient } from './knex-client.js';
import { numbered } from './placeholders.js';
import type { PooledClient } from './pooled-client.js';

/** How long a connection may take to say that a transaction was rolled back, before it is cut. */
const ROLLBACK_MS = 5_000;

const READS = /^\s*select\b/i;

const clientOf = ({ client }: Pool): PostgresClient => client as unknown as PostgresClient;

/** See `Dialect.runner`: each statement on whichever connection is free. */
export function postgresRunner(pool: Pool): Runner {
  const client = clientOf(pool);
  const rows: Runner['rows'] = async (sql, bindings) => {
    const connection = await client.acquireConnection();
    try {
      return await run(client, connection, sql, bindings);
    } finally {
      await client.releaseConnection(connection);
    }
  };
  const lookUp: Runner['lookUp'] = (sql, bindings = []) =>
    (client.batches ?? { ask: rows }).ask(sql, bindings);
  const oneAfterAnother = oneByOne(rows);
  return Object.assign(new WithKnexOf(pool), {
    rows,
    lookUp,
    series: oneAfterAnother,
    conclude: oneAfterAnother,
    pipelines: client.takesBatches,
  });
}

/** See `Dialect.transaction`. The locks are taken in the round trip that begins it. */
export async function postgresTransaction<T>(
  pool: Pool,
  schema: string,
  { locks, lockMs }: Holding,
  work: (runner: Runner) => Promise<T>,
): Promise<T> {
  const client = clientOf(pool);
  const connection = await client.acquireConnection();
  const say = (sql: string) => client._query(connection, { sql });
  // Said for each transaction: a server, database or role may have another default.
  const begin = 'begin transaction isolation level read committed';
  const brief = lockMs !== undefined && `set local lock_timeout = ${lockMs}`;
  if (client.takesBatches) inOnePacket(connection);
  const begun = say([begin, brief, takeLocksPostgres(schema, locks)].filter(Boolean).join('; '));
  const bound = new BoundRunner(client, connection, begun);
  try {
    let result: T;
    try {
      if (!client.takesBatches) await begun;
      result = await work(bound);
      await begun;
    } catch (error) {
      await rollBack(connection, say);
      throw error;
    }
    await (bound.committed ?? say('commit'));
    return result;
  } finally {
    bound.end();
    await client.releaseConnection(connection);
  }
}

/** Runs statements on one connection, until the transaction has ended. */
class BoundRunner implements Runner {
  #knex: Knex | undefined;
  #ended = false;
  /** The answer to COMMIT, where it has been sent already. */
  committed: Promise<unknown> | undefined;

  constructor(
    private readonly client: PostgresClient,
    private readonly connection: PooledClient,
    /** The answer to BEGIN, which may be on its way yet. */
    private readonly begun: Promise<unknown>,
  ) {
    begun.catch(() => undefined);
  }

  /** Made when it is wanted: it takes longer to make than most transactions take. */
  get knex(): Knex {
    this.#knex ??= this.client.knexOn(async () => {
      await this.begun;
      return this.#open();
    });
    return this.#knex;
  }

  get pipelines(): boolean {
    return this.client.takesBatches;
  }

  async rows<Row>(sql: string, bindings?: readonly Knex.RawBinding[]): Promise<Row[]> {
    // What only reads goes out right behind BEGIN: had that failed, it would have changed nothing.
    if (!READS.test(sql)) await this.begun;
    if (this.pipelines) inOnePacket(this.#open());
    const answer = run<Row>(this.client, this.#open(), sql, bindings);
    const [, rows] = await Promise.all([this.begun, answer]);
    return rows;
  }

  lookUp<Row>(sql: string, bindings?: readonly Knex.RawBinding[]): Promise<Row[]> {
    return this.rows(sql, bindings);
  }

  async series<Row>(statements: readonly Fragment[]): Promise<Row[]> {
    if (!this.pipelines) return oneByOne((sql, bindings) => this.rows(sql, bindings))<Row>(statements);
    await this.begun;
    return this.#send<Row>(statements);
  }

  async conclude<Row>(statements: readonly Fragment[], committing: () => void): Promise<Row[]> {
    if (!this.pipelines) return this.series<Row>(statements);
    await this.begun;
    const connection = this.#open();
    // Only COMMIT would be sent, for what was written before; from here on all of it goes out in this turn.
    if (connection.ended) throw connection.ended;
    inOnePacket(connection);
    committing();
    const answer = this.#send<Row>(statements);
    // Of a transaction in which a statement has failed, PostgreSQL makes a ROLLBACK of it.
    this.committed = this.client._query(connection, { sql: 'commit' });
    this.committed.catch(() => undefined);
    this.end();
    return answer;
  }

  /** Each has a Sync of its own; after one that fails, PostgreSQL refuses those behind it. */
  async #send<Row>(statements: readonly Fragment[]): Promise<Row[]> {
    const connection = this.#open();
    inOnePacket(connection);
    const answers = await Promise.allSettled(
      statements.map(({ sql, bindings }) => run<Row>(this.client, connection, sql, bindings)),
    );
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) throw failed.reason;
    const last = answers.at(-1);
    return last?.status === 'fulfilled' ? last.value : [];
  }

  end(): void {
    this.#ended = true;
  }

  #open(): PooledClient {
    if (this.#ended) throw new Error('the transaction is over');
    return this.connection;
  }
}

/** What is asked in the same turn goes out together: each packet has a price of its own, here and at the server. */
function inOnePacket({ connection }: PooledClient): void {
  const stream = connection?.stream;
  if (!stream || stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** A connection that does not do so is thrown away, and the server rolls back on its own. */
async function rollBack(connection: PooledClient, say: (sql: string) => Promise<unknown>): Promise<void> {
  try {
    await within(ROLLBACK_MS, say('rollback'), () => {
      throw new Error('no answer to ROLLBACK');
    });
  } catch (error) {
    connection.__knex__disposed ??= error;
    connection.connection?.stream.destroy();
  }
}

async function run<Row>(
  client: PostgresClient,
  connection: PooledClient,
  sql: string,
  bindings: readonly Knex.RawBinding[] = [],
): Promise<Row[]> {
  const { response } = await client._query(connection, { sql: numbered(sql), bindings });
  return response.rows as Row[];
}
