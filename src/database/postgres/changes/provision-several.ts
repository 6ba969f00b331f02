import type { HostWrite, NewHostUser, ProvisionWrites } from '../../dialect/provision-writes.js';
import { type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import { type Columns, named, value } from '../../sql/statements.js';
import { changingSeveral } from './change-several.js';
import { postgresHostKey } from './host-key.js';
import { postgresLists } from './lists.js';
import { fromLists, listOf, listsOf, planLists, quotedNames, sameKeys } from './lists-of.js';
import { MADE, takenWrites } from './provision.js';

/** What makes a host user and its link. */
type NewUser = ProvisionWrites & { host: NewHostUser & HostWrite; identity: { insert: Columns } };

/** See `Dialect.provisionSeveral`. */
export const postgresProvisionSeveral = (several: readonly ProvisionWrites[]): Fragment[] | undefined =>
  makingSeveral(several) ?? changingSeveral(several);

/**
 * The host says which new row is which by its login name alone. Where not exactly that name came back, or came
 * without an id, the user has no row to be read back, and the statement fails; where it came twice, the link is there
 * already, and it fails by that.
 */
function makingSeveral(several: readonly ProvisionWrites[]): Fragment[] | undefined {
  const [first] = several;
  if (!first || !several.every((one) => isLike(first, one))) return undefined;
  const users = several as readonly NewUser[];
  const { tables, host, identity, event } = first as NewUser;
  const hostColumns = Object.keys(host.insert);
  const given = Object.keys(identity.insert);
  const eventColumns = Object.keys(event);
  const lists = postgresLists({
    login: listOf(users.map((one) => one.host.insert.login_name)),
    ...planLists(users.map((one) => one.host)),
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
  const write = sql`with h as (insert into ${raw(tables.hostUser)} (${quotedNames(hostColumns)}) values ${joined(
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
link as (insert into ${raw(tables.identity)} (${quotedNames([...given, ...host.notes.map(({ column }) => column), 'host_user_id'])})
  select ${fromLists('i', given, host.read)}, ${joined(
    [...host.notes.map(({ column, value: noted }) => noted(raw(`r.n_${column}`))), raw('r.made_id')],
    ', ',
  )} from r),
trail as (insert into ${raw(tables.event)} (${quotedNames(eventColumns)})
  select ${fromLists('e', eventColumns, host.read)} from ${takenWrites(tables.refuse, host, ({ column }) => raw(`r.p_${column}`))} order by n)
select ${quotedNames(Object.keys(host.read))} from r order by n`;
  return [write, read];
}

/** Whether both make a host user and its link, with the same columns. */
function isLike(one: ProvisionWrites, other: ProvisionWrites): boolean {
  if (!one.host || !other.host || !('insert' in one.host) || !('insert' in other.host)) return false;
  if (!one.identity || !other.identity || !('insert' in one.identity) || !('insert' in other.identity))
    return false;
  return sameKeys(one.host.insert, other.host.insert) && sameKeys(one.identity.insert, other.identity.insert);
}
