import type { Knex } from 'knex';
import type { List } from '../../dialect/row-source.js';
import { bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';

/**
 * See `Dialect.lists`. A list is behind a `select` of its own, so that the planner does not see how long it is: else
 * it takes the statement for cheaper with these values than without, and plans it anew each time.
 */
export function postgresLists(columns: Readonly<Record<string, List>>): Fragment {
  const lists = Object.values(columns).map(
    // pg makes an array of it.
    ({ type, values }) => sql`(select ${bound(values as unknown as Knex.RawBinding)}::${raw(type)}[])`,
  );
  const names = [...Object.keys(columns), 'n'].join(', ');
  return sql`unnest(${joined(lists, ', ')}) with ordinality as w(${raw(names)})`;
}
