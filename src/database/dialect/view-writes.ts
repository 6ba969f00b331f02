import { readViewDefinition } from './view-definition.js';

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

/**
 * The same by the definition of a view, for a server whose catalogue does not say it. SQL Server writes through a view
 * into one table at a time, and never into a group or a column that is derived.
 * @param definition empty where it is not shown.
 * @param fires whether an INSTEAD OF trigger carries it out.
 * @returns nothing where it cannot be told. The triggers of a view are shown to those to whom its definition is shown.
 */
export function writesByDefinition(
  definition: string,
  fires: Record<'insert' | 'update', boolean>,
): ViewWrites | undefined {
  if (fires.insert && fires.update) return { insert: 'trigger', update: 'trigger', tables: new Map() };
  const view = readViewDefinition(definition);
  if (!view || view.whole.length > 0) return undefined;
  const way = (isFired: boolean): WayOfWriting => {
    if (isFired) return 'trigger';
    return view.isGrouped ? 'none' : 'server';
  };
  return {
    insert: way(fires.insert),
    update: way(fires.update),
    tables: new Map<string, string | undefined>([
      ...[...view.unplaced].map((name) => [name, undefined] as const),
      ...[...view.columns].map(([name, { table }]) => [name, table.join('.').toLowerCase()] as const),
    ]),
  };
}
