import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Lock } from '../dialect.js';

/** A transaction of ours that takes locks as it begins, in the same round trip. */
export type LockingConfig = Knex.TransactionConfig & { locks?: string };

/** See `Dialect.lockingTransaction`. The numbers are our own: nothing of a name gets into the SQL. */
export function lockingConfig(schema: string, locks: readonly Lock[]): LockingConfig {
  if (locks.length === 0) return {};
  const calls = locks.map(({ name, shared }) => {
    const key = createHash('sha256').update(`${schema}\0${name}`).digest().readBigInt64BE();
    return `pg_advisory_xact_lock${shared ? '_shared' : ''}(${key})`;
  });
  return { locks: `select ${calls.join(', ')}` };
}

/** knex's own transaction, of which there are no types. */
interface BaseTransaction {
  isolationLevel?: string;
  trxClient: { query(connection: unknown, sql: string): Promise<unknown> };
  begin(connection: unknown): Promise<unknown>;
}

/** knex's class of transactions, made to take locks. */
export async function lockingTransactions(): Promise<LockingTransactions> {
  // @ts-expect-error: knex ships no types for its dialects
  const { default: base } = await import('knex/lib/dialects/postgres/execution/pg-transaction.js');

  return class extends (base as new (...parts: unknown[]) => BaseTransaction) {
    readonly #locks: string | undefined;

    constructor(client: unknown, container: unknown, config: unknown, outer: unknown) {
      super(client, container, config, outer);
      this.#locks = (config as LockingConfig | undefined)?.locks;
    }

    override async begin(connection: unknown): Promise<unknown> {
      if (this.#locks === undefined) return super.begin(connection);
      const level = this.isolationLevel ? ` isolation level ${this.isolationLevel}` : '';
      try {
        return await this.trxClient.query(connection, `begin transaction${level}; ${this.#locks}`);
      } catch (error) {
        // knex takes a transaction that did not begin for one that need not be ended.
        await this.trxClient.query(connection, 'rollback').catch(() => undefined);
        throw error;
      }
    }
  } as unknown as LockingTransactions;
}

type LockingTransactions = new (
  client: unknown,
  container: unknown,
  config: unknown,
  outer: unknown,
) => Knex.Transaction;
