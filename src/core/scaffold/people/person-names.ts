import type { Field } from '../../../binding/binding.js';
import type { Value } from '../../../binding/value.js';
import type { Parent } from '../beside.js';
import {
  type ColumnFacts,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  isDistinct,
  percent,
  shareOf,
  type TableFacts,
} from '../facts.js';
import { askedFor, likely, type Proposal, sure } from '../proposal.js';
import { qualified } from '../state/elsewhere.js';
import * as called from '../words/vocabulary.js';
import { personKey } from './keys/person-key.js';

/** What the columns are used for already. */
interface Taken {
  login: string | undefined;
  email: string | undefined;
}

/** Given, family and display name. A display name that is put together is never written. */
export function proposeNames(users: TableFacts, taken: Taken, parents: readonly Parent[] = []): Proposal[] {
  const texts = hostColumnsOf(users).filter(
    ({ kind, name, generated }) =>
      kind === 'text' && generated === null && name !== taken.login && name !== taken.email,
  );
  const find = (pattern: RegExp) => texts.filter((column) => isColumnCalled(column, pattern));
  const [strongFamily] = find(called.FAMILY);
  const [first] = [...find(called.GIVEN), ...(strongFamily ? find(called.GIVEN_BESIDE_FAMILY) : [])];
  const whole = first && !strongFamily && holdsWholeNames(first) ? first : undefined;
  const given = whole ? undefined : first;
  // `realname` beside a first name is the rest of it.
  const rest =
    given && !strongFamily
      ? find(called.DISPLAY_STRONG).filter((one) => (shareOf(one, 'spaced') ?? 1) < 0.3)
      : [];
  const family =
    strongFamily ??
    (rest.length === 1 ? rest[0] : undefined) ??
    (given && find(called.FAMILY_BESIDE_GIVEN).find((one) => (shareOf(one, 'spaced') ?? 1) < 0.3));
  const strong = find(called.DISPLAY_STRONG).find((one) => one !== family);
  const weak = find(called.DISPLAY_WEAK).find((one) => one !== given && one !== family);
  // What few have beside the name of each is how they want to be called.
  const chosen = strong && weak && isChosenBySome(strong, weak) ? strong : undefined;
  const display =
    (chosen ? weak : strong) ??
    weak ??
    whole ??
    (given || family ? undefined : find(called.NICKNAME).find((one) => (filledShare(one) ?? 0) >= 0.9));
  const nick = find(called.NICKNAME).find((one) => one !== display);
  const preferred = !given && display ? find(called.PREFERRED)[0] : undefined;
  const addressed = given ?? preferred;
  if (!display && !given && !family) {
    const beside = parents.flatMap(({ table }) => besideNames(table));
    if (beside.length > 0) return beside;
  }
  const unnamed =
    display || given || family || nick ? [] : texts.filter((column) => mayBeName(users, column));
  return [
    ...(unnamed.length > 0
      ? [unnamedDisplay(unnamed, taken.login)]
      : displayProposals(users, { display, nick, given, family, ...taken })),
    nameProposal(
      'users.given-name',
      'givenName',
      'first-word',
      addressed,
      given !== undefined && strongFamily !== undefined,
    ),
    nameProposal(
      'users.family-name',
      'familyName',
      'rest',
      family,
      given !== undefined && strongFamily !== undefined,
    ),
  ];
}

/** Several words in most rows, where no column holds the rest of a name. */
const holdsWholeNames = (column: ColumnFacts): boolean => (shareOf(column, 'spaced') ?? 0) > 0.5;

/** Whether a column is filled in by some people only, who have a name in another one as everybody has. */
const isChosenBySome = (chosen: ColumnFacts, name: ColumnFacts): boolean =>
  (filledShare(chosen) ?? 1) < 0.5 &&
  (filledShare(name) ?? 0) >= 0.9 &&
  (shareOf(name, 'spaced') ?? 0) >= 0.3;

/** Two words or more, other ones in each row, and no address. */
const mayBeName = (users: TableFacts, column: ColumnFacts): boolean =>
  (shareOf(column, 'spaced') ?? 0) >= 0.7 &&
  (isDistinct(column) === true || isDistinctWithin(users, column)) &&
  !called.ROLE_NAME.test(column.words.bare) &&
  (column.statistics?.addresses ?? 0) === 0 &&
  (column.statistics?.longest ?? 0) <= 100 &&
  !/address|adress|street|strasse|city|comment|descr|note|motto|slogan|quote|signature|message|reason|status|remark|about|bio|phone|hint|question|agent|token|url|path/u.test(
    column.words.whole,
  );

/** Tenants may have people of the same names. */
function isDistinctWithin(users: TableFacts, { statistics }: ColumnFacts): boolean {
  const others = personKey(users)?.others ?? [];
  const tenants = others.map((name) => users.statistics.get(name)?.distinct ?? 1).reduce((a, b) => a * b, 1);
  const { filled = 0, distinct = 0 } = statistics ?? {};
  return others.length > 0 && filled >= 3 && distinct * tenants >= filled * 0.97;
}

function unnamedDisplay(columns: readonly ColumnFacts[], login: string | undefined): Proposal {
  const choices = columns.map((column) => ({
    value: { read: { column: column.name } },
    evidence: `${column.name}: ${percent(shareOf(column, 'spaced') ?? 0)} have several words`,
  }));
  return askedFor(
    'users.display-name',
    'Which column holds the name that the application shows?',
    choices[0]?.value ?? null,
    [
      ...choices,
      ...(login === undefined
        ? []
        : [{ value: { read: { column: login }, write: false }, evidence: 'the login name' }]),
    ],
    'no column is named like a whole name',
  );
}

/** Names in a table that the people refer to. */
function besideNames(table: TableFacts): Proposal[] {
  const names = proposeNames(table, { login: undefined, email: undefined }).filter(
    ({ value }) => value !== null,
  );
  return names.some(({ name }) => name === 'users.display-name') &&
    names.every(({ value }) => JSON.stringify(value).includes('column'))
    ? names.map((one) => ({ ...one, certainty: 'likely', value: qualified(one.value, table.name) }))
    : [];
}

function nameProposal(
  name: string,
  field: 'givenName' | 'familyName',
  part: 'first-word' | 'rest',
  column: ColumnFacts | undefined,
  isPair: boolean,
): Proposal {
  if (!column) return likely(name, null, 'no column has such a name');
  const value: Field = {
    read: { column: column.name },
    write: {
      firstNonEmpty: [
        { field },
        { part, value: { field: 'displayName' } },
        ...(column.nullable ? [] : [{ constant: blankFor(column) }]),
      ],
    },
    ...(column.length !== null && { maxLength: column.length }),
  };
  return (isPair ? sure : likely)(name, value, `${column.name} has such a name`);
}

/** Where the application has names that are empty, a new one may be. */
const blankFor = ({ statistics }: ColumnFacts) => (statistics && statistics.empty > 0 ? '' : '-');

interface Columns extends Taken {
  display: ColumnFacts | undefined;
  nick: ColumnFacts | undefined;
  given: ColumnFacts | undefined;
  family: ColumnFacts | undefined;
}

function displayProposals(users: TableFacts, columns: Columns): Proposal[] {
  const { display, nick, given, family, login, email } = columns;
  const whole = given && family && template(given, family);
  const chain: Value[] = [
    ...(display && isShown(display)
      ? [{ column: display.name }]
      : nick && whole && isShown(nick)
        ? [{ column: nick.name }]
        : []),
    ...(!display && whole ? [whole] : []),
    ...(!display && !whole ? [given ?? family].flatMap((one) => (one ? [{ column: one.name }] : [])) : []),
  ];
  const needsMore = chain.length === 0 || !isAlwaysThere(display) || !display;
  if (login !== undefined && login !== email && needsMore) chain.push({ column: login });
  if (chain.length === 0 && login !== undefined) chain.push({ column: login });
  if (chain.length === 0) return [];
  const [only] = chain;
  const isOne = chain.length === 1 && only !== undefined && 'column' in only && only.column === display?.name;
  const read: Value = chain.length === 1 && only ? only : { firstNonEmpty: chain };
  const evidence = display
    ? `${display.name} is named like a whole name${isOne ? '' : '; the login name where it is empty'}`
    : whole
      ? `put together from ${given.name} and ${family.name}`
      : 'no column is named like a whole name: the login name';
  const isSure =
    display !== undefined && isColumnCalled(display, called.DISPLAY_STRONG) && isOne && !display.nullable;
  const value: Field = { read, ...(!isOne && { write: false as const }) };
  return [
    (isSure ? sure : likely)('users.display-name', value, evidence),
    ...(display && !isOne
      ? [likely(`insert.${users.id}.${display.name}`, { field: 'displayName' }, 'holds the display name')]
      : []),
  ];
}

const template = (given: ColumnFacts, family: ColumnFacts): Value => ({
  template: '{given} {family}',
  with: { given: { column: given.name }, family: { column: family.name } },
});

const isShown = (column: ColumnFacts) => (filledShare(column) ?? 1) > 0;

const isAlwaysThere = (column: ColumnFacts | undefined) =>
  column !== undefined && !column.nullable && (filledShare(column) ?? 1) === 1;
