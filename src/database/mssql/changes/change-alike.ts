import type { AlikeWrites } from '../../dialect/provision-writes.js';
import { bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import { type Columns, value } from '../../sql/statements.js';
import { hostId, mssqlHostKey } from './host-key.js';
import { mssqlDetails, THROW_IGNORED } from './provision.js';

/**
 * See `Dialect.changeAlike`: one batch. What was asked for is in one table variable and what was read back in another,
 * so that each value is bound once and the view is asked once.
 */
export function mssqlChangeAlike({ tables, host, identity, event, rows }: AlikeWrites): Fragment[] {
  const key = mssqlHostKey('w.host_id', host.type);
  const isMeant = (column: string) =>
    raw(`${key === undefined ? '' : `${column} = ${key} and `}${hostId(column)} = w.host_id`);
  const asked = rows.map(
    ({ userId, identityId, eventId, targetId, targetName, details }, at) =>
      sql`(${raw(String(at + 1))}, ${joined([userId, identityId, eventId, targetId, targetName, details].map(bound), ', ')})`,
  );
  const changes = Object.entries(host.update).map(([name, one]) => sql`${raw(`"${name}"`)} = ${value(one)}`);
  const names = Object.keys(host.read);
  const expressions = Object.values(host.read).map((one) => `cast(${one} as nvarchar(max))`);
  const ignored = host.expected.map(
    ({ column, planned, holds }) =>
      sql` when (case when ${holds(bound(planned))} then 1 else 0 end) = 0 then N'${raw(column)}'`,
  );
  const link: Columns = {
    ...identity,
    ...Object.fromEntries(
      host.notes.map(({ column, planned, value: note }) => [column, note(bound(planned))]),
    ),
  };
  const linkChanges = Object.entries(link).map(([name, one]) => sql`${raw(`"${name}"`)} = ${value(one)}`);
  const own: Columns = {
    ...event,
    event_id: raw('w.event_id'),
    target_id: raw('w.target_id'),
    target_name: raw('w.target_name'),
    details: mssqlDetails(raw('w.details'), host.read, (name) => `r.${name}`),
  };
  const columns = Object.keys(own).map((name) => `"${name}"`);
  const batch = [
    raw(`declare @w table (n int not null primary key, host_id nvarchar(128) collate Latin1_General_BIN2 not null,
  link_id uniqueidentifier not null, event_id uniqueidentifier not null, target_id nvarchar(128), target_name nvarchar(320), details nvarchar(max) not null)`),
    sql`insert into @w (n, host_id, link_id, event_id, target_id, target_name, details) values ${joined(asked, ', ')}`,
    // In a subquery: a view with an INSTEAD OF trigger cannot be joined in an update.
    sql`update ${raw(tables.hostUser)} set ${joined(changes, ', ')} where exists (select 1 from @w w where ${isMeant('user_id')})`,
    raw(
      `declare @r table (n int not null primary key, ${names.map((name) => `${name} nvarchar(max)`).join(', ')})`,
    ),
    sql`insert into @r (n, ${raw(names.join(', '))}) select w.n, ${raw(expressions.join(', '))}
  from @w w left join ${raw(tables.hostUser)} h on ${isMeant('h.user_id')}`,
    raw('declare @ignored nvarchar(60)'),
    sql`select top 1 @ignored = i.ignored from
  (select r.n, case when r.made_id is null then N'user_id'${joined(ignored, '')} end as ignored from @r r) i
  where i.ignored is not null order by i.n`,
    THROW_IGNORED,
    sql`update i set ${joined(linkChanges, ', ')} from ${raw(tables.identity)} i join @w w on w.link_id = i.identity_id join @r r on r.n = w.n`,
    sql`insert into ${raw(tables.event)} (${raw(columns.join(', '))}) select ${joined(Object.values(own).map(value), ', ')}
  from @w w join @r r on r.n = w.n order by w.n`,
    raw(`select ${names.map((name) => `r.${name}`).join(', ')} from @r r order by r.n`),
  ];
  return [joined(batch, ';\n')];
}
