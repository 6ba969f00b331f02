import type { Condition } from '../../../binding/value.js';
import type { Parent } from '../beside.js';
import { checkedOf, heeding } from '../checks.js';
import {
  type ColumnFacts,
  hostColumnsOf,
  isColumnCalled,
  percent,
  primaryKey,
  shareOf,
  type TableFacts,
  uniqueness,
} from '../facts.js';
import { askedFor, type Choice, likely, type Proposal, sure } from '../proposal.js';
import { EMAIL, PRIMARY, SESSIONS } from '../words/vocabulary.js';
import { isOneEach, matchOf, type Reference } from './references.js';

/** The e-mail address: a column of the people, or of a table with several addresses of each, the primary one first. */
export function proposeEmail(
  users: TableFacts,
  references: readonly Reference[],
  parents: readonly Parent[],
): Proposal[] {
  const own = hostColumnsOf(users).filter((column) => column.kind === 'text' && isAddress(column));
  const [best, second] = own.sort((a, b) => weight(users, b) - weight(users, a));
  if (best) {
    const value = heeding(fieldOf(best), 'email', checkedOf(users.checks, best.name));
    if (second && weight(users, second) >= weight(users, best)) {
      return [
        askedFor(
          'users.email',
          'Which column holds the e-mail address at work?',
          value,
          own.map(choiceOf),
          'several columns look like it',
        ),
      ];
    }
    const other = references.flatMap(({ table }) => {
      const address = hostColumnsOf(table).find((one) => one.kind === 'text' && isColumnCalled(one, EMAIL));
      return address && primaryFlag(table) ? [{ table, address }] : [];
    });
    if (other.length > 0) {
      return [
        askedFor(
          'users.email',
          'Which column holds the e-mail address at work?',
          value,
          [
            choiceOf(best),
            ...other.map(({ table, address }) => ({
              value: fieldOf(address, table.name),
              evidence: `${table.id}.${address.name}, of which one is the primary one`,
            })),
          ],
          'a table of addresses stands beside it',
        ),
      ];
    }
    const certain = isColumnCalled(best, EMAIL) ? sure : likely;
    return [certain('users.email', value, evidenceOf(users, best))];
  }
  for (const reference of references) {
    const { table } = reference;
    const address = hostColumnsOf(table).find(
      (one) =>
        one.kind === 'text' &&
        ((isColumnCalled(one, EMAIL) && (shareOf(one, 'addresses') ?? 1) > 0.5) ||
          (/^(address|adresse|value|direccion)$/u.test(one.words.own) &&
            (shareOf(one, 'addresses') ?? 0) > 0.8)),
    );
    if (address) return inChild(reference, address);
  }
  const beside = parents.flatMap(({ table }) =>
    hostColumnsOf(table)
      .filter((column) => column.kind === 'text' && isAddress(column))
      .map((column) => ({ value: fieldOf(column, table.name), evidence: `${table.id}.${column.name}` })),
  );
  const [one] = beside;
  if (one && beside.length === 1)
    return [likely('users.email', one.value, `${one.evidence}, which each account refers to`)];
  if (one) {
    return [
      askedFor(
        'users.email',
        'Which column holds the e-mail address?',
        one.value,
        beside,
        'each account refers to a row with an address',
      ),
    ];
  }
  return unnamed(users, references, parents);
}

/** Addresses in columns without such a name. */
function unnamed(
  users: TableFacts,
  references: readonly Reference[],
  parents: readonly Parent[],
): Proposal[] {
  const holds = (column: ColumnFacts) =>
    column.kind === 'text' &&
    (shareOf(column, 'addresses') ?? 0) > 0.8 &&
    (column.statistics?.filled ?? 0) > 1;
  const own = hostColumnsOf(users).filter(holds);
  const [only] = own;
  if (only && own.length === 1)
    return [likely('users.email', fieldOf(only), `${choiceOf(only).evidence}, and no other column does`)];
  const elsewhere = [...references, ...parents].flatMap(({ table }) =>
    SESSIONS.test(table.plain)
      ? []
      : hostColumnsOf(table)
          .filter(holds)
          .map((column) => ({
            value: fieldOf(column, table.name),
            evidence: `${table.id}.${choiceOf(column).evidence}`,
          })),
  );
  const choices = [...own.map(choiceOf), ...elsewhere];
  if (choices.length === 0) return [likely('users.email', null, 'no column looks like an e-mail address')];
  return [
    askedFor(
      'users.email',
      'Which column holds the e-mail address?',
      choices[0]?.value ?? null,
      [...choices.slice(0, 8), { value: 'none', evidence: 'none of them' }],
      'no column is named like an e-mail address, but some contain addresses',
    ),
  ];
}

function inChild(reference: Reference, address: ColumnFacts): Proposal[] {
  const { table } = reference;
  const primary = primaryFlag(table);
  const where: Condition | undefined = primary && { column: primary.name, in: [true] };
  const key = primaryKey(table);
  const isOne = isOneEach(reference);
  return [
    likely(
      'users.email',
      fieldOf(address, table.name),
      `${table.id}.${address.name}: ${percent(shareOf(address, 'addresses') ?? 0)} look like addresses${primary ? `, the one with ${primary.name}` : ''}`,
    ),
    likely(
      `member.${table.id}`,
      {
        table: table.id,
        match: matchOf(reference, 'users'),
        ...(where && { where }),
        join: where || isOne ? 'optional' : 'first',
        ...(!where && !isOne && key !== undefined && { order: key }),
        present: isOne ? 'always' : 'email',
      },
      'holds the e-mail addresses; a new person gets a row',
    ),
  ];
}

/** What tells the one address of several by which a person is known. */
const primaryFlag = (table: TableFacts): ColumnFacts | undefined =>
  hostColumnsOf(table).find((column) => column.kind === 'boolean' && isColumnCalled(column, PRIMARY));

const fieldOf = ({ name, length }: ColumnFacts, of?: string) => ({
  read: { column: name, ...(of !== undefined && { of }) },
  ...(length !== null && length < LONG && { maxLength: length }),
});

/** Longer addresses there are none. */
const LONG = 254;

const choiceOf = (column: ColumnFacts): Choice => ({
  value: fieldOf(column),
  evidence: `${column.name}: ${percent(shareOf(column, 'addresses') ?? 0)} look like addresses`,
});

function isAddress(column: ColumnFacts): boolean {
  const share = shareOf(column, 'addresses');
  if (isColumnCalled(column, EMAIL)) return share === undefined || share >= 0.3;
  return false;
}

const weight = (users: TableFacts, column: ColumnFacts) =>
  (EMAIL.test(column.words.bare) || EMAIL.test(column.words.whole) ? 2 : 1) +
  (uniqueness(users, column.name) ? 1 : 0);

function evidenceOf(users: TableFacts, column: ColumnFacts): string {
  const share = shareOf(column, 'addresses');
  const unique = uniqueness(users, column.name);
  return [
    `the only column with such a name`,
    ...(unique ? [unique === 'alone' ? 'unique' : 'unique with others'] : []),
    ...(share === undefined ? [] : [`${percent(share)} look like addresses`]),
  ].join(', ');
}
