import type { Condition, Value } from '../../../../binding/value.js';
import { type ColumnFacts, columnOf, shareOf, type TableFacts } from '../../facts.js';
import { type GatheredFacts, NOTHING_GATHERED } from '../../gathered.js';
import { askedFor, likely, type Proposal, sure } from '../../proposal.js';
import { unknownKey } from './key-parts.js';
import { keyUnder, untiedOf } from './person-key.js';

/** The key of the people, and who makes its values. */
export function proposeKey(
  users: TableFacts,
  login?: string,
  { keyMakers, isSequenceBehind }: Pick<GatheredFacts, 'keyMakers' | 'isSequenceBehind'> = NOTHING_GATHERED,
  where?: Condition,
): Proposal {
  const found = keyUnder(users, where);
  const column = found && columnOf(users, found.column);
  const tied = found?.others ?? [];
  const keyOf = (name: string, made: 'database' | Value) => ({
    column: name,
    ...(tied.length > 0 && { with: [...tied] }),
    made,
  });
  if (!column) {
    const { choices, evidence } = unknownKey(users, untiedOf(users, where), (name) =>
      keyOf(name, 'database'),
    );
    return askedFor(
      'users.key',
      `Which column of ${users.id} identifies an account for good?`,
      null,
      choices,
      evidence,
    );
  }
  const makers = keyMakers.map(({ value, evidence }) => ({ value: keyOf(column.name, value), evidence }));
  if (isSequenceBehind) {
    return askedFor(
      'users.key',
      `Who makes the value of ${column.name} for a new account?`,
      makers[0]?.value ?? keyOf(column.name, 'database'),
      [...makers, { value: keyOf(column.name, 'database'), evidence: 'the default of the column' }],
      "The column's default uses a sequence that is behind the highest key. The application probably gets its keys elsewhere.",
    );
  }
  if (column.generated || hasDefault(column)) {
    return sure('users.key', keyOf(column.name, 'database'), 'the primary key, which the database makes');
  }
  if (column.name === login) {
    return likely('users.key', keyOf(column.name, { field: 'login' }), 'the primary key is the login name');
  }
  const [maker, ...others] = keyMakers;
  if (maker?.isNamed && !others.some(({ isNamed }) => isNamed)) {
    return likely('users.key', keyOf(column.name, maker.value), `the primary key; ${maker.evidence}`);
  }
  const made = madeFor(column);
  if (!made) {
    return askedFor(
      'users.key',
      `Who makes the value of ${column.name} for a new account?`,
      makers[0]?.value ?? null,
      [
        ...makers,
        { value: keyOf(column.name, 'database'), evidence: 'a trigger of the database' },
        ...(column.kind === 'text'
          ? [{ value: keyOf(column.name, { field: 'login' }), evidence: 'the key is the login name' }]
          : []),
      ],
      'the primary key has no default',
    );
  }
  return likely('users.key', keyOf(column.name, made.value), `the primary key; ${made.why}`);
}

/** An empty text, blanks or a zero are no key. */
const hasDefault = ({ default: text }: ColumnFacts): boolean =>
  text !== null && !/^\(*(N?' *'|0)\)*(::[\w ]+(\(\d+\))?)?\)*$/.test(text);

/** What an application that makes its keys itself writes, from what they look like. */
export function madeFor(column: ColumnFacts): { value: Value; why: string } | undefined {
  const { kind, length, statistics } = column;
  if (kind === 'guid') return { value: { guid: {} }, why: 'a GUID that the application makes' };
  if (kind !== 'text' || !statistics) return undefined;
  const isLower = (shareOf(column, 'lower') ?? 1) >= (shareOf(column, 'upper') ?? 0);
  const style = { case: isLower ? ('lower' as const) : ('upper' as const) };
  if ((shareOf(column, 'guids') ?? 0) >= 0.9) return { value: { guid: style }, why: 'all are GUIDs as text' };
  const { shortest, longest } = statistics;
  if (shortest === 32 && longest === 32 && (shareOf(column, 'hex') ?? 0) >= 0.9) {
    return { value: { guid: { ...style, hyphens: false } }, why: 'all are GUIDs without hyphens' };
  }
  if (shortest !== null && shortest === longest && shortest >= 16) {
    return {
      value: { random: { length: shortest, alphabet: isLower ? LOWER : UPPER } },
      why: `all are text of ${shortest} characters that the application makes`,
    };
  }
  if (
    statistics.spaced === 0 &&
    statistics.addresses === 0 &&
    (length ?? 36) >= 32 &&
    /uuid|guid/.test(column.words.whole)
  ) {
    return { value: { guid: { case: 'lower' } }, why: 'named as a UUID, which the application makes' };
  }
  if (statistics.filled === 0 && (length ?? 36) >= 36 && /^(id|uuid|guid)$/.test(column.words.own)) {
    return {
      value: { guid: { case: 'lower' } },
      why: 'text without a default; there are no rows to compare',
    };
  }
  return undefined;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
