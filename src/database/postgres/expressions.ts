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
