import type { Knex } from 'knex';
import type { Fragment } from '../sql/fragment.js';

/** Asks a server how it would run a statement. Nothing is run, and no value is part of the answer. */
export interface PlanSource {
  /**
   * The plan that the server makes without knowing the values of the parameters. Literals, which the views and
   * constraints of the host application can bring in, are replaced by `?`.
   * @param knex a transaction, which is rolled back afterwards.
   * @returns nothing where this server cannot tell.
   */
  explain(knex: Knex, statement: Fragment): Promise<string | undefined>;
}
