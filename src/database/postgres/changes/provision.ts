import {
  accountNames,
  type ChangedHostUser,
  type Expectation,
  filledIn,
  type HostWrite,
  type NewHostUser,
  type ProvisionWrites,
} from '../../dialect/provision-writes.js';
import { bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import { type Columns, insertInto, named, updateOf } from '../../sql/statements.js';
import { postgresHostKey } from './host-key.js';

/** Where a new host user's id is kept from one statement to the next: a setting that the transaction ends. */
export const MADE = 'scimctl.made';

export const HOST_ID = 'cast(h.user_id as varchar(128)) collate "default"';

/** See `Dialect.readBack`. */
export const postgresReadBack = (name: string): Fragment => raw(`r.${name}`);

/**
 * See `Dialect.provision`. The parts of one statement see the database as it was before, so what the host made
 * of a write is read by the next, which fails by a function of ours.
 */
export function postgresProvision(writes: ProvisionWrites): Fragment[] {
  const { host, identity, event, tables } = writes;
  if (!host) {
    const parts = [
      ...(identity ? [sql`link as (${linkOf(tables.identity, identity)})`] : []),
      sql`trail as (${insertInto(tables.event, event)})`,
    ];
    return [sql`with ${joined(parts, ',\n')} select 1 as done`];
  }
  const write = 'insert' in host ? making(writes, host) : changing(writes, host);
  const isNew: Columns = 'insert' in host ? { host_user_id: raw('r.made_id') } : {};
  const noted = Object.fromEntries(
    host.notes.map(({ column, planned, value }) => [column, value(bound(planned))]),
  );
  const found = 'insert' in host ? madeFrom(writes, host) : changedFrom(writes, host);
  const parts = [
    sql`r as (select ${raw(named(host.read))} from ${found})`,
    ...(identity ? [sql`link as (${linkOf(tables.identity, identity, { ...noted, ...isNew })})`] : []),
    ...(host.followers
      ? [sql`others as (${updateOf(tables.identity, accountNames(noted), host.followers, 'r')})`]
      : []),
    sql`trail as (${insertInto(
      tables.event,
      { ...event, details: postgresDetails(bound(event.details), host.read) },
      takenWrites(tables.refuse, host, ({ planned }) => bound(planned)),
    )})`,
  ];
  return [write, sql`with ${joined(parts, ',\n')} select * from r`];
}

const making = ({ tables }: ProvisionWrites, { insert }: NewHostUser): Fragment =>
  sql`with h as (${insertInto(tables.hostUser, insert)} returning *)
    select set_config('${raw(MADE)}', coalesce((select ${raw(HOST_ID)} from h), ''), true)`;

function changing({ tables }: ProvisionWrites, { update, userId }: ChangedHostUser): Fragment {
  const exact = 'user_id = ? and cast(user_id as varchar(128)) collate "default" = ?';
  return updateOf(tables.hostUser, update, { sql: exact, bindings: [userId, userId] });
}

/** The row that was made: by the id that the host's trigger said, or else by its login name. Always one row. */
function madeFrom({ tables }: ProvisionWrites, { type, found }: NewHostUser & HostWrite): Fragment {
  const hostUser = raw(tables.hostUser);
  const key = postgresHostKey('m.id', type);
  const isMade = raw(`${key === undefined ? '' : `h.user_id = ${key} and `}${HOST_ID} = m.id`);
  return sql`(select coalesce(nullif(current_setting('${raw(MADE)}', true), ''),
      (select max(${raw(HOST_ID)}) from ${hostUser} h where ${found})) as id) m
    left join ${hostUser} h on ${isMade}`;
}

/** The row that was changed. Always one row. */
const changedFrom = ({ tables }: ProvisionWrites, { userId }: ChangedHostUser): Fragment =>
  sql`(select 1 as one) m
    left join ${raw(tables.hostUser)} h on h.user_id = ${bound(userId)} and ${raw(HOST_ID)} = ${bound(userId)}`;

function linkOf(table: string, identity: NonNullable<ProvisionWrites['identity']>, more?: Columns): Fragment {
  const source = more && 'r';
  return 'insert' in identity
    ? insertInto(table, { ...identity.insert, ...more }, source === undefined ? undefined : raw(source))
    : updateOf(
        table,
        { ...identity.update, ...more },
        sql`identity_id = ${bound(identity.identityId)}`,
        source,
      );
}

/**
 * The rows `r` as a source; the statement fails where an expectation does not hold of one. The function that refuses is
 * called for such a row alone: a call for each row takes longer than all else that the statement does.
 */
export const takenWrites = (
  refuse: string,
  host: Pick<HostWrite, 'expected'>,
  plannedOf: (one: Expectation) => Fragment,
): Fragment =>
  sql`(select r.*, ${ignoredColumn(host, plannedOf)} as ignored from r) r
    where case when r.ignored is null then true else ${raw(refuse)}(r.ignored) end`;

/** The column of the first expectation that does not hold; null where all do. */
const ignoredColumn = (
  { expected }: Pick<HostWrite, 'expected'>,
  plannedOf: (one: Expectation) => Fragment,
): Fragment =>
  sql`case when r.made_id is null then 'user_id'${joined(
    expected.map(
      (one) => sql` when not coalesce((${one.holds(plannedOf(one))}), false) then '${raw(one.column)}'`,
    ),
    '',
  )} end`;

/** The details of an event, with what `r` has of the host user. */
export const postgresDetails = (details: Fragment, read: HostWrite['read']): Fragment =>
  filledIn(details, read, (text) => `'${text}'`, {
    text: (name) => `coalesce(cast(to_json(cast(r.${name} as text)) as text), 'null')`,
    flag: (name) => `case r.${name} when '1' then 'true' when '0' then 'false' else 'null' end`,
  });
