import type { ChangedHostUser, HostWrite, ProvisionWrites } from '../../dialect/provision-writes.js';
import { bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import { type Columns, named } from '../../sql/statements.js';
import { postgresHostKey } from './host-key.js';
import { postgresLists } from './lists.js';
import { fromList, fromLists, listOf, listsOf, planLists, quotedNames, sameKeys } from './lists-of.js';
import { HOST_ID, takenWrites } from './provision.js';

/** What changes a link, and with it a host user or not. */
type Change = ProvisionWrites & {
  host?: ChangedHostUser & HostWrite;
  identity: { update: Columns; identityId: string };
};

/** Changes of several users with the same columns; undefined where they are not that. */
export function changingSeveral(several: readonly ProvisionWrites[]): Fragment[] | undefined {
  const [first] = several;
  if (!first || !several.every((one) => isLike(first, one))) return undefined;
  const changes = several as readonly Change[];
  const { tables, host, identity, event } = first as Change;
  const notes = host?.notes ?? [];
  // What is read back counts.
  const given = Object.keys(identity.update).filter((name) => notes.every(({ column }) => column !== name));
  const own = {
    link: listOf(changes.map((one) => one.identity.identityId)),
    ...listsOf(
      'i',
      given,
      changes.map((one) => one.identity.update),
    ),
    ...listsOf(
      'e',
      Object.keys(event),
      changes.map((one) => one.event),
    ),
  };
  const hosts = changes.flatMap((one) => one.host ?? []);
  const write = host && changedHosts(tables.hostUser, hosts);
  if (host && !write) return undefined;
  const lists = postgresLists({ ...own, ...(host && { host: hostIds(hosts), ...planLists(hosts) }) });
  const found = host && sql` left join ${raw(tables.hostUser)} h on ${meant(host)}`;
  const noted = notes.map(({ column, value }) => sql`"${raw(column)}" = ${value(raw(`r.n_${column}`))}`);
  const updates = given.map((name) => sql`"${raw(name)}" = ${fromList('i', name, host?.read)}`);
  const source = host ? takenWrites(tables.refuse, host, ({ column }) => raw(`r.p_${column}`)) : raw('r');
  const read = sql`with r as (select w.*${raw(host ? `, ${named(host.read)}` : '')} from ${lists}${found ?? raw('')}),
link as (update ${raw(tables.identity)} i set ${joined([...updates, ...noted], ', ')} from r where i.identity_id = r.link::uuid),
trail as (insert into ${raw(tables.event)} (${quotedNames(Object.keys(event))})
  select ${fromLists('e', Object.keys(event), host?.read)} from ${source} order by n)
select ${host ? quotedNames(Object.keys(host.read)) : raw('n')} from r order by n`;
  return [...(write ? [write] : []), read];
}

/** Several changes of host users by one statement; undefined where one statement cannot say which is whose. */
function changedHosts(
  hostUser: string,
  hosts: readonly (ChangedHostUser & HostWrite)[],
): Fragment | undefined {
  const [first] = hosts;
  if (!first || postgresHostKey('w.host', first.type) === undefined) return undefined;
  if (new Set(hosts.map(({ userId }) => userId)).size < hosts.length) return undefined;
  const columns = Object.keys(first.update);
  const differing = columns.filter((name) => hosts.some(({ update }) => update[name] !== first.update[name]));
  // A list is of text, and a cast to what has a length would cut the value short.
  if (!differing.every((name) => isText(first.types.get(name)?.dataType))) return undefined;
  const lists = postgresLists({
    host: hostIds(hosts),
    ...Object.fromEntries(
      differing.map((name) => [`c_${name}`, listOf(hosts.map(({ update }) => update[name]))]),
    ),
  });
  const changes = columns.map((name) => {
    const value = differing.includes(name) ? raw(`w.c_${name}`) : bound(first.update[name] as string);
    return sql`"${raw(name)}" = ${value}`;
  });
  return sql`update ${raw(hostUser)} h set ${joined(changes, ', ')} from ${lists} where ${meant(first)}`;
}

const hostIds = (hosts: readonly ChangedHostUser[]) => listOf(hosts.map(({ userId }) => userId));

/** A condition: `h` is the host user of the row `w`. */
const meant = ({ type }: HostWrite): Fragment =>
  raw(`h.user_id = ${postgresHostKey('w.host', type)} and ${HOST_ID} = w.host`);

const isText = (type: string | undefined) => /^(text|character varying\b.*)$/.test(type ?? '');

/** Whether both change a link, and a host user or none, with the same columns. */
function isLike(one: ProvisionWrites, other: ProvisionWrites): boolean {
  if (!one.identity || !other.identity || 'insert' in one.identity || 'insert' in other.identity)
    return false;
  if (!sameKeys(one.identity.update, other.identity.update)) return false;
  if (!one.host || !other.host) return !one.host && !other.host;
  if ('insert' in one.host || 'insert' in other.host) return false;
  return (
    !one.host.followers &&
    !other.host.followers &&
    sameKeys(one.host.update, other.host.update) &&
    sameColumns(one.host.expected, other.host.expected) &&
    sameColumns(one.host.notes, other.host.notes)
  );
}

type Named = readonly { column: string }[];

const sameColumns = (one: Named, other: Named) =>
  one.length === other.length && one.every(({ column }, at) => column === other[at]?.column);
