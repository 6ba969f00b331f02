import type { Related } from '../../../binding/binding.js';
import type { Value } from '../../../binding/value.js';
import type { CounterRow } from '../../../database/scaffold/host/people.js';
import {
  columnOf,
  type HostFacts,
  hostColumnsOf,
  isColumnCalled,
  percent,
  primaryKey,
  type TableFacts,
} from '../facts.js';
import type { GatheredFacts, Grouping } from '../gathered.js';
import { askedFor, likely, type Proposal } from '../proposal.js';
import { collapsed } from '../words/names.js';
import { ADMIN_VALUE, EMAIL, PRIMARY, SESSIONS } from '../words/vocabulary.js';
import { proposeWritten } from '../writes/written.js';
import { attributesIn } from './attributes.js';
import { madeFor } from './keys/key.js';
import { counterMakers, sequenceMakers } from './keys/key-makers.js';
import { matchOf, type Reference, referringColumns } from './references.js';
import { rolesOfNew } from './role-rows.js';

const NO_MEMBER =
  /(log|logs|history|audit|session|sessions|token|tokens|notification|notifications|bookmark|bookmarks|favou?rites?|recent|views?)$/u;

/** Rows that every person has in other tables: a new one gets them, too. `taken` are tables that are bound already. */
export function proposeMembers(
  users: TableFacts,
  { references, byLogin, facts }: Around,
  { presence, groups, counters }: GatheredFacts,
  taken: ReadonlySet<string>,
): Proposal[] {
  const keyFor = (table: TableFacts, written: readonly string[]) => rowKey(table, written, facts, counters);
  const found: Proposal[] = groups.flatMap((one) =>
    taken.has(one.through) ? [] : ofGroup(one, references, keyFor),
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
    if (
      attributesIn(table) ||
      NO_MEMBER.test(name) ||
      SESSIONS.test(name) ||
      seen.having / seen.people < 0.95
    )
      continue;
    const flag = hostColumnsOf(table).find((one) => one.kind === 'boolean' && isColumnCalled(one, PRIMARY));
    if (seen.most > 1 && !flag) continue;
    const address = hostColumnsOf(table).find((one) => one.kind === 'text' && isColumnCalled(one, EMAIL));
    const evidence = `${seen.having} of ${seen.people} people have a row`;
    found.push(
      likely(
        `member.${table.id}`,
        {
          table: table.id,
          match: matchOf(reference, 'users'),
          ...(flag && { where: { column: flag.name, in: [true] } }),
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
          ...(flag ? [flag.name] : []),
          ...(address ? [address.name] : []),
        ]),
        same: address ? sameNames(table, address.name) : [],
        fields: new Map(address ? [[address.name, 'email' as const]] : []),
      }).filter(({ name }) => name.startsWith('insert.')),
      ...(address
        ? [likely(`insert.${table.id}.${address.name}`, { field: 'email' }, 'repeats the e-mail address')]
        : []),
    );
  }
  return found.filter(({ name }) => !name.startsWith(`insert.${users.id}.`));
}

/** What is around the people. */
interface Around {
  references: readonly Reference[];
  /** By the login name, where nothing declares it. */
  byLogin: readonly Reference[];
  facts: HostFacts;
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

/** `lower_email` beside `email`. */
function sameNames(table: TableFacts, of: string) {
  return hostColumnsOf(table)
    .filter(({ words }) =>
      new RegExp(`^(lower|lowercase|normali[sz]ed|upper)${collapsed(of)}$`, 'u').test(words.whole),
    )
    .map(({ name, words }) => ({
      column: name,
      of,
      how:
        /^upper/u.test(words.whole) ||
        (/^normal/u.test(words.whole) && (columnOf(table, name)?.statistics?.lower ?? 1) === 0)
          ? ('upper' as const)
          : ('lower' as const),
      rows: 3,
      equal: 3,
    }));
}

/** The group that all people are in, or that most are. */
function ofGroup(
  { through, user, group, groups, key, name, people, members, alsoGroup = {} }: Grouping,
  references: readonly Reference[],
  keyFor: KeyFor,
): Proposal[] {
  const reference = references.find(({ table, column }) => table.id === through && column === user);
  const usual = members.filter((one) => !ADMIN_VALUE.test(one.name));
  const [best] = usual;
  if (!reference || !best || people < 3 || best.people / people < 0.3) return [];
  const own = [...referringColumns(reference), group];
  // The group of the tenant that the row of the person has, too.
  const shared = Object.entries(alsoGroup).flatMap(([column, other]): [string, Value][] => {
    const to = reference.also[column];
    return to === undefined ? [] : [[other, { column: to, of: 'users' }]];
  });
  const relatedTo = (chosen: string) => ({
    table: through,
    match: matchOf(reference, 'users'),
    join: 'none' as const,
    present: 'always' as const,
    ...keyFor(reference.table, own),
    insert: {
      [group]: {
        lookup: {
          table: groups,
          where: { ...Object.fromEntries(shared), [name]: { constant: chosen } },
          column: key,
        },
      },
    },
  });
  const counts = members.map((one) => `${one.name}: ${one.people}`).join(', ');
  const written = new Set([...own, ...keyColumns(keyFor(reference.table, own))]);
  const rest = proposeWritten(reference.table, { written, same: [], fields: new Map() }).filter(
    ({ name: one }) => one.startsWith('insert.'),
  );
  if (best.people / people >= 0.9)
    return [
      likely(
        `member.${through}`,
        relatedTo(best.name),
        `${percent(best.people / people)} of the people are in ${best.name} (${counts})`,
      ),
      ...rest,
    ];
  return [
    askedFor(
      `member.${through}`,
      'Which group does a new person get?',
      relatedTo(best.name),
      [
        ...usual.map((one) => ({
          value: relatedTo(one.name),
          evidence: `${one.name}: ${one.people} people`,
        })),
        { value: 'none', evidence: 'none' },
      ],
      counts,
    ),
    ...rest,
  ];
}
