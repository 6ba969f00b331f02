import type { Knex } from 'knex';
import type { List } from '../dialect.js';
import { bound, type Fragment, joined, raw, sql } from '../fragment.js';

/** See `Dialect.lists`. */
export function postgresLists(columns: Readonly<Record<string, List>>): Fragment {
  const lists = Object.values(columns).map(
    // pg makes an array of it.
    ({ type, values }) => sql`${bound(values as unknown as Knex.RawBinding)}::${raw(type)}[]`,
  );
  const names = [...Object.keys(columns), 'n'].join(', ');
  return sql`unnest(${joined(lists, ', ')}) with ordinality as w(${raw(names)})`;
}
