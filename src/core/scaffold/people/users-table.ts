import { tableName } from '../../../binding/table-name.js';
import { type ColumnFacts, hostColumnsOf, isColumnCalled, type TableFacts } from '../facts.js';
import { askedFor, likely, type Proposal, sure } from '../proposal.js';
import { collapsed, wordsOf } from '../words/names.js';
import * as called from '../words/vocabulary.js';
import { personKey } from './keys/person-key.js';

/** How much a table looks as if its rows were the people who sign in. */
export interface Candidate {
  table: TableFacts;
  score: number;
  /** What speaks for it. */
  reasons: string[];
}

/** From its name and the names of its columns alone, so that only some tables have to be sampled. */
function candidateOf(table: TableFacts, { referenced, people }: Context): Candidate {
  const name = table.plain;
  const columns = hostColumnsOf(table);
  const texts = columns.filter(({ kind }) => kind === 'text');
  const any = (pattern: RegExp, of: readonly ColumnFacts[] = columns) =>
    of.find((column) => isColumnCalled(column, pattern));
  const reasons: string[] = [];
  let score = 0;
  const count = (points: number, found: ColumnFacts | undefined) => {
    if (!found) return;
    score += points;
    reasons.push(found.name);
  };
  const isPeople = called.PEOPLE_TABLE.test(name);
  if (isPeople) score += 6;
  if (isAboutPeople(table)) score -= 6;
  count(4, any(called.LOGIN_STRONG, texts));
  count(3, any(called.EMAIL, texts));
  count(
    4,
    columns.find(({ words, kind }) => kind !== 'instant' && called.PASSWORD.test(words.whole)),
  );
  count(2, any(called.GIVEN, texts) ?? any(called.FAMILY, texts) ?? any(called.DISPLAY_STRONG, texts));
  count(1, any(called.ENABLED) ?? any(called.DISABLED) ?? any(called.STATUS));
  count(2, any(called.LAST_SIGN_IN));
  count(1, any(called.ADMIN));
  score += Math.min(3, referenced.get(table.id) ?? 0);
  // Its rows say more of people who are elsewhere.
  if (refersToPeople(table, people)) score -= 5;
  if (personKey(table) === undefined) score -= 4;
  if (table.rows === 0 && (table.statistics.get(table.columns[0]?.name ?? '')?.rows ?? 0) === 0) score -= 2;
  return { table, score, reasons };
}

const isAboutPeople = ({ name, plain }: TableFacts): boolean =>
  wordsOf(name).some((word) => called.ABOUT_PEOPLE.test(word)) || called.ABOUT_PEOPLE_END.test(plain);

/** A foreign key to a table of people, by a column that says so. */
const refersToPeople = (table: TableFacts, people: ReadonlySet<string>): boolean =>
  table.foreignKeys.some(({ table: [schema, name], columns }) => {
    const column = collapsed(columns[0] ?? '');
    const other = tableName(schema, name);
    return (
      other !== table.id &&
      people.has(other) &&
      !called.WRITTEN_BY.test(column) &&
      /user|account|person|member|benutzer|utilisateur|usuario/u.test(column)
    );
  });

/** What is known of all tables together. */
interface Context {
  /** How many other tables refer to each. */
  referenced: ReadonlyMap<string, number>;
  /** Tables that are called as people are. */
  people: ReadonlySet<string>;
}

/** The tables that may hold people, the likeliest first. */
export function rankedCandidates(tables: readonly TableFacts[]): Candidate[] {
  const referenced = new Map<string, number>();
  for (const table of tables) {
    const others = new Set(table.foreignKeys.map(({ table: [schema, name] }) => tableName(schema, name)));
    for (const other of others)
      if (other !== table.id) referenced.set(other, (referenced.get(other) ?? 0) + 1);
  }
  const people = new Set(tables.filter(({ plain }) => called.PEOPLE_TABLE.test(plain)).map(({ id }) => id));
  return tables
    .map((table) => candidateOf(table, { referenced, people }))
    .filter(({ score }) => score >= LEAST)
    .sort((a, b) => b.score - a.score);
}

const LEAST = 7;

/** Which table holds the people. */
export function proposeUsersTable(candidates: readonly Candidate[]): Proposal {
  const [best, second] = candidates;
  const evidence = (one: Candidate) =>
    `${one.table.id} has ${listed(one.reasons)}${one.table.rows === null ? '' : `, about ${one.table.rows} rows`}`;
  if (!best) {
    return askedFor(
      'users.table',
      'Which table holds the accounts of people?',
      null,
      [],
      'no table has columns that look like a login name, an e-mail address or a password',
    );
  }
  const lead = best.score - (second?.score ?? 0);
  const isNamed = called.PEOPLE_TABLE.test(best.table.plain);
  if (isNamed && best.score >= 13 && lead >= 5) return sure('users.table', best.table.id, evidence(best));
  if (best.score >= 9 && lead >= 3) return likely('users.table', best.table.id, evidence(best));
  return askedFor(
    'users.table',
    'Which table holds the accounts of people?',
    best.table.id,
    candidates.slice(0, 8).map((one) => ({ value: one.table.id, evidence: evidence(one) })),
    candidates.length === 1
      ? 'only one table looks like it, and not clearly'
      : `${candidates.length} tables look alike`,
  );
}

const listed = (names: readonly string[]) =>
  names.length === 0 ? 'the name of a table of people' : [...new Set(names)].join(', ');
