import assert from 'node:assert/strict';
import type { Binding } from '../../src/binding/binding.js';
import { composeBinding } from '../../src/core/scaffold/compose.js';
import type { TableFacts } from '../../src/core/scaffold/facts.js';
import { type GatheredFacts, NOTHING_GATHERED } from '../../src/core/scaffold/gathered.js';
import type { Proposal } from '../../src/core/scaffold/proposal.js';
import { type Answers, proposeAll } from '../../src/core/scaffold/propose.js';
import { type ColumnWords, type Row, tableFacts } from './scaffold-facts.js';

/** What every table of people here has. */
export const PLAIN: Record<string, ColumnWords> = {
  id: 'integer key identity',
  login: 'text(60) unique not null',
  email: 'text(99)',
  password_hash: 'text(99)',
};

export const rowsWith = (count: number, more: (at: number) => Row): Row[] =>
  Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    login: `person${at}`,
    email: `person${at}@corp.example`,
    password_hash: 'x',
    ...more(at),
  }));

interface Around {
  /** Instead of the plain table. */
  users?: TableFacts;
  others?: TableFacts[];
  gathered?: Partial<GatheredFacts>;
  answers?: Answers;
}

/** All that is proposed for a table of people with some more columns, and the binding that comes of it. */
export function allProposed(
  columns: Record<string, ColumnWords>,
  more: (at: number) => Row = () => ({}),
  { users: own, others = [], gathered = {}, answers = new Map() }: Around = {},
): { proposals: Proposal[]; binding: Binding } {
  const users = own ?? tableFacts('public.users', { ...PLAIN, ...columns }, rowsWith(12, more));
  const facts = { tables: [users, ...others], unseen: [] };
  const proposals = proposeAll(users, facts, answers, { ...NOTHING_GATHERED, ...gathered });
  return { proposals, binding: composeBinding(users, facts, proposals, answers, {}) };
}

/** What is proposed by a name. */
export function proposed(...given: Parameters<typeof allProposed>): (name: string) => Proposal {
  const { proposals: all } = allProposed(...given);
  return (name) => all.find((one) => one.name === name) ?? assert.fail(`nothing is proposed for ${name}`);
}
