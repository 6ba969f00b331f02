import type { AlikeWrites } from '../../dialect/provision-writes.js';
import { bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import { type Columns, named, updateOf, value } from '../../sql/statements.js';
import { postgresRowSource } from '../catalogue/row-source.js';
import { postgresHostKey } from './host-key.js';
import { HOST_ID, postgresDetails, takenWrites } from './provision.js';

/** See `Dialect.changeAlike`: the write, and what reads the accounts back and fails where one of them did not take it. */
export function postgresChangeAlike({ tables, host, identity, event, rows }: AlikeWrites): Fragment[] {
  const hostUser = raw(tables.hostUser);
  const key = postgresHostKey('w.host_id', host.type);
  const isMeant = raw(`${key === undefined ? '' : `h.user_id = ${key} and `}${HOST_ID} = w.host_id`);
  const ids = { host_id: rows.map(({ userId }) => userId) };
  const changes = Object.entries(host.update).map(([name, one]) => sql`${raw(`"${name}"`)} = ${value(one)}`);
  const write = sql`update ${hostUser} h set ${joined(changes, ', ')} from ${postgresRowSource.of(ids)} where ${isMeant}`;
  const lists = postgresRowSource.of({
    ...ids,
    link_id: rows.map(({ identityId }) => identityId),
    event_id: rows.map(({ eventId }) => eventId),
    target_id: rows.map(({ targetId }) => targetId),
    target_name: rows.map(({ targetName }) => targetName),
    details: rows.map(({ details }) => details),
  });
  const noted: Columns = Object.fromEntries(
    host.notes.map(({ column, planned, value: note }) => [column, note(bound(planned))]),
  );
  const isLink = sql`identity_id = cast(r.link_id as uuid)`;
  const own: Columns = {
    ...event,
    event_id: raw('cast(r.event_id as uuid)'),
    target_id: raw('r.target_id'),
    target_name: raw('r.target_name'),
    details: postgresDetails(raw('r.details'), host.read),
  };
  const columns = raw(
    Object.keys(own)
      .map((name) => `"${name}"`)
      .join(', '),
  );
  const read = sql`with r as (select w.*, ${raw(named(host.read))} from ${lists} left join ${hostUser} h on ${isMeant}),
link as (${updateOf(tables.identity, { ...identity, ...noted }, isLink, 'r')}),
trail as (insert into ${raw(tables.event)} (${columns}) select ${joined(Object.values(own).map(value), ', ')}
  from ${takenWrites(tables.refuse, host, ({ planned }) => bound(planned))} order by r.n)
select r.* from r order by r.n`;
  return [write, read];
}
