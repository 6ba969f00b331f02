import type { Related } from '../../../../binding/binding.js';
import { primaryKey, type TableFacts } from '../../facts.js';
import type { Presence } from '../../gathered.js';
import { askedFor, type Proposal } from '../../proposal.js';
import { matchOf, type Reference } from '../references.js';

/** What is asked about several rows of a person, and when a row is there by each of the choices. */
interface AboutFirst {
  question: string;
  choices: readonly { present?: Related['present']; effect: string }[];
  /** The most rows of one person. */
  most: number;
}

/** Nothing says which row counts, and a write may reach one that the person gave, or that is about somebody else. */
export function askedForFirst(
  name: string,
  reference: Reference,
  { question, choices, most }: AboutFirst,
): Proposal {
  const { table, column } = reference;
  const key = primaryKey(table);
  const row = {
    ...{ table: table.id, match: matchOf(reference, 'users'), join: 'first' },
    ...(key !== undefined && { order: key }),
  };
  const first = `${key === undefined ? 'the first row' : `the row with the lowest ${key}`} by ${column}`;
  const offered = tellsRows(table)
    ? choices.map(({ present, effect }) => ({
        value: { ...row, ...(present && { present }) },
        evidence: `${first}: ${effect}`,
      }))
    : [];
  const evidence = `up to ${most} rows for each person by ${column}, and no column says which one counts`;
  return askedFor(name, question, offered[0]?.value ?? null, offered, evidence);
}

/** Whether a unique index says which row is which: only then can one of several be written. */
export const tellsRows = ({ uniques, columns }: TableFacts): boolean =>
  uniques.some(
    ({ parts, where }) =>
      where === null &&
      parts.every(({ column }) => columns.some(({ name, nullable }) => name === column && !nullable)),
  );

/** The most rows that a person has, as far as they were counted. */
export const mostRows = ({ table, column }: Reference, presence: readonly Presence[]): number =>
  presence.find((one) => one.table === table.id && one.column === column)?.most ?? 0;
