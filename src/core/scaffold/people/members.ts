import {
  columnOf,
  hostColumnsOf,
  isColumnCalled,
  percent,
  type Reference,
  type TableFacts,
} from '../facts.js';
import type { GatheredFacts, Grouping } from '../gathered.js';
import { askedFor, likely, type Proposal } from '../proposal.js';
import { collapsed } from '../words/names.js';
import { ADMIN_VALUE, EMAIL, PRIMARY, SESSIONS } from '../words/vocabulary.js';
import { proposeWritten } from '../written.js';

const NO_MEMBER =
  /(log|logs|history|audit|session|sessions|token|tokens|notification|notifications|bookmark|bookmarks|favou?rites?|recent|views?)$/u;

/** Rows that every person has in other tables: a new one gets them, too. `taken` are tables that are bound already. */
export function proposeMembers(
  users: TableFacts,
  references: readonly Reference[],
  { presence, groups }: GatheredFacts,
  taken: ReadonlySet<string>,
): Proposal[] {
  const found: Proposal[] = groups.flatMap((one) => (taken.has(one.through) ? [] : ofGroup(one, references)));
  const grouped = new Set(groups.map(({ through }) => through));
  for (const { table, column, to } of references) {
    const seen = presence.find((one) => one.table === table.id && one.column === column);
    if (!seen || taken.has(table.id) || grouped.has(table.id) || seen.people < 3) continue;
    const name = table.plain;
    if (NO_MEMBER.test(name) || SESSIONS.test(name) || seen.having / seen.people < 0.95) continue;
    const flag = hostColumnsOf(table).find((one) => one.kind === 'boolean' && isColumnCalled(one, PRIMARY));
    if (seen.most > 1 && !flag) continue;
    const address = hostColumnsOf(table).find((one) => one.kind === 'text' && isColumnCalled(one, EMAIL));
    const evidence = `${seen.having} of ${seen.people} people have a row`;
    found.push(
      likely(
        `member.${table.id}`,
        {
          table: table.id,
          match: { [column]: { column: to, of: 'users' } },
          ...(flag && { where: { column: flag.name, in: [true] } }),
          join: 'none',
          present: address ? 'email' : 'always',
        },
        evidence,
      ),
      ...proposeWritten(table, {
        written: new Set([column, ...(flag ? [flag.name] : []), ...(address ? [address.name] : [])]),
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
  { through, user, group, groups, key, name, people, members }: Grouping,
  references: readonly Reference[],
): Proposal[] {
  const to = references.find(({ table, column }) => table.id === through && column === user)?.to;
  const usual = members.filter((one) => !ADMIN_VALUE.test(one.name));
  const [best] = usual;
  if (to === undefined || !best || people < 3 || best.people / people < 0.3) return [];
  const relatedTo = (chosen: string) => ({
    table: through,
    match: { [user]: { column: to, of: 'users' } },
    join: 'none' as const,
    present: 'always' as const,
    insert: { [group]: { lookup: { table: groups, where: { [name]: { constant: chosen } }, column: key } } },
  });
  const counts = members.map((one) => `${one.name}: ${one.people}`).join(', ');
  if (best.people / people >= 0.9)
    return [
      likely(
        `member.${through}`,
        relatedTo(best.name),
        `${percent(best.people / people)} of the people are in ${best.name} (${counts})`,
      ),
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
  ];
}
