import type { Knex } from 'knex';
import { ALWAYS, type Fragment } from '../../fragment.js';

/** The query with one condition more. */
export const narrow = (query: Knex.QueryBuilder, condition: Fragment): Knex.QueryBuilder =>
  condition === ALWAYS ? query : query.whereRaw(condition.sql, [...condition.bindings]);
