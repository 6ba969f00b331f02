import { parentsOf } from '../beside.js';
import type { HostFacts, TableFacts } from '../facts.js';
import type { RowsBeside } from '../policies.js';
import { memberTable, type Proposal } from '../proposal.js';
import { isAccountOfEach, type Reference } from './references.js';

/** Rows that every person has beside, and that a new one may need: those that are bound, and those that are not. */
export function rowsBeside(
  users: TableFacts,
  facts: HostFacts,
  byLogin: readonly Reference[],
  proposals: readonly Proposal[],
  answers: ReadonlyMap<string, unknown>,
): RowsBeside {
  const bound = new Set(
    proposals.flatMap(
      ({ name, value }) => memberTable(name, answers.has(name) ? answers.get(name) : value) ?? [],
    ),
  );
  return {
    bound: facts.tables.filter(({ id }) => bound.has(id)),
    unbound: [
      ...parentsOf(users, facts.tables).map(({ table, column }) => ({
        table,
        why: `${column} refers to it`,
      })),
      ...byLogin
        .filter((one) => isAccountOfEach(one, users))
        .map(({ table, column }) => ({ table, why: `${column} repeats the login` })),
    ].filter(({ table }) => !bound.has(table.id)),
  };
}
