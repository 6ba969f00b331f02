import type { Session } from '../../database.js';
import { readViewDefinition } from '../../dialect/view-definition.js';
import type { UniqueKey } from '../../dialect/view-source.js';
import type { ViewWrites } from '../../dialect/view-writes.js';
import { raw, sql } from '../../sql/fragment.js';
import { selectRows } from '../rows.js';
import { HOST_COLUMNS } from './host-users.js';

/** What the catalogue shows of the tables behind `host_user`. */
export interface HostUserSource {
  /** Whether it shows every row of its table; undefined where this login is not shown its definition. */
  showsAll?: boolean;
  /** Columns of `host_user` that no two rows of the table behind it may share. */
  uniques: HostUnique[];
}

export interface HostUnique {
  /** Of `host_user`. */
  column: string;
  key: UniqueKey;
}

/** Changes nothing, and reads no row of the host application. */
export async function describeHostUserSource(session: Session): Promise<HostUserSource> {
  const { viewSource } = session.dialect;
  const text = await viewSource.definition(session, session.schema, 'host_user');
  if (text === undefined) return { uniques: [] };
  const definition = readViewDefinition(text);
  if (!definition) return { showsAll: false, uniques: [] };
  const uniques: HostUnique[] = [];
  const keys = new Map<string, UniqueKey[]>();
  const sources = new Map(definition.columns);
  for (const table of definition.whole) {
    for (const column of Object.values(HOST_COLUMNS))
      if (!sources.has(column)) sources.set(column, { table, column });
  }
  for (const [column, source] of sources) {
    const table = source.table.join('\0');
    const known = keys.get(table) ?? (await viewSource.uniqueKeys(session, session.schema, source.table));
    keys.set(table, known);
    const key = known.find((one) => one.column.toLowerCase() === source.column.toLowerCase());
    if (key) uniques.push({ column, key });
  }
  let { showsAll } = definition;
  for (const table of definition.tables) {
    showsAll &&= await viewSource.isPlainTable(session, session.schema, table);
  }
  return { showsAll, uniques };
}

/** What can be written through `host_user`, as the catalogue shows it. Tries nothing. */
export const describeHostUserWrites = (session: Session): Promise<ViewWrites | undefined> =>
  session.dialect.viewSource.writes(session, session.schema, 'host_user');

/** Which of these values a row of the table has already, by their places in the list. Also a row that `host_user` hides. */
export async function valuesTaken(
  session: Session,
  { key }: HostUnique,
  values: readonly string[],
): Promise<Set<number>> {
  const { rowSource, viewSource } = session.dialect;
  const table = key.table.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  const taken = new Set<number>();
  const most = rowSource.atOnce(1);
  for (let from = 0; from < values.length; from += most) {
    const source = rowSource.of({ value: values.slice(from, from + most) });
    const condition = key.condition === undefined ? sql`` : sql` and (${raw(key.condition)})`;
    const rows = await selectRows<{ n: number }>(
      session,
      sql`select cast(w.n as int) as n from ${source} where exists
        (select 1 from ${raw(table)} b where ${viewSource.hasValue(key, raw('w.value'))}${condition})`,
    );
    for (const { n } of rows) taken.add(from + Number(n) - 1);
  }
  return taken;
}
