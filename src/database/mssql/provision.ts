import { NEW_HOST_USER, type NewHostUser, type ProvisionWrites } from '../dialect.js';
import { bound, type Fragment, joined, raw, sql } from '../fragment.js';
import { type Columns, insertInto, named, updateOf } from '../statements.js';
import { hostId, mssqlBoundHostKey, mssqlHostKey } from './host-key.js';

/** See `Dialect.provision`: one batch, of which only the last statement, where there is one, gives a row. */
export function mssqlProvision({ tables, host, identity, event }: ProvisionWrites): Fragment {
  const statements: Fragment[] = [];
  const isNew = host !== undefined && 'insert' in host;
  if (host && 'insert' in host) statements.push(...making(tables.hostUser, host));
  else if (host) {
    const key = raw(`user_id = ${mssqlBoundHostKey(host.type)} and ${hostId('user_id')} = ?`);
    const where = { ...key, bindings: [host.userId, host.userId] };
    statements.push(updateOf(tables.hostUser, host.update, where));
  }
  const made: Columns = isNew ? { host_user_id: raw('@host') } : {};
  statements.push(
    'insert' in identity
      ? insertInto(tables.identity, { ...identity.insert, ...made })
      : updateOf(
          tables.identity,
          { ...identity.update, ...made },
          sql`identity_id = ${bound(identity.identityId)}`,
        ),
    insertInto(tables.event, isNew ? { ...event, details: filledIn(event.details) } : event),
  );
  if (host && 'insert' in host) {
    statements.push(
      sql`select ${raw(named(host.answer))} from ${raw(tables.hostUser)} h where ${madeIs(host)}`,
    );
  }
  return joined(statements, ';\n');
}

/** An INSTEAD OF trigger hands over no id, so the row is looked up; logins are unique without regard to case. */
const making = (table: string, { insert, found }: NewHostUser): Fragment[] => [
  raw('declare @host nvarchar(128)'),
  insertInto(table, insert),
  sql`select @host = max(${raw(hostId('h.user_id'))}) from ${raw(table)} h where ${found}`,
];

const filledIn = (details: string): Fragment => {
  const id = String.raw`N'"' + replace(replace(@host, N'\', N'\\'), N'"', N'\"') + N'"'`;
  return sql`replace(${bound(details)}, N'"${raw(NEW_HOST_USER)}"', ${raw(id)})`;
};

const madeIs = ({ type }: NewHostUser): Fragment => {
  const key = mssqlHostKey('@host', type);
  return raw(`${key === undefined ? '' : `h.user_id = ${key} and `}${hostId('h.user_id')} = @host`);
};
