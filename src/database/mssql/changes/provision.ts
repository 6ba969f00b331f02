import {
  accountNames,
  filledIn,
  type HostWrite,
  type NewHostUser,
  type ProvisionWrites,
} from '../../dialect/provision-writes.js';
import { bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import { type Columns, insertInto, updateOf } from '../../sql/statements.js';
import { hostId, mssqlBoundHostKey, mssqlHostKey } from './host-key.js';

/** The number of the error by which an ignored write is refused. */
export const IGNORED_WRITE = 51_013;

/** See `Dialect.readBack`. */
export const mssqlReadBack = (name: string): Fragment => raw(`@${name}`);

/** See `Dialect.provision`: one batch. What was read back is in variables, so that the view is asked once. */
export function mssqlProvision({ tables, host, identity, event }: ProvisionWrites): Fragment[] {
  const isNew = host !== undefined && 'insert' in host;
  const more: Columns = {
    ...Object.fromEntries(
      (host?.notes ?? []).map(({ column, planned, value }) => [column, value(bound(planned))]),
    ),
    ...(isNew && { host_user_id: raw('@made_id') }),
  };
  const own: Fragment[] = [
    ...(identity ? [linkOf(tables.identity, identity, more)] : []),
    ...(host?.followers ? [updateOf(tables.identity, accountNames(more), host.followers)] : []),
    insertInto(
      tables.event,
      host
        ? { ...event, details: mssqlDetails(bound(event.details), host.read, (name) => `@${name}`) }
        : event,
    ),
  ];
  if (!host) return [joined(own, ';\n')];
  const write = isNew ? making(tables.hostUser, host) : changing(tables.hostUser, host);
  const answer = Object.keys(host.read).map((name) => `@${name} as ${name}`);
  return [joined([...write, ...refusing(host), ...own, raw(`select ${answer.join(', ')}`)], ';\n')];
}

type Host = NonNullable<ProvisionWrites['host']>;
type Changed = Exclude<Host, NewHostUser>;

/** An INSTEAD OF trigger hands over no id, so the row is looked up; logins are unique without regard to case. */
function making(table: string, host: NewHostUser & HostWrite): Fragment[] {
  const key = mssqlHostKey('@host', host.type);
  const isMade = raw(`${key === undefined ? '' : `h.user_id = ${key} and `}${hostId('h.user_id')} = @host`);
  return [
    raw('declare @host nvarchar(128)'),
    insertInto(table, host.insert),
    sql`select @host = max(${raw(hostId('h.user_id'))}) from ${raw(table)} h where ${host.found}`,
    ...reading(table, host, isMade),
  ];
}

function changing(table: string, host: Changed): Fragment[] {
  const where = (column: string): Fragment => ({
    sql: `${column} = ${mssqlBoundHostKey(host.type)} and ${hostId(column)} = ?`,
    bindings: [host.userId, host.userId],
  });
  return [updateOf(table, host.update, where('user_id')), ...reading(table, host, where('h.user_id'))];
}

function reading(table: string, { read }: HostWrite, where: Fragment): Fragment[] {
  const names = Object.keys(read);
  const values = Object.entries(read).map(
    ([name, expression]) => `@${name} = cast(${expression} as nvarchar(max))`,
  );
  return [
    raw(`declare ${names.map((name) => `@${name} nvarchar(max)`).join(', ')}`),
    sql`select ${raw(values.join(', '))} from ${raw(table)} h where ${where}`,
  ];
}

/** Fails the batch, and with it the transaction, by the column of the first expectation that does not hold. */
function refusing({ expected }: HostWrite): Fragment[] {
  const cases = expected.map(
    ({ column, planned, holds }) =>
      sql` when (case when ${holds(bound(planned))} then 1 else 0 end) = 0 then N'${raw(column)}'`,
  );
  return [
    sql`declare @ignored nvarchar(60) = case when @made_id is null then N'user_id'${joined(cases, '')} end`,
    THROW_IGNORED,
  ];
}

/** Fails the batch where a column is in `@ignored`. */
export const THROW_IGNORED = raw(`if @ignored is not null
begin
  declare @refusal nvarchar(200) = N'scimctl: the host application ignored the change of ' + @ignored;
  throw ${IGNORED_WRITE}, @refusal, 1;
end`);

const linkOf = (
  table: string,
  identity: NonNullable<ProvisionWrites['identity']>,
  more: Columns,
): Fragment =>
  'insert' in identity
    ? insertInto(table, { ...identity.insert, ...more })
    : updateOf(table, { ...identity.update, ...more }, sql`identity_id = ${bound(identity.identityId)}`);

/** As JSON; of characters that it escapes, names and ids have these two at most. */
const asJson = (text: string) =>
  String.raw`coalesce(N'"' + replace(replace(${text}, N'\', N'\\'), N'"', N'\"') + N'"', N'null')`;

/** The details of an event, with what was read back of the host user. */
export const mssqlDetails = (
  details: Fragment,
  read: HostWrite['read'],
  readBack: (name: string) => string,
): Fragment =>
  // Of a text that is no large object, REPLACE returns 4,000 characters at most.
  filledIn(sql`cast(${details} as nvarchar(max))`, read, (text) => `N'${text}'`, {
    text: (name) => asJson(readBack(name)),
    flag: (name) => `case ${readBack(name)} when N'1' then N'true' when N'0' then N'false' else N'null' end`,
  });
