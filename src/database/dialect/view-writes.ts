/**
 * What the catalogue shows of an INSERT or an UPDATE through a view: carried out by a trigger or a rule, whatever the
 * columns; carried out by the server, which sets columns that are those of one table; or refused.
 */
export type WayOfWriting = 'trigger' | 'server' | 'none';

/** What can be written through a view, as its catalogue shows it. */
export interface ViewWrites {
  insert: WayOfWriting;
  update: WayOfWriting;
  /**
   * Where the server carries it out: the table behind each column that it can set, by the column's name in lower case;
   * undefined where the table cannot be told. A column that is derived is absent.
   */
  tables: ReadonlyMap<string, string | undefined>;
}

/** Columns of these that a statement cannot set through the view; all of them where it is refused altogether. */
export function unwritable(
  { tables, ...ways }: ViewWrites,
  way: 'insert' | 'update',
  columns: readonly string[],
): string[] {
  if (ways[way] === 'trigger') return [];
  if (ways[way] === 'none') return [...columns];
  const derived = columns.filter((column) => !tables.has(column));
  const [first, ...others] = columns.flatMap((column) => tables.get(column) ?? []);
  const apart = columns.filter((column) => {
    const table = tables.get(column);
    return table !== undefined && others.length > 0 && table !== first;
  });
  return [...derived, ...apart];
}
