import { type Fragment, joined, raw, sql } from '../fragment.js';
import type { HostWrite, NewHostUser, ProvisionWrites } from '../provision-writes.js';
import type { List } from '../row-source.js';
import { type Columns, named, value } from '../statements.js';
import { postgresHostKey } from './host-key.js';
import { postgresLists } from './lists.js';
import { MADE, postgresDetails, takenWrites } from './provision.js';

/** What makes a host user and its link. */
type NewUser = ProvisionWrites & { host: NewHostUser & HostWrite; identity: { insert: Columns } };

/** Columns of our own tables that are not text, as these arrays are. */
const TYPES: Readonly<Record<string, string>> = {
  identity_id: 'uuid',
  service_account_id: 'uuid',
  event_id: 'uuid',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  deprovisioned_at: 'timestamptz',
  departed_at: 'timestamptz',
  occurred_at: 'timestamptz',
  attributes: 'jsonb',
};

/**
 * See `Dialect.provisionSeveral`. The host says which new row is which by its login name alone. Where not exactly
 * that name came back, or came without an id, the user has no row to be read back, and the statement fails; where
 * it came twice, the link is there already, and it fails by that.
 */
export function postgresProvisionSeveral(several: readonly ProvisionWrites[]): Fragment[] | undefined {
  const [first] = several;
  if (!first || !several.every((one) => isLike(first, one))) return undefined;
  const users = several as readonly NewUser[];
  const { tables, host, identity, event } = first as NewUser;
  const hostColumns = Object.keys(host.insert);
  const given = Object.keys(identity.insert);
  const eventColumns = Object.keys(event);
  const lists = postgresLists({
    login: listOf(users.map((one) => one.host.insert.login_name)),
    ...Object.fromEntries(
      host.expected.map(({ column }, at) => [
        `p_${column}`,
        listOf(users.map((one) => one.host.expected[at]?.planned)),
      ]),
    ),
    ...Object.fromEntries(
      host.notes.map(({ column }, at) => [
        `n_${column}`,
        listOf(users.map((one) => one.host.notes[at]?.planned)),
      ]),
    ),
    ...listsOf(
      'i',
      given,
      users.map((one) => one.identity.insert),
    ),
    ...listsOf(
      'e',
      eventColumns,
      users.map((one) => one.event),
    ),
  });
  const id = 'cast(h.user_id as varchar(128)) collate "default"';
  const write = sql`with h as (insert into ${raw(tables.hostUser)} (${quoted(hostColumns)}) values ${joined(
    users.map((one) => sql`(${joined(Object.values(one.host.insert).map(value), ', ')})`),
    ', ',
  )} returning *)
select set_config('${raw(MADE)}', coalesce(cast((select json_agg(json_build_object('login', h.login_name, 'id', ${raw(id)})) from h) as text), '[]'), true)`;
  const key = postgresHostKey('m.id', host.type);
  const isMade = raw(`${key === undefined ? '' : `h.user_id = ${key} and `}${id} = m.id`);
  const read = sql`with m as (select * from json_to_recordset(cast(current_setting('${raw(MADE)}') as json)) as m(login text, id text)),
r as (select w.*, ${raw(named(host.read))} from ${lists}
  left join m on m.login = w.login
  left join ${raw(tables.hostUser)} h on ${isMade}),
link as (insert into ${raw(tables.identity)} (${quoted([...given, ...host.notes.map(({ column }) => column), 'host_user_id'])})
  select ${expressions('i', given, host.read)}, ${joined(
    [...host.notes.map(({ column, value: noted }) => noted(raw(`r.n_${column}`))), raw('r.made_id')],
    ', ',
  )} from r),
trail as (insert into ${raw(tables.event)} (${quoted(eventColumns)})
  select ${expressions('e', eventColumns, host.read)} from ${takenWrites(tables.refuse, host, ({ column }) => raw(`r.p_${column}`))} order by n)
select ${quoted(Object.keys(host.read))} from r order by n`;
  return [write, read];
}

const quoted = (names: readonly string[]) => raw(names.map((name) => `"${name}"`).join(', '));

/** Of each column, what all rows have, in their order. */
const listsOf = (
  letter: string,
  columns: readonly string[],
  rows: readonly Columns[],
): Record<string, List> =>
  Object.fromEntries(columns.map((name) => [`${letter}_${name}`, listOf(rows.map((row) => row[name]))]));

const listOf = (values: readonly unknown[]): List => ({
  type: 'text',
  values: values.map((one) => one ?? null) as List['values'],
});

const expressions = (letter: string, columns: readonly string[], read: HostWrite['read']): Fragment =>
  joined(
    columns.map((name) => expressionOf(letter, name, read)),
    ', ',
  );

function expressionOf(letter: string, name: string, read: HostWrite['read']): Fragment {
  const column = `r.${letter}_${name}`;
  if (letter === 'e' && name === 'details') return postgresDetails(raw(column), read);
  return raw(name in TYPES ? `${column}::${TYPES[name]}` : column);
}

/** Whether both make a host user and its link, with the same columns. */
function isLike(one: ProvisionWrites, other: ProvisionWrites): boolean {
  if (!one.host || !other.host || !('insert' in one.host) || !('insert' in other.host)) return false;
  if (!one.identity || !other.identity || !('insert' in one.identity) || !('insert' in other.identity))
    return false;
  return sameKeys(one.host.insert, other.host.insert) && sameKeys(one.identity.insert, other.identity.insert);
}

const sameKeys = (one: object, other: object) => Object.keys(one).join() === Object.keys(other).join();
