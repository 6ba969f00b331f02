import type { Value } from '../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, type TableFacts } from '../facts.js';
import { personKey } from '../people/keys/person-key.js';
import { askedFor, likely, type Proposal } from '../proposal.js';
import { KEY_OF_API, SIGN_IN_TOKEN, SIGN_INS } from '../words/vocabulary.js';
import { LETTERS } from './texts.js';
import { part } from './written.js';

/** More columns than these are not asked about. */
const MOST_ASKED = 2;

/**
 * Columns of the people themselves that remember a sign-in, such as `remember_token`: disabling empties them, so that an
 * open session ends. Whether keys of programs go as well, only a person knows: the application makes no new ones. Neither
 * does a name such as `tokens` say whether they are those of sign-ins.
 */
export function proposeRemembered(users: TableFacts, taken: ReadonlySet<string>): Proposal[] {
  const columns = hostColumnsOf(users).filter(
    ({ kind, generated, name }) =>
      ['text', 'guid', 'binary', 'json'].includes(kind) &&
      generated === null &&
      !taken.has(name) &&
      name !== personKey(users)?.column,
  );
  const named = ({ name }: ColumnFacts) => `disable.${users.id}.${part(name)}`;
  const tokens = columns.filter(({ words, kind }) => kind !== 'json' && SIGN_IN_TOKEN.test(words.bare));
  const keys = columns.filter(
    (column) =>
      KEY_OF_API.test(column.words.bare) &&
      column.kind !== 'json' &&
      !tokens.includes(column) &&
      isOfSome(column),
  );
  const documents = columns.filter(
    ({ kind, words, statistics }) =>
      (kind === 'json' || kind === 'text') && SIGN_INS.test(words.bare) && (statistics?.filled ?? 0) > 0,
  );
  return [
    ...tokens.flatMap((column) => {
      const value = emptied(column);
      return value
        ? [likely(named(column), value, `The name of ${column.name} suggests that it keeps a user signed in`)]
        : [];
    }),
    ...keys
      .slice(0, MOST_ASKED)
      .flatMap((column) => asked(named(column), column, 'looks like an API key by its name')),
    ...documents
      .slice(0, MOST_ASKED)
      .flatMap((column) => asked(named(column), column, 'may hold the sign-ins of a user by its name')),
  ];
}

function asked(name: string, column: ColumnFacts, why: string): Proposal[] {
  const value = emptied(column);
  const rows = column.statistics?.filled ?? 0;
  if (!value) return [];
  return [
    askedFor(
      name,
      `Should disabling an account also clear ${column.name}?`,
      value,
      [
        { value, evidence: 'yes: the person needs a new one after a return' },
        { value: 'none', evidence: 'no: the application refuses it while the account is disabled' },
      ],
      `${column.name} ${why}; ${rows} ${rows === 1 ? 'row has' : 'rows have'} one`,
    ),
  ];
}

/** Where every row has one, the application makes it with the account, and it says nothing of a sign-in. */
const isOfSome = ({ statistics }: ColumnFacts): boolean =>
  statistics !== undefined &&
  statistics.filled - statistics.empty > 0 &&
  statistics.filled - statistics.empty < statistics.rows;

/** Nothing, or else what no cookie has. */
function emptied({ nullable, kind, length, statistics, default: usual }: ColumnFacts): Value | undefined {
  if (nullable) return { constant: null };
  const [empty] = /\{\}|\[\]/.exec(usual ?? '') ?? [];
  if (empty) return { constant: empty };
  if (kind === 'guid') return { guid: {} };
  if (kind !== 'text') return undefined;
  if ((statistics?.empty ?? 0) > 0) return { constant: '' };
  return { random: { length: Math.min(statistics?.longest ?? 40, length ?? 64, 64), alphabet: LETTERS } };
}
