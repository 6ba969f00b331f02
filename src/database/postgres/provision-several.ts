import { type List, NEW_HOST_USER, type NewHostUser, type ProvisionWrites } from '../dialect.js';
import { type Fragment, joined, raw, sql } from '../fragment.js';
import { type Columns, named, value } from '../statements.js';
import { postgresLists } from './lists.js';

/** What makes a host user and its link. */
type NewUser = ProvisionWrites & { host: NewHostUser; identity: { insert: Columns } };

/** Columns of our own tables that are not text, as these arrays are. */
const TYPES: Readonly<Record<string, string>> = {
  identity_id: 'uuid',
  service_account_id: 'uuid',
  event_id: 'uuid',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  deprovisioned_at: 'timestamptz',
  occurred_at: 'timestamptz',
  attributes: 'jsonb',
};

/**
 * See `Dialect.provisionSeveral`: one statement, whose parts see the database as it was before. The host says
 * which new row is which by its login name alone. Where not exactly that name came back, or came without an id, the
 * user has no `made_id`, which neither a link nor an event can do without; where it came twice, the link is there
 * already: the statement fails.
 */
export function postgresProvisionSeveral(several: readonly ProvisionWrites[]): Fragment | undefined {
  const [first] = several;
  if (!first || !several.every((one) => isLike(first, one))) return undefined;
  const users = several as readonly NewUser[];
  const { tables, host, identity, event } = first as NewUser;
  const hostColumns = Object.keys(host.insert);
  const [identityColumns, eventColumns] = [Object.keys(identity.insert), Object.keys(event)];
  const given = postgresLists({
    login: listOf(users.map((one) => one.host.insert.login_name)),
    ...listsOf(
      'i',
      identityColumns,
      users.map((one) => one.identity.insert),
    ),
    ...listsOf(
      'e',
      eventColumns,
      users.map((one) => one.event),
    ),
  });
  return sql`with h as (insert into ${raw(tables.hostUser)} (${quoted(hostColumns)}) values ${joined(
    users.map((one) => sql`(${joined(Object.values(one.host.insert).map(value), ', ')})`),
    ', ',
  )} returning *),
made as (select ${raw(named(host.answer))} from h),
placed as (select * from ${given} left join made on made.h_login_name = w.login),
link as (insert into ${raw(tables.identity)} (${quoted([...identityColumns, 'host_user_id'])})
  select ${expressions('i', identityColumns)}, made_id from placed),
trail as (insert into ${raw(tables.event)} (${quoted(eventColumns)})
  select ${expressions('e', eventColumns)} from placed order by n)
select ${quoted(Object.keys(host.answer))} from placed order by n`;
}

const quoted = (names: readonly string[]) => raw(names.map((name) => `"${name}"`).join(', '));

const listOf = (values: readonly unknown[]): List => ({ type: 'text', values: values as List['values'] });

/** Of each column, what all rows have, in their order. */
const listsOf = (
  letter: string,
  columns: readonly string[],
  rows: readonly Columns[],
): Record<string, List> =>
  Object.fromEntries(
    columns.map((name) => [`${letter}_${name}`, listOf(rows.map((row) => row[name] ?? null))]),
  );

const expressions = (letter: string, columns: readonly string[]): Fragment =>
  raw(columns.map((name) => expressionOf(letter, name)).join(', '));

function expressionOf(letter: string, name: string): string {
  const column = `${letter}_${name}`;
  if (letter === 'e' && name === 'details') {
    return `replace(${column}, '"${NEW_HOST_USER}"', cast(to_json(made_id) as text))`;
  }
  return name in TYPES ? `${column}::${TYPES[name]}` : column;
}

/** Whether both make a host user and its link, with the same columns. */
function isLike(one: ProvisionWrites, other: ProvisionWrites): boolean {
  if (!one.host || !other.host || !('insert' in one.host) || !('insert' in other.host)) return false;
  if (!('insert' in one.identity) || !('insert' in other.identity)) return false;
  return sameKeys(one.host.insert, other.host.insert) && sameKeys(one.identity.insert, other.identity.insert);
}

const sameKeys = (one: object, other: object) => Object.keys(one).join() === Object.keys(other).join();
