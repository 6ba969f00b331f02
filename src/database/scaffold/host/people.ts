import type { Knex } from 'knex';
import type { Session } from '../../database.js';
import type { HostTable } from './host-facts.js';
import { escaped } from './statistics.js';

/** Rows of the table of people that count: those whose columns have one of these values. */
export interface Only {
  column: string;
  values: readonly (string | number | boolean | null)[];
  /** Those that have none of them. */
  not?: boolean;
  ignoreCase?: boolean;
}

/** More columns of a reference of several, and what they refer to. */
type Also = Readonly<Record<string, string>>;

interface Place {
  table: HostTable;
  column: string;
}

const place = ({ dialect }: Session, { table, column }: Place) => ({
  from: escaped(dialect.hostTables.sampling.whole(table, 'o')),
  column: escaped(dialect.hostTables.sampling.quoted(column)),
});

/** How many rows have each of these logins, without regard to case. */
export async function countLogins(
  session: Session,
  login: Place,
  words: readonly string[],
): Promise<{ login: string; rows: number }[]> {
  const { from, column } = place(session, login);
  const marks = words.map(() => '?').join(', ');
  const found = await session.rows<{ login: string; n: number | string }>(
    `select lower(${column}) as login, count(*) as n from ${from} where lower(${column}) in (${marks}) group by lower(${column})`,
    [...words],
  );
  return found.map(({ login, n }) => ({ login: login.trim(), rows: Number(n) }));
}

/** The four highest and the four lowest of numeric keys, in their order. */
export async function outermostKeys(
  session: Session,
  key: Place,
): Promise<{ highest: number[]; lowest: number[] }> {
  const { quoted } = session.dialect.hostTables.sampling;
  const { from, column } = place(session, key);
  const some = async (direction: string) =>
    (
      await session.rows<{ k: number | string }>(
        `select ${column} as k from ${from} order by ${escaped(quoted(key.column))} ${direction} offset 0 rows fetch next 4 rows only`,
      )
    ).map(({ k }) => Number(k));
  return { highest: await some('desc'), lowest: await some('asc') };
}

/** Of some people: how many there are, how many of them have rows in the other table, and the most that one has. */
export async function presenceOf(
  session: Session,
  users: HostTable,
  { table, column, to, also = {} }: Place & { to: string; also?: Also },
  only: readonly Only[],
  limit: number,
): Promise<{ people: number; having: number; most: number }> {
  const { sampling } = session.dialect.hostTables;
  const q = (name: string) => escaped(sampling.quoted(name));
  const pairs = [[column, to] as const, ...Object.entries(also)];
  const names = [...new Set([...pairs.map(([, other]) => other), ...only.map((one) => one.column)])];
  const list = pairs.map(([own]) => `o.${q(own)}`).join(', ');
  const keys = pairs.map(([own], at) => `o.${q(own)} as k${at}`).join(', ');
  const on = pairs.map(([, other], at) => `r.k${at} = s.${q(other)}`).join(' and ');
  const from = escaped(sampling.whole(table, 'o'));
  const { condition, bindings } = conditionOf(session, only, 's');
  const [row] = await session.rows<{ people: number; having_rows: number; most: number | null }>(
    `select count(*) as people, sum(case when r.n > 0 then 1 else 0 end) as having_rows, max(r.n) as most
       from (${escaped(sampling.some(users, names, limit))}) s
       left join (select ${keys}, count(*) as n from ${from} group by ${list}) r
         on ${on}${condition}`,
    bindings,
  );
  return {
    people: Number(row?.people ?? 0),
    having: Number(row?.having_rows ?? 0),
    most: Number(row?.most ?? 0),
  };
}

/** One row of a table of groups, with how many people are in it. */
export interface HostGroup {
  name: string;
  /** Of the group, as text. */
  key: string;
  people: number;
}

/** More rows of groups are not told apart. */
const MOST_GROUPS = 300;

/** Which groups there are, and how many people are in each; the largest first. Tenants may have groups of the same names. */
export async function groupSizes(
  session: Session,
  users: HostTable,
  links: {
    through: HostTable;
    user: string;
    to: string;
    group: string;
    groups: HostTable;
    key: string;
    name: string;
    alsoUser?: Also;
    alsoGroup?: Also;
  },
  only: readonly Only[],
): Promise<{ people: number; rows: HostGroup[] }> {
  const q = (name: string) => escaped(session.dialect.hostTables.sampling.quoted(name));
  const whole = (table: HostTable, alias: string) =>
    escaped(session.dialect.hostTables.sampling.whole(table, alias));
  const { condition, bindings } = conditionOf(session, only, 'u');
  const [all] = await session.rows<{ n: number }>(
    `select count(*) as n from ${whole(users, 'u')}${condition}`,
    bindings,
  );
  const toUser = [[links.user, links.to] as const, ...Object.entries(links.alsoUser ?? {})];
  const toGroup = [[links.group, links.key] as const, ...Object.entries(links.alsoGroup ?? {})];
  const isOf = toUser.map(([own, other]) => `u.${q(other)} = j.${q(own)}`).join(' and ');
  const keys = toGroup.map(([own], at) => `j.${q(own)} as g${at}`).join(', ');
  const on = toGroup.map(([, other], at) => `m.g${at} = g.${q(other)}`).join(' and ');
  const keyColumn = links.groups.columns.find(({ name }) => name === links.key);
  const { sampling } = session.dialect.hostTables;
  const key = keyColumn ? sampling.text(keyColumn, `g.${q(links.key)}`) : `g.${q(links.key)}`;
  const rows = await session.rows<{ name: string; k: string; n: number }>(
    `select g.${q(links.name)} as name, ${key} as k, count(distinct m.k) as n
       from ${whole(links.groups, 'g')}
       left join (select j.${q(links.user)} as k, ${keys} from ${whole(links.through, 'j')}
                   where exists (select 1 from ${whole(users, 'u')}${condition === '' ? ' where' : `${condition} and`} ${isOf})) m
         on ${on}
      group by g.${q(links.name)}, g.${q(links.key)}
      order by count(distinct m.k) desc, g.${q(links.name)}, g.${q(links.key)} offset 0 rows fetch next ${MOST_GROUPS} rows only`,
    bindings,
  );
  return {
    people: Number(all?.n ?? 0),
    rows: rows.map(({ name, k, n }) => ({ name: String(name), key: String(k), people: Number(n) })),
  };
}

/** In how many of the sampled rows one column has what another one has, as it is and in lower and upper case. */
export async function agreements(
  session: Session,
  table: HostTable,
  pairs: readonly { column: string; of: string }[],
  limit: number,
): Promise<{ rows: number; same: number; lower: number; upper: number }[]> {
  if (pairs.length === 0) return [];
  const { sampling } = session.dialect.hostTables;
  const text = (name: string) => {
    const column = table.columns.find((one) => one.name === name);
    return column ? sampling.exact(sampling.text(column, `s.${escaped(sampling.quoted(name))}`)) : 'null';
  };
  const names = [...new Set(pairs.flatMap(({ column, of }) => [column, of]))];
  const sums = pairs.map(({ column, of }, at) => {
    const [own, other] = [text(column), text(of)];
    const those = (condition: string, as: string) =>
      `sum(case when ${condition} then 1 else 0 end) as ${as}${at}`;
    return [
      those(`${own} <> '' and ${other} <> ''`, 'r'),
      those(`${own} <> '' and ${own} = ${other}`, 's'),
      those(`${own} <> '' and ${own} = lower(${other})`, 'l'),
      those(`${own} <> '' and ${own} = upper(${other})`, 'u'),
    ].join(', ');
  });
  const [row] = await session.rows<Record<string, number | string | null>>(
    `select ${sums.join(',\n ')} from (${escaped(sampling.some(table, names, limit))}) s`,
  );
  const count = (name: string) => Number(row?.[name] ?? 0);
  return pairs.map((_, at) => ({
    rows: count(`r${at}`),
    same: count(`s${at}`),
    lower: count(`l${at}`),
    upper: count(`u${at}`),
  }));
}

/** A number in a table of counters, with the text columns of its row. */
export interface CounterRow {
  table: string;
  column: string;
  where: Record<string, string>;
  number: number | null;
}

/**
 * Rows of a table of counters, but for those that their texts do not tell apart, such as the counters of several tenants.
 * @param most more rows are not counters: then none.
 */
export async function counterRows(
  session: Session,
  table: HostTable,
  id: string,
  most: number,
): Promise<CounterRow[]> {
  const { sampling } = session.dialect.hostTables;
  const texts = table.columns.filter(({ kind }) => kind === 'text');
  const numbers = table.columns.filter(({ kind }) => kind === 'integer' || kind === 'decimal');
  const names = [...texts, ...numbers].map(({ name }) => name);
  const list = [
    ...texts.map(
      (column, at) => `${sampling.text(column, `s.${escaped(sampling.quoted(column.name))}`)} as t${at}`,
    ),
    ...numbers.map(
      (column, at) => `${sampling.number(column, `s.${escaped(sampling.quoted(column.name))}`)} as n${at}`,
    ),
  ];
  const rows = await session.rows<Record<string, string | number | null>>(
    `select ${list.join(', ')} from (${escaped(sampling.some(table, names, most + 1))}) s`,
  );
  if (rows.length > most) return [];
  const found = rows.map((row) => ({
    row,
    where: Object.fromEntries(
      texts.flatMap((column, t) =>
        typeof row[`t${t}`] === 'string' ? [[column.name, String(row[`t${t}`])]] : [],
      ),
    ),
  }));
  const seen = new Map<string, number>();
  const said = (where: Record<string, string>) => JSON.stringify(where).toLowerCase();
  for (const { where } of found) seen.set(said(where), (seen.get(said(where)) ?? 0) + 1);
  return found
    .filter(({ where }) => seen.get(said(where)) === 1)
    .flatMap(({ row, where }) =>
      numbers.map(({ name }, at) => ({
        ...{ table: id, column: name, where },
        number: row[`n${at}`] === null ? null : Number(row[`n${at}`]),
      })),
    );
}

/** What a few rows are called, by their keys; nothing where there are more. */
export async function namesOfRows(
  session: Session,
  table: HostTable,
  { key, name }: { key: string; name: string },
  most: number,
): Promise<{ key: string; name: string }[]> {
  const column = table.columns.find((one) => one.name === key);
  if (!column) return [];
  const { sampling } = session.dialect.hostTables;
  const rows = await session.rows<{ k: string; name: string | null }>(
    `select ${sampling.text(column, `s.${escaped(sampling.quoted(key))}`)} as k, s.${escaped(sampling.quoted(name))} as name
       from (${escaped(sampling.some(table, [key, name], most + 1))}) s`,
  );
  return rows.length > most ? [] : rows.map((row) => ({ key: row.k, name: String(row.name ?? '') }));
}

function conditionOf(
  session: Session,
  only: readonly Only[],
  alias: string,
): { condition: string; bindings: Knex.RawBinding[] } {
  const bindings: Knex.RawBinding[] = [];
  const conditions = only.map(({ column, values, not, ignoreCase }) => {
    const plain = `${alias}.${escaped(session.dialect.hostTables.sampling.quoted(column))}`;
    const name = ignoreCase ? `lower(${plain})` : plain;
    const there = values.filter((value) => value !== null);
    bindings.push(...there);
    const marks = there.map(() => (ignoreCase ? 'lower(?)' : '?')).join(', ');
    const hasNull = there.length < values.length;
    if (not) {
      // Null is unlike every other value.
      if (there.length === 0) return `${plain} is not null`;
      return hasNull ? `${name} not in (${marks})` : `${plain} is null or ${name} not in (${marks})`;
    }
    return [
      ...(there.length > 0 ? [`${name} in (${marks})`] : []),
      ...(hasNull ? [`${plain} is null`] : []),
    ].join(' or ');
  });
  return {
    condition: conditions.length > 0 ? ` where ${conditions.map((one) => `(${one})`).join(' and ')}` : '',
    bindings,
  };
}
