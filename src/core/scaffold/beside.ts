import type { Related } from '../../binding/binding.js';
import { parseTableName, tableName } from '../../binding/table-name.js';
import type { Condition } from '../../binding/value.js';
import {
  filledShare,
  type HostFacts,
  hostColumnsOf,
  isColumnCalled,
  scalarOf,
  type TableFacts,
  valuesInWords,
} from './facts.js';
import type { GatheredFacts } from './gathered.js';
import { askedForFirst, mostRows } from './people/addresses/first-rows.js';
import { proposeKey } from './people/keys/key.js';
import { sequenceMakers } from './people/keys/key-makers.js';
import { isOneUnder, tellsRowsApart, tiedBeside } from './people/keys/tenants-beside.js';
import { EVERY_ROW } from './people/not-people.js';
import { matchOf, type Reference } from './people/references.js';
import { askedFor, likely, type Proposal } from './proposal.js';
import { qualifierIn } from './state/state-writes.js';
import { TENANT } from './words/vocabulary.js';
import { part } from './writes/written.js';

/** A table whose rows the people refer to, one each, such as the contact of an account. */
export interface Parent {
  table: TableFacts;
  /** Of the people. */
  column: string;
  /** Of the other table. */
  to: string;
}

/** Tables that nearly all people refer to, by a column of their own: no tenants, and no lists of a few rows. */
export function parentsOf(users: TableFacts, tables: readonly TableFacts[]): Parent[] {
  return users.foreignKeys.flatMap(({ columns, table: [schema, name], references }) => {
    const [column, to] = [hostColumnsOf(users).find((one) => one.name === columns[0]), references[0]];
    const table = tables.find(({ id }) => id === tableName(schema, name));
    if (!table || !column || to === undefined || columns.length > 1 || table.id === users.id) return [];
    if (isColumnCalled(column, TENANT) || (filledShare(column) ?? 1) < 0.8) return [];
    const { distinct = 0, filled = 0 } = column.statistics ?? {};
    return distinct >= filled * 0.9 ? [{ table, column: column.name, to }] : [];
  });
}

/** What is around the people. */
interface Around extends Pick<HostFacts, 'tables' | 'sequences'>, Pick<GatheredFacts, 'presence'> {
  /** By which rows are about the people. */
  references: readonly Reference[];
}

/** How a table beside that of the people is read and written, where a field or the state is there. */
export function besideOf(
  of: string,
  users: TableFacts,
  { references, tables, sequences = [], presence }: Around,
  why: string,
  where?: Condition,
): Proposal[] {
  const child = references.find(({ table }) => table.name === of);
  if (child) {
    const name = `member.${child.table.id}`;
    const rowOf = (which: Condition | undefined): Related => ({
      table: child.table.id,
      match: matchOf(child, 'users'),
      ...(which && { where: which }),
      join: 'required',
      // Without its row, a new account would be none.
      present: 'always',
    });
    const tied = tiedBeside(where, child.table);
    const apart = isOneUnder(child, tied) ? undefined : tellsRowsApart(child);
    const most = mostRows(child, presence);
    if (!apart && !tied && most > 1) {
      const question = `A person may have several rows in ${child.table.id}, which ${why}. Which one counts?`;
      const choices = [{ present: 'always', effect: 'a new account gets one' }] as const;
      return [askedForFirst(name, child, { question, choices, most })];
    }
    if (!apart) return [likely(name, rowOf(tied), why)];
    // Of several rows, the others are none of our business: writing reaches one of them.
    const choices = (apart.values ?? [])
      .filter(({ value }) => value !== null)
      .map(({ value, rows }) => ({
        value: rowOf({ column: apart.name, in: [scalarOf(apart, value)] }),
        evidence: `${apart.name} is ${value}: ${rows} rows`,
      }));
    return [
      askedFor(
        name,
        `A person may have several rows in ${child.table.id}, which ${why}. Which one counts?`,
        choices[0]?.value ?? null,
        choices,
        valuesInWords(apart.name, apart.values ?? []),
      ),
    ];
  }
  const parent = parentsOf(users, tables).find(({ table }) => table.name === of);
  if (!parent) return [];
  const made = parent.table.columns.find(({ name }) => name === parent.to);
  const greatest = parent.table.statistics.get(parent.to)?.greatest ?? 0;
  const keyMakers = made ? sequenceMakers(sequences, parent.table, parent.to, tables, greatest) : [];
  const key = proposeKey(parent.table, undefined, { keyMakers, isSequenceBehind: false }).value as
    | Related['key']
    | null;
  const related: Related = {
    table: parent.table.id,
    match: { [parent.to]: { column: parent.column, of: 'users' } },
    join: 'optional',
    before: true,
    present: 'always',
    ...(key && { key }),
  };
  return [
    likely(`member.${parent.table.id}`, related, why),
    likely(
      `insert.${users.id}.${part(parent.column)}`,
      { column: parent.to, of },
      `refers to ${parent.table.id}`,
    ),
  ];
}

/** Tables that fields or the state are read from, where no proposal says how. @param decided what is decided by a name. */
export function tablesBeside(
  users: TableFacts,
  around: Around,
  proposals: readonly Proposal[],
  decided: (name: string, proposals: readonly Proposal[]) => unknown,
): Proposal[] {
  const named = [
    'users.enabled',
    'users.email',
    'users.login',
    'users.display-name',
    'users.given-name',
    'users.family-name',
  ];
  const where = decided('users.where', proposals);
  const people = where === EVERY_ROW || where === null ? undefined : (where as Condition);
  const found: Proposal[] = [];
  for (const name of named) {
    const of = qualifierIn(decided(name, proposals));
    const known = [...proposals, ...found].some((one) => isMember(one, of));
    if (of === undefined || (known && name !== 'users.enabled')) continue;
    const why = name === 'users.enabled' ? 'has the state of the account' : `has ${name}`;
    for (const one of besideOf(of, users, around, why, people)) {
      const before = proposals.find((other) => other.name === one.name);
      // The table of addresses has the state as well: who has no row there is no user.
      found.push(before ? { ...before, value: { ...(before.value as object), join: 'required' } } : one);
    }
  }
  return found;
}

const isMember = ({ name, value }: Proposal, of: string | undefined) =>
  of !== undefined &&
  name.startsWith('member.') &&
  parseTableName((value as { table: string }).table)?.name === of;
