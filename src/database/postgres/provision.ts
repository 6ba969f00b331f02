import { NEW_HOST_USER, type ProvisionWrites } from '../dialect.js';
import { bound, type Fragment, joined, raw, sql } from '../fragment.js';
import { type Columns, insertInto, named, updateOf } from '../statements.js';

/**
 * See `Dialect.provision`: one statement, whose parts see the database as it was before. What the host's
 * trigger made of a new row is in its answer alone, and so is its id, if the trigger says it.
 */
export function postgresProvision({ tables, host, identity, event }: ProvisionWrites): Fragment {
  const parts: Fragment[] = [];
  const isNew = host !== undefined && 'insert' in host;
  if (host && 'insert' in host) {
    parts.push(sql`h as (${insertInto(tables.hostUser, host.insert)} returning *)`);
    parts.push(sql`made as (select ${raw(named(host.answer))} from h)`);
  } else if (host) {
    const exact = 'user_id = ? and cast(user_id as varchar(128)) collate "default" = ?';
    const where = { sql: exact, bindings: [host.userId, host.userId] };
    parts.push(sql`h as (${updateOf(tables.hostUser, host.update, where)})`);
  }
  const made: Columns = isNew ? { host_user_id: raw('made.made_id') } : {};
  const source = isNew ? 'made' : undefined;
  const known = raw(isNew ? ' and made.made_id is not null' : '');
  const rows = isNew ? 'made where made.made_id is not null' : undefined;
  parts.push(
    'insert' in identity
      ? sql`link as (${insertInto(tables.identity, { ...identity.insert, ...made }, rows)})`
      : sql`link as (${updateOf(
          tables.identity,
          { ...identity.update, ...made },
          sql`identity_id = ${bound(identity.identityId)}${known}`,
          source,
        )})`,
    sql`trail as (${insertInto(tables.event, isNew ? { ...event, details: filledIn(event.details) } : event, rows)})`,
  );
  return sql`with ${joined(parts, ',\n')} select ${raw(isNew ? '* from made' : '1 as done')}`;
}

const filledIn = (details: string): Fragment =>
  sql`replace(${bound(details)}, '"${raw(NEW_HOST_USER)}"', cast(to_json(made.made_id) as text))`;
