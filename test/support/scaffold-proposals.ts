import assert from 'node:assert/strict';
import type { TableFacts } from '../../src/core/scaffold/facts.js';
import { type GatheredFacts, NOTHING_GATHERED } from '../../src/core/scaffold/gathered.js';
import type { Proposal } from '../../src/core/scaffold/proposal.js';
import { proposeAll } from '../../src/core/scaffold/propose.js';
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

/** What is proposed for a table of people with some more columns. */
export function proposed(
  columns: Record<string, ColumnWords>,
  more: (at: number) => Row = () => ({}),
  { others = [], gathered = {} }: { others?: TableFacts[]; gathered?: Partial<GatheredFacts> } = {},
): (name: string) => Proposal {
  const users = tableFacts('public.users', { ...PLAIN, ...columns }, rowsWith(12, more));
  const tables = [users, ...others];
  const all = proposeAll(users, { tables, unseen: [] }, new Map(), { ...NOTHING_GATHERED, ...gathered });
  return (name) => all.find((one) => one.name === name) ?? assert.fail(`nothing is proposed for ${name}`);
}
