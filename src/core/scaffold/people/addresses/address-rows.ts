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
import { askedForFirst, mostRows, tellsRows } from './first-rows.js';

/** A table with addresses of people, and its column with them. */
export interface AddressTable {
  reference: Reference;
  address: ColumnFacts;
}

/**
 * Tables whose rows are the addresses that people have. What was sent to an address once, or waits for it, is none. Nor is
 * a table with several addresses of each person of which none could be written, because nothing tells them apart.
 */
export function addressTables(
  references: readonly Reference[],
  presence: readonly Presence[],
): AddressTable[] {
  const found = references.flatMap((reference, at) => {
    const { table } = reference;
    const address = hostColumnsOf(table).find(isAddressInChild);
    const isFirst = references.findIndex((one) => one.table.id === table.id) === at;
    return address &&
      isFirst &&
      isUsable(reference, presence) &&
      !PASSING.test(table.plain) &&
      !SESSIONS.test(table.plain)
      ? [{ reference, address }]
      : [];
  });
  const primary = found.filter(({ reference }) => primaryFlag(reference.table));
  return primary.length === 1 ? primary : found;
}

/** Whether one row of each person can be written. */
export const isUsable = (reference: Reference, presence: readonly Presence[]): boolean =>
  isOneEach(reference) ||
  primaryFlag(reference.table) !== undefined ||
  tellsRows(reference.table) ||
  mostRows(reference, presence) < 2;

/** Whether the rows may be about other people, such as the customers of a person: several of each, and no addresses by name. */
export const mayBeOfOthers = ({ reference }: AddressTable, presence: readonly Presence[]): boolean =>
  !primaryFlag(reference.table) &&
  !isOneEach(reference) &&
  mostRows(reference, presence) > 1 &&
  !/mail|address|adress|correo|courriel|indirizz/u.test(reference.table.plain);

const PASSING =
  /(log|logs|history|histories|audit|requests?|invites?|invitations?|confirmations?|verifications?|resets?|notifications?|queue|messages?|attempts?|archive|backup|changes?|subscriptions?|identit(y|ies)|externallogins?|ssorecords?|singlesignonrecords?)$/u;

const isAddressInChild = (one: ColumnFacts): boolean =>
  one.kind === 'text' &&
  ((isColumnCalled(one, EMAIL) && (shareOf(one, 'addresses') ?? 1) > 0.5) ||
    (/^(address|adresse|value|direccion)$/u.test(one.words.own) && (shareOf(one, 'addresses') ?? 0) > 0.8));

/** An address that is read from such a table, with the column by which its rows belong to a person. */
export function inChild({ reference, address }: AddressTable): [value: Choice['value'], evidence: string] {
  const { table } = reference;
  const primary = primaryFlag(table);
  const share = percent(shareOf(address, 'addresses') ?? 0);
  return [
    fieldOf(address, table.name),
    `${table.id}.${address.name} by ${reference.column}: ${share} look like addresses${primary ? `, the one with ${primary.name}` : ''}`,
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
  if (!kind) {
    const question = `A person may have several rows in ${table.id}. Which one holds the e-mail address at work?`;
    const choices = [
      {
        present: 'email',
        effect: 'it is changed with the address, deleted with it, and created for a new account',
      },
      { effect: 'rows are neither created nor deleted' },
    ] as const;
    return [askedForFirst(name, reference, { question, choices, most })];
  }
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
export const primaryFlag = (table: TableFacts): ColumnFacts | undefined =>
  hostColumnsOf(table).find((column) => column.kind === 'boolean' && isColumnCalled(column, PRIMARY));

/** A column with addresses as a field. @param of the table beside that of the people that it is in. */
export const fieldOf = ({ name, length }: ColumnFacts, of?: string) => ({
  read: { column: name, ...(of !== undefined && { of }) },
  ...(length !== null && length < LONG && { maxLength: length }),
});

/** Longer addresses there are none. */
const LONG = 254;
