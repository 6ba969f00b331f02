/** Texts that are turned over and over; of more than so many, the rest is turned anew each time. */
const MAX_KEPT = 1_000;

const kept = new Map<string, string>();

/**
 * The text with `$1`, `$2` … for its question marks, as PostgreSQL's protocol wants it. A question mark that is
 * meant is written `\?`, as for knex; one in a quoted name or text is not told apart.
 */
export function numbered(sql: string): string {
  const known = kept.get(sql);
  if (known !== undefined) return known;
  let count = 0;
  const text = sql.replace(/\\\?|\?/g, (found) => (found === '?' ? `$${++count}` : '?'));
  if (kept.size < MAX_KEPT) kept.set(sql, text);
  return text;
}
