import type { Value } from '../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, type TableFacts } from '../facts.js';
import { personKey } from '../people/keys/person-key.js';
import { askedFor, likely, type Proposal } from '../proposal.js';
import { KEY_OF_API, SIGN_IN_TOKEN } from '../words/vocabulary.js';
import { LETTERS } from './texts.js';
import { part } from './written.js';

/** More keys than these are not asked about. */
const MOST_ASKED = 2;

/**
 * Columns of the people themselves that remember a sign-in, such as `remember_token`: disabling empties them, so that an
 * open session ends. Whether keys of programs go as well, only a person knows: the application makes no new ones.
 */
export function proposeRemembered(users: TableFacts, taken: ReadonlySet<string>): Proposal[] {
  const columns = hostColumnsOf(users).filter(
    ({ kind, generated, name }) =>
      ['text', 'guid', 'binary'].includes(kind) &&
      generated === null &&
      !taken.has(name) &&
      name !== personKey(users)?.column,
  );
  const named = ({ name }: ColumnFacts) => `disable.${users.id}.${part(name)}`;
  const tokens = columns.filter(({ words }) => SIGN_IN_TOKEN.test(words.bare));
  const keys = columns.filter(
    (column) => KEY_OF_API.test(column.words.bare) && !tokens.includes(column) && isOfSome(column),
  );
  return [
    ...tokens.flatMap((column) => {
      const value = emptied(column);
      return value
        ? [likely(named(column), value, `The name of ${column.name} suggests that it keeps a user signed in`)]
        : [];
    }),
    ...keys.slice(0, MOST_ASKED).flatMap((column) => {
      const value = emptied(column);
      const rows = column.statistics?.filled ?? 0;
      return value
        ? [
            askedFor(
              named(column),
              `Should disabling an account also clear ${column.name}?`,
              value,
              [
                { value, evidence: 'yes: the person needs a new one after a return' },
                { value: 'none', evidence: 'no: the application refuses it while the account is disabled' },
              ],
              `${column.name} looks like an API key by its name; ${rows} ${rows === 1 ? 'row has' : 'rows have'} one`,
            ),
          ]
        : [];
    }),
  ];
}

/** Where every row has one, the application makes it with the account, and it says nothing of a sign-in. */
const isOfSome = ({ statistics }: ColumnFacts): boolean =>
  statistics !== undefined &&
  statistics.filled - statistics.empty > 0 &&
  statistics.filled - statistics.empty < statistics.rows;

/** Nothing, or else what no cookie has. */
function emptied({ nullable, kind, length, statistics }: ColumnFacts): Value | undefined {
  if (nullable) return { constant: null };
  if (kind === 'guid') return { guid: {} };
  if (kind !== 'text') return undefined;
  if ((statistics?.empty ?? 0) > 0) return { constant: '' };
  return { random: { length: Math.min(statistics?.longest ?? 40, length ?? 64, 64), alphabet: LETTERS } };
}
