import type { Knex } from 'knex';

/** What runs statements: the pool, or the connection of one transaction. */
export interface Runner {
  /** Builds and runs queries. */
  readonly knex: Knex;
  /**
   * The rows of a statement whose text is ours, with the values that are bound to its question marks. Where the
   * engine can, without knex's builder, which takes longer than most statements do.
   */
  rows<Row>(sql: string, bindings?: readonly Knex.RawBinding[]): Promise<Row[]>;
  /** The same for what goes by indexes and is answered at once: several may share a connection of the pool. */
  lookUp<Row>(sql: string, bindings?: readonly Knex.RawBinding[]): Promise<Row[]>;
  /**
   * The last statement of a transaction, and its rows. Where the engine can, COMMIT goes out right behind it, and
   * does nothing if the statement fails; `committing` is called before.
   */
  conclude<Row>(sql: string, bindings: readonly Knex.RawBinding[], committing: () => void): Promise<Row[]>;
  /**
   * Whether a transaction may be asked several things before it has answered the first. Where not, nothing may go
   * beside anything else inside a transaction.
   */
  readonly pipelines: boolean;
}

/** A runner that leaves everything to knex. */
export function knexRunner(knex: Knex): Runner {
  const rows = async <Row>(sql: string, bindings: readonly Knex.RawBinding[] = []) =>
    (await knex.raw(sql, bindings)) as unknown as Row[];
  return { knex, rows, lookUp: rows, conclude: rows, pipelines: false };
}
