import type { Related } from '../../../binding/binding.js';
import type { Condition, Value } from '../../../binding/value.js';
import type { CounterRow } from '../../../database/scaffold/host/people.js';
import {
  type ColumnFacts,
  columnOf,
  filledShare,
  type HostFacts,
  hostColumnsOf,
  isColumnCalled,
  percent,
  primaryKey,
  scalarOf,
  shareOf,
  type TableFacts,
} from '../facts.js';
import type { GatheredFacts, Grouping, GroupMembers } from '../gathered.js';
import { askedFor, type Choice, likely, type Proposal } from '../proposal.js';
import { ADMIN_VALUE, EMAIL, PRIMARY, SESSIONS } from '../words/vocabulary.js';
import { fixedBy } from '../writes/tied.js';
import { proposeWritten } from '../writes/written.js';
import { attributesIn } from './attributes.js';
import { madeFor } from './keys/key.js';
import { counterMakers, sequenceMakers } from './keys/key-makers.js';
import { isOneUnder, tiedBeside } from './keys/tenants-beside.js';
import { matchOf, type Reference, referringColumns } from './references.js';
import { rolesOfNew } from './role-rows.js';

/** Of tables that fill up as people work. */
export const NO_MEMBER =
  /(log|logs|history|audit|session|sessions|token|tokens|notification|notifications|bookmark|bookmarks|favou?rites?|recent|views?)$/u;

/** Rows that every person has in other tables: a new one gets them, too. `taken` are tables that are bound already. */
export function proposeMembers(
  users: TableFacts,
  { references, byLogin, facts, where }: Around,
  { presence, groups, counters, sameBeside }: GatheredFacts,
  taken: ReadonlySet<string>,
): Proposal[] {
  const keyFor = (table: TableFacts, written: readonly string[]) => rowKey(table, written, facts, counters);
  const found: Proposal[] = groups.flatMap((one) =>
    taken.has(one.through) ? [] : ofGroup(one, references, facts.tables, keyFor),
  );
  const people = presence[0]?.people ?? 0;
  const roles = rolesOfNew(
    [...references, ...byLogin].filter(
      ({ table }) => !taken.has(table.id) && !groups.some(({ through }) => through === table.id),
    ),
    people,
  );
  found.push(...roles);
  const grouped = new Set([
    ...groups.map(({ through }) => through),
    ...roles.map(({ name }) => name.slice('member.'.length)),
  ]);
  for (const reference of references) {
    const { table, column } = reference;
    const own = referringColumns(reference);
    const seen = presence.find((one) => one.table === table.id && one.column === column);
    if (!seen || taken.has(table.id) || grouped.has(table.id) || seen.people < 3) continue;
    const name = table.plain;
    if (attributesIn(table) || NO_MEMBER.test(name) || SESSIONS.test(name)) continue;
    const flag = hostColumnsOf(table).find((one) => one.kind === 'boolean' && isColumnCalled(one, PRIMARY));
    const tied = tiedBeside(where, table);
    const isTied = tied !== undefined && isOneUnder(reference, tied);
    // Without the row that `users.where` asks for, a new account would be none.
    if (!isTied && (seen.having / seen.people < 0.95 || (seen.most > 1 && !flag))) continue;
    const which: Condition | undefined = isTied ? tied : flag && { column: flag.name, in: [true] };
    const address = addressIn(table);
    const evidence = isTied
      ? `who has no row with this ${fixedBy(tied).join(', ')} is none of the people`
      : `${seen.having} of ${seen.people} people have a row`;
    found.push(
      likely(
        `member.${table.id}`,
        {
          table: table.id,
          match: matchOf(reference, 'users'),
          ...(which && { where: which }),
          join: 'none',
          present: address ? 'email' : 'always',
          ...keyFor(table, own),
        },
        evidence,
      ),
      ...proposeWritten(table, {
        written: new Set([
          ...own,
          ...keyColumns(keyFor(table, own)),
          ...fixedBy(which),
          ...(address ? [address.name] : []),
        ]),
        same: sameBeside.get(table.id) ?? [],
        fields: new Map(address ? [[address.name, 'email' as const]] : []),
      }).filter(({ name }) => name.startsWith('insert.')),
      ...(address
        ? [likely(`insert.${table.id}.${address.name}`, { field: 'email' }, 'repeats the e-mail address')]
        : []),
    );
  }
  return found.filter(({ name }) => !name.startsWith(`insert.${users.id}.`));
}

/** What its rows repeat the address in: not a column that is empty in every row, or in those of people, as of invitations. */
const addressIn = (table: TableFacts): ColumnFacts | undefined =>
  hostColumnsOf(table).find(
    (one) =>
      one.kind === 'text' &&
      isColumnCalled(one, EMAIL) &&
      (!one.nullable || (filledShare(one) ?? 1) >= 0.5) &&
      (shareOf(one, 'addresses') ?? 1) > 0.5,
  );

/** What is around the people. */
interface Around {
  references: readonly Reference[];
  /** By the login name, where nothing declares it. */
  byLogin: readonly Reference[];
  facts: HostFacts;
  where: Condition | undefined;
}

const keyColumns = ({ key }: Pick<Related, 'key'>) => (key ? [key.column] : []);

type KeyFor = (table: TableFacts, written: readonly string[]) => Pick<Related, 'key'>;

/** Who makes the key of a new row, where the database does not. */
function rowKey(
  table: TableFacts,
  written: readonly string[],
  { sequences = [], tables }: HostFacts,
  counters: readonly CounterRow[],
): Pick<Related, 'key'> {
  const name = primaryKey(table);
  const column = name === undefined ? undefined : columnOf(table, name);
  if (!column || written.includes(column.name) || column.generated || column.default !== null) return {};
  const [maker] = [
    ...sequenceMakers(sequences, table, column.name, tables, column.statistics?.greatest ?? 0),
    ...counterMakers(counters, table, column.name, column.statistics?.greatest ?? 0),
  ].filter(({ isNamed }) => isNamed);
  const made = column.kind === 'integer' ? maker?.value : madeFor(column)?.value;
  return made ? { key: { column: column.name, made } } : {};
}

/** The group that all people are in, or that most are. */
function ofGroup(
  { through, user, group, groups, key, name, people, members, alsoGroup = {} }: Grouping,
  references: readonly Reference[],
  tables: readonly TableFacts[],
  keyFor: KeyFor,
): Proposal[] {
  const groupTable = tables.find(({ id }) => id === groups);
  const reference = references.find(({ table, column }) => table.id === through && column === user);
  const usual = members.filter((one) => !ADMIN_VALUE.test(one.name));
  const [best] = usual;
  if (!reference || !groupTable || !best || people < 3 || best.people / people < 0.3) return [];
  const own = [...referringColumns(reference), group];
  // The group of the tenant that the row of the person has, too.
  const shared = Object.entries(alsoGroup).flatMap(([column, other]): [string, Value][] => {
    const to = reference.also[column];
    return to === undefined ? [] : [[other, { column: to, of: 'users' }]];
  });
  const relatedTo = (to: Value) => ({
    table: through,
    match: matchOf(reference, 'users'),
    join: 'none' as const,
    present: 'always' as const,
    ...keyFor(reference.table, own),
    insert: { [group]: to },
  });
  const called = (chosen: string): Value => ({
    lookup: {
      table: groups,
      where: { ...Object.fromEntries(shared), [name]: { constant: chosen } },
      column: key,
    },
  });
  const groupKey = hostColumnsOf(groupTable).find((column) => column.name === key);
  // A name that several tenants have for a group of their own does not say which one it is: its key does.
  const groupsOf = ({ name: one, people: inside, rows }: GroupMembers): (Choice & { people: number })[] =>
    rows.length < 2 || shared.length > 0 || !groupKey
      ? [{ value: relatedTo(called(one)), evidence: `${one}: ${inside} people`, people: inside }]
      : rows
          .filter((row) => row.people > 0)
          .map((row) => ({
            value: relatedTo({ constant: scalarOf(groupKey, row.key) }),
            evidence: `${one}, of which there are ${rows.length}, with ${key} ${row.key}: ${row.people} people`,
            people: row.people,
          }));
  const choices = usual.flatMap(groupsOf).sort((a, b) => b.people - a.people);
  const [first] = choices;
  if (!first) return [];
  const counts = members.map((one) => `${one.name}: ${one.people}`).join(', ');
  const written = new Set([...own, ...keyColumns(keyFor(reference.table, own))]);
  const rest = proposeWritten(reference.table, { written, same: [], fields: new Map() }).filter(
    ({ name: one }) => one.startsWith('insert.'),
  );
  if (first.people / people >= 0.9)
    return [
      likely(
        `member.${through}`,
        first.value,
        `${percent(first.people / people)} of the people are in ${first.evidence.replace(/: \d+ people$/, '')} (${counts})`,
      ),
      ...rest,
    ];
  return [
    askedFor(
      `member.${through}`,
      'Which group does a new person get?',
      first.value,
      [...choices.map(({ value, evidence }) => ({ value, evidence })), { value: 'none', evidence: 'none' }],
      counts,
    ),
    ...rest,
  ];
}
