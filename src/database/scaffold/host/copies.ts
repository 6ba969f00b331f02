import type { Session } from '../../database.js';
import type { HostTable } from './host-facts.js';
import { escaped } from './statistics.js';

/**
 * Of some people with a login: how many there are, and how many of their logins are in each of these columns of another
 * table, without regard to case. No login leaves the database.
 */
export async function copiedLogins(
  session: Session,
  users: HostTable,
  login: string,
  { table, columns }: { table: HostTable; columns: readonly string[] },
  limit: number,
): Promise<{ people: number; having: number[] }> {
  const { sampling } = session.dialect.hostTables;
  const text = ({ columns: all }: HostTable, name: string, alias: string) => {
    const column = all.find((one) => one.name === name);
    return column
      ? sampling.exact(`lower(${sampling.text(column, `${alias}.${escaped(sampling.quoted(name))}`)})`)
      : 'null';
  };
  const own = text(users, login, 's');
  const from = escaped(sampling.whole(table, 'o'));
  const tests = columns.map(
    (column, at) =>
      `case when exists (select 1 from ${from} where ${text(table, column, 'o')} = ${own}) then 1 else 0 end as h${at}`,
  );
  const [row] = await session.rows<Record<string, number | string | null>>(
    `select count(*) as people, ${columns.map((_, at) => `sum(d.h${at}) as s${at}`).join(', ')}
       from (select ${tests.join(',\n ')}
               from (${escaped(sampling.some(users, [login], limit))}) s
              where ${own} <> '') d`,
  );
  return {
    people: Number(row?.people ?? 0),
    having: columns.map((_, at) => Number(row?.[`s${at}`] ?? 0)),
  };
}
