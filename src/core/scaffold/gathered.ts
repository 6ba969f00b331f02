import type { Condition, TableName } from '../../binding/value.js';
import type { CounterRow, HostGroup, Only } from '../../database/scaffold/host/people.js';
import type { KeyMaker } from './people/keys/key-makers.js';

/** What is asked of the database once the table of people is known: counts and keys, no personal data. */
export interface GatheredFacts {
  /** How many rows have one of the logins that applications make for themselves. */
  knownLogins: readonly { login: string; rows: number }[];
  /** The same of rows that applications make for themselves and that are no people. */
  systemLogins: readonly { login: string; rows: number }[];
  /** What may give the next key, where the database makes none. */
  keyMakers: readonly KeyMaker[];
  /** Rows of tables of counters, for the keys of rows beside the people. */
  counters: readonly CounterRow[];
  /** The default of the key draws from a sequence that lies behind the highest key. */
  isSequenceBehind: boolean;
  /** Numeric keys that the application never gave: far above all others, or below zero. */
  oddKeys: readonly number[];
  /** Tables that refer to the people, and how many of the people have rows there. */
  presence: readonly Presence[];
  /** Groups, and how many of the people are in each. */
  groups: readonly Grouping[];
  /** Columns that repeat another one in their way of writing. */
  same: readonly Same[];
  /** The same of tables with addresses of people, by table. */
  sameBeside: ReadonlyMap<TableName, readonly Same[]>;
  /** Columns of other tables that were compared with the login. */
  copies: readonly LoginCopy[];
  /** Names of the rows that a column refers to, such as tenants: few, and not of people. */
  names: ReadonlyMap<string, readonly { key: string; name: string }[]>;
}

/** How many of some people have their login in a column of another table. */
export interface LoginCopy {
  table: TableName;
  column: string;
  people: number;
  having: number;
}

export interface Presence {
  table: TableName;
  column: string;
  /** People that were looked at. */
  people: number;
  /** Of them, those with a row. */
  having: number;
  /** The most rows of one of them. */
  most: number;
}

export interface Grouping {
  /** The table of memberships, with its columns that refer to the person and to the group. */
  through: TableName;
  user: string;
  group: string;
  groups: TableName;
  key: string;
  name: string;
  /** The column of the people that `user` refers to. */
  to?: string;
  /** More columns of a key of several, such as the tenant, and what they refer to: of the people, and of the group. */
  alsoUser?: Readonly<Record<string, string>>;
  alsoGroup?: Readonly<Record<string, string>>;
  /** People that were looked at. */
  people: number;
  members: readonly GroupMembers[];
}

/** Who is in the groups of one name. */
export interface GroupMembers {
  name: string;
  people: number;
  /** Rows that are no people, too. */
  all: number;
  /** The groups of this name, such as one of each tenant, those with the most people first. */
  rows: readonly HostGroup[];
}

/** The people in the groups of each name. Someone in two groups of the same name counts twice, but never more than all people together. */
export function byName(
  { people, rows }: { people: number; rows: readonly HostGroup[] },
  all: readonly HostGroup[],
): GroupMembers[] {
  const sum = (some: readonly HostGroup[], name: string) =>
    some.filter((one) => one.name === name).reduce((total, one) => total + one.people, 0);
  return [...new Set(rows.map(({ name }) => name))]
    .map((name) => ({
      name,
      people: Math.min(people, sum(rows, name)),
      all: sum(all, name),
      rows: rows.filter((one) => one.name === name),
    }))
    .sort((a, b) => b.people - a.people);
}

export interface Same {
  column: string;
  /** The column that it repeats. */
  of: string;
  how: 'same' | 'lower' | 'upper';
  /** Rows in which both have a value. */
  rows: number;
  /** Of them, those that agree. */
  equal: number;
}

export const NOTHING_GATHERED: GatheredFacts = {
  knownLogins: [],
  systemLogins: [],
  keyMakers: [],
  counters: [],
  isSequenceBehind: false,
  oddKeys: [],
  presence: [],
  groups: [],
  same: [],
  sameBeside: new Map(),
  copies: [],
  names: new Map(),
};

/** What of a condition can be counted by: columns that have one of some values, or none of them. All of them hold. */
export function onlyOf(where: Condition | undefined, not = false): Only[] {
  if (!where) return [];
  const [each, either] = not ? (['any', 'all'] as const) : (['all', 'any'] as const);
  if (each in where)
    return (where as Record<string, Condition[]>)[each]?.flatMap((one) => onlyOf(one, not)) ?? [];
  if (either in where) {
    const [one, ...more] = (where as Record<string, Condition[]>)[either] ?? [];
    return more.length === 0 ? onlyOf(one, not) : [];
  }
  if ('not' in where) return onlyOf(where.not, !not);
  return 'in' in where && where.of === undefined
    ? [
        {
          ...{ column: where.column, values: where.in },
          ...(not && { not }),
          ...(where.ignoreCase && { ignoreCase: true }),
        },
      ]
    : [];
}
