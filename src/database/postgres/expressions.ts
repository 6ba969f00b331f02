const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * See `Dialect.expressions.folded`. Where the database's locale is Turkish or Azerbaijani, lower() makes no i
 * of I, so these letters are turned by themselves. Which of the two it is the planner works out before it
 * looks for an index, so everywhere else one over `lower(column)` is used. A parameter can be written once
 * only; for what becomes of it both are the same.
 */
export function foldedPostgres(text: string): string {
  const lower = `lower(${text} collate "default")`;
  const turned = `lower(translate(${text} collate "default", '${CAPITALS}', '${CAPITALS.toLowerCase()}'))`;
  return text.includes('?')
    ? turned
    : `case when lower('I' collate "default") = 'i' then ${lower} else ${turned} end`;
}

/**
 * See `Dialect.expressions.eventWriters`. Whoever inserts has the table's lock before the sequence is asked, and until
 * the transaction is visible to others or has come to nothing; everybody may read who has which lock.
 */
export const eventWritersPostgres = (schema: string): string =>
  `select distinct held.virtualtransaction as writer
     from pg_catalog.pg_locks held
     join pg_catalog.pg_class c on c.oid = held.relation and c.relname = 'event'
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = '${schema.replaceAll("'", "''")}'
    where held.locktype = 'relation' and held.granted
      and held.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
      and held.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`;
