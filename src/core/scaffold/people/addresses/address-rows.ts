import type { Condition } from '../../../../binding/value.js';
import {
  type ColumnFacts,
  hostColumnsOf,
  isColumnCalled,
  percent,
  primaryKey,
  scalarOf,
  shareOf,
  type TableFacts,
  valuesInWords,
} from '../../facts.js';
import type { Presence } from '../../gathered.js';
import { askedFor, type Choice, likely, type Proposal } from '../../proposal.js';
import { EMAIL, PRIMARY, SESSIONS } from '../../words/vocabulary.js';
import { tellsRowsApart } from '../keys/tenants-beside.js';
import { isOneEach, matchOf, type Reference } from '../references.js';

/** A table with addresses of people, and its column with them. */
export interface AddressTable {
  reference: Reference;
  address: ColumnFacts;
}

/** Tables whose rows are the addresses that people have. What was sent to an address once, or waits for it, is none. */
export function addressTables(references: readonly Reference[]): AddressTable[] {
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

/** An address that is read from such a table; it is not written where nothing says which of several rows it is in. */
export function inChild(
  { reference, address }: AddressTable,
  presence: readonly Presence[],
): [value: Choice['value'], evidence: string] {
  const { table } = reference;
  const primary = primaryFlag(table);
  const share = percent(shareOf(address, 'addresses') ?? 0);
  const field = fieldOf(address, table.name);
  return [
    isOneEach(reference) || primary || tellsRows(table) || mostRows(reference, presence) < 2
      ? field
      : { ...field, write: false },
    `${table.id}.${address.name}: ${share} look like addresses${primary ? `, the one with ${primary.name}` : ''}`,
  ];
}

/** The row of a person in a table of addresses, where the address is read from there. */
export function proposeAddressRow(
  of: string | undefined,
  references: readonly Reference[],
  presence: readonly Presence[],
): Proposal[] {
  const reference = references.find(
    ({ table }) => table.name === of && hostColumnsOf(table).some(isAddressInChild),
  );
  if (!reference) return [];
  const { table } = reference;
  const name = `member.${table.id}`;
  const key = primaryKey(table);
  const isOne = isOneEach(reference);
  const most = mostRows(reference, presence);
  const rowOf = (where?: Condition) => ({
    table: table.id,
    match: matchOf(reference, 'users'),
    ...(where && { where }),
    join: where || isOne || !tellsRows(table) ? 'optional' : 'first',
    ...(!where && !isOne && key !== undefined && { order: key }),
    present: isOne ? 'always' : 'email',
  });
  const primary = primaryFlag(table);
  const evidence = 'holds the e-mail addresses; a new person gets a row';
  if (primary) return [likely(name, rowOf({ column: primary.name, in: [true] }), evidence)];
  const kind = isOne ? undefined : tellsRowsApart(reference);
  if (!kind && most < 2) return [likely(name, rowOf(), evidence)];
  if (!kind) return [askedForFirst(name, reference, most)];
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

/** Nothing says which address counts, and a write of the row may delete one that the person gave. */
function askedForFirst(name: string, reference: Reference, most: number): Proposal {
  const { table } = reference;
  const key = primaryKey(table);
  const read = {
    ...{ table: table.id, match: matchOf(reference, 'users'), join: 'first' },
    ...(key !== undefined && { order: key }),
  };
  const first = key === undefined ? 'the first row' : `the row with the lowest ${key}`;
  const written = {
    value: { ...read, present: 'email' },
    evidence: `${first}: it is changed with the address, deleted with it, and created for a new account`,
  };
  const changed = { value: read, evidence: `${first}: rows are neither created nor deleted` };
  const choices = tellsRows(table) ? [written, changed] : [changed];
  return askedFor(
    name,
    `A person may have several rows in ${table.id}. Which one holds the e-mail address at work?`,
    choices[0]?.value ?? null,
    choices,
    `up to ${most} rows for each person, and no column says which one counts`,
  );
}

/** Whether a unique index says which row is which: only then can one of several be written. */
const tellsRows = ({ uniques, columns }: TableFacts): boolean =>
  uniques.some(
    ({ parts, where }) =>
      where === null &&
      parts.every(({ column }) => columns.some(({ name, nullable }) => name === column && !nullable)),
  );

/** The most rows that a person has, as far as they were counted. */
const mostRows = ({ table, column }: Reference, presence: readonly Presence[]): number =>
  presence.find((one) => one.table === table.id && one.column === column)?.most ?? 0;

/** What tells the one address of several by which a person is known. */
export const primaryFlag = (table: TableFacts): ColumnFacts | undefined =>
  hostColumnsOf(table).find((column) => column.kind === 'boolean' && isColumnCalled(column, PRIMARY));

/** A column with addresses as a field. @param of the table beside that of the people that it is in. */
export const fieldOf = ({ name, length }: ColumnFacts, of?: string) => ({
  read: { column: name, ...(of !== undefined && { of }) },
  ...(length !== null && length < LONG && { maxLength: length }),
});

/** Longer addresses there are none. */
const LONG = 254;
