import type { Field } from '../../../binding/binding.js';
import { checkedOf, heeding } from '../checks.js';
import {
  type ColumnFacts,
  columnOf,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  isDistinct,
  percent,
  shareOf,
  type TableFacts,
  uniqueness,
} from '../facts.js';
import { askedFor, likely, type Proposal, sure } from '../proposal.js';
import { LOGIN_STRONG, LOGIN_WEAK, PASSWORD } from '../words/vocabulary.js';
import { personKey } from './keys/person-key.js';

/** The name with which people sign in; the e-mail address where there is no other. */
export function proposeLogin(users: TableFacts, email: string | undefined): Proposal {
  const scored = hostColumnsOf(users)
    .filter(({ kind, name, generated }) => kind === 'text' && name !== email && generated === null)
    .map((column) => ({ column, score: scoreOf(users, column) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const [best, second] = scored;
  if (!best) {
    if (email === undefined) {
      const some = hostColumnsOf(users).filter((column) => mayBeLogin(users, column, email));
      return askedFor(
        'users.login',
        'With which column do people sign in?',
        null,
        some.map(({ name }) => ({ value: fieldOf(users, name), evidence: `${name}: each row has its own` })),
        'no column looks like a login name',
      );
    }
    const others = hostColumnsOf(users).filter((column) => mayBeLogin(users, column, email));
    const own = columnOf(users, email);
    // Not by an address that some lack, where another column has a name for each.
    if (others.length > 0 && own && !uniqueness(users, email) && (filledShare(own) ?? 1) < 1) {
      return askedFor(
        'users.login',
        'With which column do people sign in?',
        fieldOf(users, others[0]?.name ?? email),
        [...others.map(({ name }) => name), email].map((name) => ({
          value: fieldOf(users, name),
          evidence: `${name}: ${name === email ? 'the e-mail address, which some rows lack' : 'each row has its own'}`,
        })),
        'no column is named like a login name',
      );
    }
    return likely(
      'users.login',
      fieldOf(users, email),
      `no column looks like a login name; ${email} is${uniqueness(users, email) ? '' : ' not'} unique`,
    );
  }
  const lead = best.score - (second?.score ?? 0);
  const value = fieldOf(users, best.column.name);
  const isStrong = isColumnCalled(best.column, LOGIN_STRONG);
  if (lead < 2) {
    return askedFor(
      'users.login',
      'With which column do people sign in?',
      value,
      scored.map(({ column }) => ({
        value: fieldOf(users, column.name),
        evidence: evidenceOf(users, column),
      })),
      'several columns look like login names',
    );
  }
  const isSure =
    isStrong && lead >= 4 && uniqueness(users, best.column.name) !== undefined && !isSpaced(best.column);
  return (isSure ? sure : likely)('users.login', value, evidenceOf(users, best.column));
}

/** Every row has a value of its own, without spaces. */
const mayBeLogin = (users: TableFacts, column: ColumnFacts, email: string | undefined): boolean =>
  column.kind === 'text' &&
  column.name !== email &&
  column.generated === null &&
  (isDistinct(column) === true || personKey(users)?.column === column.name) &&
  (filledShare(column) ?? 0) === 1 &&
  (shareOf(column, 'spaced') ?? 1) === 0 &&
  (shareOf(column, 'hex') ?? 0) < 0.5 &&
  (shareOf(column, 'guids') ?? 0) < 0.5 &&
  !PASSWORD.test(column.words.whole);

/** An e-mail address may be longer. */
const lengthOf = (users: TableFacts, column: string): Pick<Field, 'maxLength'> => {
  const length = columnOf(users, column)?.length ?? null;
  return length !== null && length < 254 ? { maxLength: length } : {};
};

/** Two people never sign in by one name, also where no index says so. */
const fieldOf = (users: TableFacts, column: string): Field =>
  heeding(plainField(users, column), 'login', checkedOf(users.checks, column));

const plainField = (users: TableFacts, column: string): Field => ({
  read: { column },
  ...lengthOf(users, column),
  ...(!uniqueness(users, column) && { unique: 'ignoring-case' as const }),
});

const isSpaced = (column: ColumnFacts) => (shareOf(column, 'spaced') ?? 0) > 0.5;

function scoreOf(users: TableFacts, column: ColumnFacts): number {
  const { whole, bare, own } = column.words;
  const strong = [whole, bare, own].some((name) => LOGIN_STRONG.test(name));
  if (!strong && ![whole, bare].some((name) => LOGIN_WEAK.test(name))) return 0;
  const unique = uniqueness(users, column.name);
  // A name that need not be unique is a name.
  if (!strong && unique === undefined) return 0;
  let score = strong ? 6 : 2;
  if (strong && /log[io]n|sign|account|acct|kennung|anmelde|denglu|zhanghao|登录|账号|ログイン/u.test(bare))
    score += 2;
  if (unique) score += unique === 'alone' ? 4 : 3;
  const distinct = isDistinct(column);
  if (distinct === true) score += 2;
  if (distinct === false && !unique) score -= 2;
  if (isSpaced(column)) score -= 6;
  if ((filledShare(column) ?? 1) < 0.4) score -= 6;
  return score;
}

function evidenceOf(users: TableFacts, column: ColumnFacts): string {
  const unique = uniqueness(users, column.name);
  const distinct = isDistinct(column);
  const addresses = shareOf(column, 'addresses');
  return [
    `${column.name} is named like a login name`,
    ...(unique ? [unique === 'alone' ? 'unique' : 'unique with others'] : []),
    ...(!unique && distinct !== undefined
      ? [distinct ? 'no value twice in the sample' : 'some values twice']
      : []),
    ...(addresses ? [`${percent(addresses)} look like addresses`] : []),
  ].join(', ');
}
