import type { Session } from '../../database.js';
import {
  ALWAYS,
  allOf,
  bound,
  type Fragment,
  listed,
  padded,
  raw,
  sql,
  stretchOf,
} from '../../sql/fragment.js';
import { slices } from '../../sql/slices.js';
import { hostOrStored } from '../filters/user-attributes.js';
import { type HostUserShape, isHostUser } from '../host/host-user-shape.js';
import { own, ownTable, selectRows } from '../rows.js';
import { linksFrom, VISIBLE, visibleTo } from '../users/users.js';

export interface MemberRow {
  groupId: string;
  identityId: string;
  /** As the host application shows the user, or else the user name. */
  display: string;
}

/**
 * Ids that go into one statement. As a list of parameters, since a join with a set whose size the server
 * cannot know may be done in any way; SQL Server takes 2,100.
 */
const AT_ONCE = 1_000;

/** The users in these groups, in no order; those whom the IdP has deleted are in none. */
export async function readMembers(
  session: Session,
  shape: HostUserShape,
  groupIds: readonly string[],
): Promise<MemberRow[]> {
  if (groupIds.length === 0) return [];
  const rows = await selectRows<{ group_id: string; identity_id: string; display: string }>(
    session,
    sql`select m.group_id, i.identity_id, ${displayOf(session, shape)} as display
          from ${raw(ownTable(session, 'idp_group_member'))} m
          join ${raw(ownTable(session, 'identity'))} i on i.identity_id = m.identity_id
          left join ${raw(ownTable(session, 'host_user'))} h on ${raw(isHostUser(session, shape, 'i.host_user_id'))}
         where m.group_id in (${listed(groupIds)}) and ${raw(VISIBLE)}`,
  );
  return rows.map(toMemberRow);
}

/** Which stretch of a group's members is read. */
export interface MemberStretch {
  /** Behind the member of this id, in the order in which the database keeps ids. */
  after?: string | undefined;
  limit: number;
}

/** The users in one group, a stretch of them, in the order of their ids; those whom the IdP has deleted are in none. */
export async function readMembersFrom(
  session: Session,
  shape: HostUserShape,
  groupId: string,
  { after, limit }: MemberStretch,
): Promise<MemberRow[]> {
  const beyond = after === undefined ? ALWAYS : sql`m.identity_id > ${bound(after)}`;
  const rows = await selectRows<{ group_id: string; identity_id: string; display: string }>(
    session,
    sql`select m.group_id, m.identity_id, ${displayOf(session, shape)} as display
          from ${raw(ownTable(session, 'idp_group_member'))} m
          join ${raw(ownTable(session, 'identity'))} i on i.identity_id = m.identity_id
          left join ${raw(ownTable(session, 'host_user'))} h on ${raw(isHostUser(session, shape, 'i.host_user_id'))}
         where ${allOf([sql`m.group_id = ${bound(groupId)}`, raw(VISIBLE), beyond])}
         order by m.identity_id ${stretchOf(0, limit)}`,
  );
  return rows.map(toMemberRow);
}

/**
 * How many members each of these groups has, counted up to a limit. Also those who have been deleted: it says how much
 * there would be to read.
 */
export async function countMembersUpTo(
  session: Session,
  groupIds: readonly string[],
  limit: number,
): Promise<Map<string, number>> {
  const rows = await selectRows<{ group_id: string; members: number | string }>(
    session,
    sql`select g.group_id,
               (select count(*) from (select m.identity_id from ${raw(ownTable(session, 'idp_group_member'))} m
                  where m.group_id = g.group_id order by m.identity_id ${stretchOf(0, limit)}) few) as members
          from ${raw(ownTable(session, 'idp_group'))} g
         where g.group_id in (${listed(groupIds)})`,
  );
  return new Map(rows.map(({ group_id, members }) => [group_id, Number(members)]));
}

const toMemberRow = (row: { group_id: string; identity_id: string; display: string }): MemberRow => ({
  groupId: row.group_id,
  identityId: row.identity_id,
  display: row.display,
});

/** What a member is called, in a query over `identity` as `i` and `host_user` as `h`. */
export const displayOf = (session: Session, shape: HostUserShape): Fragment =>
  sql`coalesce(${hostOrStored({ session, shape }, 'display_name', ['displayName'])}, i.user_name)`;

/** Those of these ids that are users of the IdP. */
export const userIdsAmong = (
  session: Session,
  serviceAccountId: string,
  identityIds: readonly string[],
): Promise<Set<string>> =>
  among(session, identityIds, sql`${linksFrom(session)} where ${visibleTo(serviceAccountId)}`);

/** Those of these users who are in the group. */
export const memberIdsAmong = (
  session: Session,
  groupId: string,
  identityIds: readonly string[],
): Promise<Set<string>> =>
  among(
    session,
    identityIds,
    sql`${raw(ownTable(session, 'idp_group_member'))} i where i.group_id = ${bound(groupId)}`,
  );

/** Those of these ids that a query over `i` finds. */
async function among(session: Session, ids: readonly string[], from: Fragment): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of slices(ids, AT_ONCE)) {
    const rows = await selectRows<{ identity_id: string }>(
      session,
      sql`select i.identity_id from ${from} and i.identity_id in (${listed(some)})`,
    );
    for (const { identity_id } of rows) found.add(identity_id);
  }
  return found;
}

/** Adds users who are not in the group yet. The caller holds the group's lock. */
export async function insertMembers(
  session: Session,
  groupId: string,
  identityIds: readonly string[],
): Promise<void> {
  const { keyRows, toUuid } = session.dialect.search;
  for (const some of slices(identityIds, AT_ONCE)) {
    const { from, key } = keyRows(some);
    const table = raw(ownTable(session, 'idp_group_member'));
    await selectRows(
      session,
      sql`insert into ${table} (group_id, identity_id) select ${toUuid(bound(groupId))}, ${key} from ${from}`,
    );
  }
}

export async function deleteMembers(
  session: Session,
  groupId: string,
  identityIds: readonly string[],
): Promise<void> {
  for (const some of slices(identityIds, AT_ONCE)) {
    await own(session, 'idp_group_member')
      .where({ group_id: groupId })
      .whereIn('identity_id', padded(some))
      .delete();
  }
}
