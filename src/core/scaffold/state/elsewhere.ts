import { hostColumnsOf, type TableFacts } from '../facts.js';
import { isOneEach, type Reference } from '../people/references.js';
import { askedFor, type Choice, type Proposal } from '../proposal.js';
import * as called from '../words/vocabulary.js';

/** Columns of one table that say how an account is called in the state that a question is about. */
interface Asked {
  name: string;
  question: string;
  of: (table: TableFacts) => Proposal | undefined;
}

/**
 * The state is in another table, such as the membership of an organisation. Disabling writes there: a person decides.
 * A table with one row for each account comes first.
 */
export function elsewhere(references: readonly Reference[], { name, question, of }: Asked): Proposal {
  const sorted = [...references.filter(isOneEach), ...references.filter((one) => !isOneEach(one))];
  const choices: Choice[] = [];
  for (const { table } of sorted.filter((one) => !called.SESSIONS.test(one.table.plain))) {
    if (choices.length >= MOST || hostColumnsOf(table).length < 2) continue;
    const found = of(table);
    if (!found) continue;
    const own =
      found.choices ?? (found.value === null ? [] : [{ value: found.value, evidence: found.evidence }]);
    choices.push(
      ...own.map(({ value, evidence }) => ({
        value: qualified(value, table.name),
        evidence: `${table.id}: ${evidence}`,
      })),
    );
  }
  return askedFor(
    name,
    question,
    choices[0]?.value ?? null,
    choices.slice(0, MOST),
    'no column of the people says whether they can sign in',
  );
}

const MOST = 8;

/** The columns of a value or condition, as those of another table. */
export function qualified(value: unknown, of: string): unknown {
  if (Array.isArray(value)) return value.map((one) => qualified(one, of));
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([key, one]) => [key, qualified(one, of)]);
  return { ...Object.fromEntries(parts), ...('column' in value && { of }) };
}
