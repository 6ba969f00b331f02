import type { Field } from '../../../binding/binding.js';
import type { Value } from '../../../binding/value.js';
import type { Parent } from '../beside.js';
import {
  type ColumnFacts,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  shareOf,
  type TableFacts,
} from '../facts.js';
import { likely, type Proposal, sure } from '../proposal.js';
import { qualified } from '../state/elsewhere.js';
import * as called from '../words/vocabulary.js';

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
  const [given] = [...find(called.GIVEN), ...(strongFamily ? find(called.GIVEN_BESIDE_FAMILY) : [])];
  // `realname` beside a first name is the rest of it.
  const rest =
    given && !strongFamily
      ? find(called.DISPLAY_STRONG).filter((one) => (shareOf(one, 'spaced') ?? 1) < 0.3)
      : [];
  const family =
    strongFamily ??
    (rest.length === 1 ? rest[0] : undefined) ??
    (given && find(called.FAMILY_BESIDE_GIVEN).find((one) => (shareOf(one, 'spaced') ?? 1) < 0.3));
  const display =
    find(called.DISPLAY_STRONG).find((one) => one !== family) ??
    find(called.DISPLAY_WEAK).find((one) => one !== given && one !== family) ??
    (given || family ? undefined : find(called.NICKNAME).find((one) => (filledShare(one) ?? 0) >= 0.9));
  const nick = find(called.NICKNAME).find((one) => one !== display);
  const preferred = !given && display ? find(called.PREFERRED)[0] : undefined;
  const first = given ?? preferred;
  if (!display && !given && !family) {
    const beside = parents.flatMap(({ table }) => besideNames(table));
    if (beside.length > 0) return beside;
  }
  return [
    ...displayProposals(users, { display, nick, given, family, ...taken }),
    nameProposal(
      'users.given-name',
      'givenName',
      'first-word',
      first,
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
