import type { Condition } from '../../../binding/value.js';
import type { Parent } from '../beside.js';
import { checkedOf, heeding } from '../checks.js';
import {
  type ColumnFacts,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  percent,
  primaryKey,
  scalarOf,
  shareOf,
  type TableFacts,
  uniqueness,
  valuesInWords,
} from '../facts.js';
import type { Same } from '../gathered.js';
import { askedFor, type Choice, likely, type Proposal, sure } from '../proposal.js';
import { EMAIL, PRIMARY, SESSIONS } from '../words/vocabulary.js';
import { tellsRowsApart } from './keys/tenants-beside.js';
import { isOneEach, matchOf, type Reference } from './references.js';

/** The e-mail address: a column of the people, or of a table with several addresses of each, the primary one first. */
export function proposeEmail(
  users: TableFacts,
  references: readonly Reference[],
  parents: readonly Parent[],
  same: readonly Same[] = [],
): Proposal[] {
  const own = hostColumnsOf(users).filter((column) => column.kind === 'text' && isAddress(column));
  const [best, second] = own.sort((a, b) => weight(users, b) - weight(users, a));
  if (best) {
    const value = heeding(fieldOf(best), 'email', checkedOf(users.checks, best.name));
    if (second && (weight(users, second) >= weight(users, best) || (isOfAll(second) && isOfAll(best)))) {
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
    const rival = second ?? rivalOf(users, best);
    if (rival && !second && !same.some((one) => repeats(one, rival, best))) {
      return [
        askedFor(
          'users.email',
          'Which column holds the e-mail address at work?',
          value,
          [choiceOf(best), choiceOf(rival)],
          `${rival.name} beside ${best.name} holds addresses, too`,
        ),
      ];
    }
    return [(rival ? likely : sure)('users.email', value, evidenceOf(users, best, rival))];
  }
  const children = addressTables(references);
  const [child] = children;
  if (child && children.length === 1) return [likely('users.email', ...inChild(child))];
  if (child) {
    return [
      askedFor(
        'users.email',
        'Which table holds the e-mail address at work?',
        inChild(child)[0],
        children.map(inChild).map(([value, evidence]) => ({ value, evidence })),
        'several tables hold addresses of people',
      ),
    ];
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

/** A table with addresses of people, and its column with them. */
interface AddressTable {
  reference: Reference;
  address: ColumnFacts;
}

/** Tables whose rows are the addresses that people have. What was sent to an address once, or waits for it, is none. */
function addressTables(references: readonly Reference[]): AddressTable[] {
  const found = references.flatMap((reference) => {
    const address = hostColumnsOf(reference.table).find(isAddressInChild);
    return address && !PASSING.test(reference.table.plain) && !SESSIONS.test(reference.table.plain)
      ? [{ reference, address }]
      : [];
  });
  const primary = found.filter(({ reference }) => primaryFlag(reference.table));
  return primary.length === 1 ? primary : found;
}

const PASSING =
  /(log|logs|history|histories|audit|requests?|invites?|invitations?|confirmations?|verifications?|resets?|notifications?|queue|messages?|attempts?|archive|backup|changes?|subscriptions?|identit(y|ies)|externallogins?|ssorecords?|singlesignonrecords?)$/u;

const isAddressInChild = (one: ColumnFacts): boolean =>
  one.kind === 'text' &&
  ((isColumnCalled(one, EMAIL) && (shareOf(one, 'addresses') ?? 1) > 0.5) ||
    (/^(address|adresse|value|direccion)$/u.test(one.words.own) && (shareOf(one, 'addresses') ?? 0) > 0.8));

function inChild({
  reference: { table },
  address,
}: AddressTable): [value: Choice['value'], evidence: string] {
  const primary = primaryFlag(table);
  const share = percent(shareOf(address, 'addresses') ?? 0);
  return [
    fieldOf(address, table.name),
    `${table.id}.${address.name}: ${share} look like addresses${primary ? `, the one with ${primary.name}` : ''}`,
  ];
}

/** The row of a person in a table of addresses, where the address is read from there. */
export function proposeAddressRow(of: string | undefined, references: readonly Reference[]): Proposal[] {
  const reference = references.find(
    ({ table }) => table.name === of && hostColumnsOf(table).some(isAddressInChild),
  );
  if (!reference) return [];
  const { table } = reference;
  const name = `member.${table.id}`;
  const key = primaryKey(table);
  const isOne = isOneEach(reference);
  const rowOf = (where?: Condition) => ({
    table: table.id,
    match: matchOf(reference, 'users'),
    ...(where && { where }),
    join: where || isOne ? 'optional' : 'first',
    ...(!where && !isOne && key !== undefined && { order: key }),
    present: isOne ? 'always' : 'email',
  });
  const primary = primaryFlag(table);
  const evidence = 'holds the e-mail addresses; a new person gets a row';
  if (primary) return [likely(name, rowOf({ column: primary.name, in: [true] }), evidence)];
  const kind = isOne ? undefined : tellsRowsApart(reference);
  if (!kind) return [likely(name, rowOf(), evidence)];
  const choices = (kind.values ?? []).map(({ value, rows }) => ({
    value: rowOf({ column: kind.name, in: [scalarOf(kind, value)] }),
    evidence: `${kind.name} is ${value}: ${rows} rows`,
  }));
  return [
    askedFor(
      name,
      `A person may have several rows in ${table.id}. Which one holds the e-mail address at work?`,
      choices[0]?.value ?? null,
      choices,
      valuesInWords(kind.name, kind.values ?? []),
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

/** Another column with an address of nearly everybody, such as the one to which mail is delivered; not one in another form. */
const rivalOf = (users: TableFacts, best: ColumnFacts): ColumnFacts | undefined =>
  hostColumnsOf(users).find(
    (column) =>
      column.kind === 'text' &&
      column.name !== best.name &&
      column.generated === null &&
      /mail/u.test(column.words.whole) &&
      !/lower|upper|normali[sz]ed|canonical|folded/u.test(column.words.whole) &&
      isOfAll(column) &&
      (shareOf(column, 'addresses') ?? 0) >= 0.9,
  );

/** Whether both say the same in every row. */
const repeats = ({ column, of, how, rows, equal }: Same, rival: ColumnFacts, best: ColumnFacts): boolean =>
  how === 'same' && rows > 0 && equal === rows && column === rival.name && of === best.name;

/** Nearly every person has one. */
const isOfAll = (column: ColumnFacts): boolean => (filledShare(column) ?? 0) >= 0.9;

function evidenceOf(users: TableFacts, column: ColumnFacts, second: ColumnFacts | undefined): string {
  const share = shareOf(column, 'addresses');
  const unique = uniqueness(users, column.name);
  return [
    second ? `its name says most, beside ${second.name}` : `the only column with such a name`,
    ...(unique ? [unique === 'alone' ? 'unique' : 'unique with others'] : []),
    ...(share === undefined ? [] : [`${percent(share)} look like addresses`]),
  ].join(', ');
}
