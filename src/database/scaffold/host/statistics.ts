import type { Session } from '../../database.js';
import { slices } from '../../sql/slices.js';
import type { ColumnStatistics, HostColumn, HostTable, ValueCount } from './host-facts.js';

/** Columns that one statement looks at: each makes a row of every sampled row. */
const AT_ONCE = 60;

/**
 * What the values of some rows of a table are like, column by column. The database works it out: no value leaves it.
 * @param limit the most rows to look at.
 * @param now what counts as the future.
 */
export async function columnStatistics(
  session: Session,
  table: HostTable,
  { limit, now }: { limit: number; now: Date },
): Promise<Map<string, ColumnStatistics>> {
  const found = new Map<string, ColumnStatistics>();
  for (const columns of slices(table.columns, AT_ONCE)) {
    for (const row of await session.rows<StatisticsRow>(statisticsOf(session, table, columns, limit, now))) {
      const column = columns[Number(row.i)];
      if (column) found.set(column.name, inNumbers(row));
    }
  }
  return found;
}

/** How often each value occurs in these columns. Only for columns whose values may be shown. */
export async function valueCounts(
  session: Session,
  table: HostTable,
  names: readonly string[],
  limit: number,
): Promise<Map<string, ValueCount[]>> {
  const columns = table.columns.filter(({ name }) => names.includes(name));
  const found = new Map<string, ValueCount[]>(columns.map(({ name }) => [name, []]));
  for (const some of slices(columns, AT_ONCE)) {
    const statement = `select v.i, v.t, count(*) as n from ${unpivoted(session, table, some, limit)}
      group by v.i, ${session.dialect.hostTables.sampling.exact('v.t')}, v.t order by v.i, count(*) desc, v.t`;
    for (const { i, t, n } of await session.rows<{ i: number; t: string | null; n: number | string }>(
      statement,
    )) {
      found.get(some[Number(i)]?.name ?? '')?.push({ value: t, rows: Number(n) });
    }
  }
  return found;
}

type StatisticsRow = { i: number | string } & Record<string, number | string | null>;

function statisticsOf(
  session: Session,
  table: HostTable,
  columns: readonly HostColumn[],
  limit: number,
  now: Date,
): string {
  const { exact, length, isHex } = session.dialect.hostTables.sampling;
  const t = exact('v.t');
  const those = (condition: string) => `sum(case when ${condition} then 1 else 0 end)`;
  return `select v.i, count(*) as n, count(v.t) as filled, ${those("v.t = ''")} as empties,
      count(distinct ${t}) as different, count(distinct lower(${t})) as folded,
      ${those("v.t like '%_@_%' and v.t not like '% %' and v.t not like '%@%@%'")} as addresses,
      ${those("v.t like '% %'")} as spaced,
      ${those("v.t like '________-____-____-____-____________'")} as guids, ${those(isHex('v.t'))} as hex,
      ${those(`v.t <> '' and ${t} = lower(${t})`)} as lowers, ${those(`v.t <> '' and ${t} = upper(${t})`)} as uppers,
      min(${length('v.t')}) as shortest, max(${length('v.t')}) as longest,
      min(v.x) as least, max(v.x) as greatest, ${those(`v.x > ${now.getTime() / 1000}`)} as future
    from ${unpivoted(session, table, columns, limit)} group by v.i`;
}

/** A row for each of these columns of each sampled row: its place, its text and its number. */
function unpivoted(
  session: Session,
  table: HostTable,
  columns: readonly HostColumn[],
  limit: number,
): string {
  const { quoted, some, text, number, apply } = session.dialect.hostTables.sampling;
  const names = columns.map(({ name }) => name);
  const lists = columns.map(
    (column, i) =>
      `(${i}, ${text(column, `s.${escaped(quoted(column.name))}`)}, ${number(column, `s.${escaped(quoted(column.name))}`)})`,
  );
  return `(${escaped(some(table, names, limit))}) s ${apply} (values ${lists.join(',\n ')}) v (i, t, x)`;
}

/** Question marks in names are no parameters. */
export const escaped = (text: string): string => text.replaceAll('?', '\\?');

function inNumbers(row: StatisticsRow): ColumnStatistics {
  const count = (name: string) => Number(row[name] ?? 0);
  const maybe = (name: string) => (row[name] === null || row[name] === undefined ? null : Number(row[name]));
  return {
    rows: count('n'),
    filled: count('filled'),
    empty: count('empties'),
    distinct: count('different'),
    distinctFolded: count('folded'),
    addresses: count('addresses'),
    spaced: count('spaced'),
    guids: count('guids'),
    hex: count('hex'),
    lower: count('lowers'),
    upper: count('uppers'),
    shortest: maybe('shortest'),
    longest: maybe('longest'),
    least: maybe('least'),
    greatest: maybe('greatest'),
    future: count('future'),
  };
}
