import type { Knex } from 'knex';
import type { Fragment } from '../sql/fragment.js';

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
   * The rows of the last of these statements, which run in their order. Where the engine can, they go out together;
   * the first that fails fails the rest.
   */
  series<Row>(statements: readonly Fragment[]): Promise<Row[]>;
  /**
   * The same for the last statements of a transaction. Where the engine can, COMMIT goes out right behind them, and
   * does nothing if one of them fails; `committing` is called before.
   */
  conclude<Row>(statements: readonly Fragment[], committing: () => void): Promise<Row[]>;
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
  const series = oneByOne(rows);
  return { knex, rows, lookUp: rows, series, conclude: series, pipelines: false };
}

/** Runs statements one after another, each when the one before it was answered. */
export const oneByOne =
  (run: Runner['rows']): Runner['series'] =>
  async <Row>(statements: readonly Fragment[]) => {
    let rows: Row[] = [];
    for (const { sql, bindings } of statements) rows = await run<Row>(sql, bindings);
    return rows;
  };
