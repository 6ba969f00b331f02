import { parentsOf } from '../beside.js';
import {
  type ColumnFacts,
  columnOf,
  filledShare,
  type HostFacts,
  hostColumnsOf,
  isColumnCalled,
  type TableFacts,
} from '../facts.js';
import type { Presence } from '../gathered.js';
import type { RowsBeside } from '../policies.js';
import { memberTable, type Proposal } from '../proposal.js';
import { NOT_ABOUT, PASSWORD, SESSIONS } from '../words/vocabulary.js';
import { part } from '../writes/written.js';
import { attributesIn } from './attributes.js';
import { NO_MEMBER } from './members.js';
import { isAccountOfEach, type Reference } from './references.js';

/** Fewer people show no habit. */
const ENOUGH = 8;

/** What is around the people. */
interface Around {
  facts: HostFacts;
  /** By the login name, where nothing declares it. */
  byLogin: readonly Reference[];
  presence: readonly Presence[];
}

/** Rows that every person has beside, and that a new one may need: those that are bound, and those that are not. */
export function rowsBeside(
  users: TableFacts,
  { facts, byLogin, presence }: Around,
  proposals: readonly Proposal[],
  answers: ReadonlyMap<string, unknown>,
): RowsBeside {
  const bound = new Set(
    proposals.flatMap(
      ({ name, value }) => memberTable(name, answers.has(name) ? answers.get(name) : value) ?? [],
    ),
  );
  const parents = parentsOf(users, facts.tables).map(({ table, column }) => ({
    table,
    why: `${column} refers to it`,
  }));
  const repeating = byLogin
    .filter((one) => isAccountOfEach(one, users))
    .map(({ table, column }) => ({ table, why: `${column} repeats the login` }));
  const known = [...parents, ...repeating].map(({ table }) => table.id);
  const present = presence.flatMap((one) => {
    const table = facts.tables.find(({ id }) => id === one.table);
    return table && !known.includes(table.id) && !answers.has(`member.${table.id}`) && isOfEach(table, one)
      ? [{ table, why: `${one.having} of ${one.people} users have one by ${one.column}` }]
      : [];
  });
  const tables = facts.tables.filter(({ id }) => bound.has(id));
  return {
    bound: tables,
    unbound: [...parents, ...repeating, ...present].filter(({ table }) => !bound.has(table.id)),
    encrypted: [users, ...tables].flatMap((table) =>
      hostColumnsOf(table).filter(
        (column) => isOfApplication(column) && !answers.has(`insert.${table.id}.${part(column.name)}`),
      ),
    ),
  };
}

/** Whether the application makes the row with the account, and not while a person works. */
function isOfEach(table: TableFacts, { column, people, having }: Presence): boolean {
  const own = columnOf(table, column);
  return (
    people >= ENOUGH &&
    having >= people * 0.98 &&
    own !== undefined &&
    !isColumnCalled(own, NOT_ABOUT) &&
    !attributesIn(table) &&
    !NO_MEMBER.test(table.plain) &&
    !SESSIONS.test(table.plain)
  );
}

/** Bytes that every row has although none is required, such as a secret: no picture, and no hash that may be empty. */
const isOfApplication = (column: ColumnFacts): boolean =>
  column.kind === 'binary' &&
  column.nullable &&
  column.generated === null &&
  column.default === null &&
  (column.statistics?.rows ?? 0) >= ENOUGH &&
  (filledShare(column) ?? 0) >= 0.98 &&
  !PASSWORD.test(column.words.whole) &&
  !/photo|picture|avatar|image|thumbnail|icon|version|stamp/u.test(column.words.whole);
