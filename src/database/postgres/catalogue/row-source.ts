import type { Knex } from 'knex';
import type { RowSource } from '../../dialect/row-source.js';
import { bound, joined, raw, sql } from '../../sql/fragment.js';

/**
 * See `Dialect.rowSource`. One array for each column, behind a `select` of its own, so that the planner does not see
 * how long it is: knowing nothing of its values, it would rather hash the whole of a table than these rows.
 */
export const postgresRowSource: RowSource = {
  atOnce: () => 100_000,
  // pg makes an array of it.
  of: (columns) => {
    const lists = Object.values(columns).map(
      (values) => sql`(select ${bound(values as unknown as Knex.RawBinding)}::text[])`,
    );
    const names = [...Object.keys(columns), 'n'].join(', ');
    return sql`unnest(${joined(lists, ', ')}) with ordinality as w(${raw(names)})`;
  },
};
