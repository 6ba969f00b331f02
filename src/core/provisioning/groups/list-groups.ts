import type { Session } from '../../../database/database.js';
import { countGroupList, groupList, selectGroupList } from '../../../database/queries/groups/group-list.js';
import { countMembersUpTo } from '../../../database/queries/groups/group-members.js';
import type { GroupRow } from '../../../database/queries/groups/groups.js';
import type { ListQuery, Page } from '../../../words/filter.js';
import type { Core } from '../../core.js';
import { readPage } from '../lists/page.js';
import type { Idp, ProvisionedGroup } from '../types.js';
import { type GroupOptions, MEMBERS_AT_ONCE, withAllMembersOf, withMembersOf } from './group.js';

/** A page ends before the group whose members would be more than this together with those before it. */
export const MAX_MEMBERS_OF_PAGE = 10_000;

/**
 * The groups of an IdP that match, a page of them, in a stable order (RFC 7644 §3.4.2). A page with members ends early
 * where they are many; a group whose members are read in parts is a page of its own.
 * @throws Problem `cursor-invalid`; `host-views-missing`, where members are wanted.
 */
export function listGroups(
  core: Core,
  idp: Idp,
  query: ListQuery,
  options: Pick<GroupOptions, 'withMembers'> = {},
): Promise<Page<ProvisionedGroup>> {
  return core.database.read(async (session) => {
    const list = await groupList(session, idp.id, query);
    return readPage(query, {
      resource: 'Group',
      count: () => countGroupList(list),
      select: async (stretch) => {
        const rows = await selectGroupList(list, stretch);
        return (
          rows && { rows: rows.map(({ row, key }) => ({ row, key, id: row.groupId })), found: rows.length }
        );
      },
      items: (rows: readonly GroupRow[]) => groupsOf(session, rows, options),
    });
  });
}

async function groupsOf(
  session: Session,
  rows: readonly GroupRow[],
  { withMembers = true }: Pick<GroupOptions, 'withMembers'>,
): Promise<ProvisionedGroup[]> {
  const [first] = rows;
  if (!first) return [];
  if (!withMembers || rows.length === 1) {
    return Promise.all(rows.map((row) => withMembersOf(session, row, { withMembers, inParts: true })));
  }
  const ids = rows.map(({ groupId }) => groupId);
  const sizes = await countMembersUpTo(session, ids, MEMBERS_AT_ONCE + 1);
  const fitting = fittingOf(ids.map((id) => sizes.get(id) ?? 0));
  return fitting === 0
    ? [await withMembersOf(session, first, { inParts: true })]
    : withAllMembersOf(session, rows.slice(0, fitting));
}

/** How many of the groups, from the first on, fit on one page by the numbers of their members. */
export function fittingOf(sizes: readonly number[]): number {
  let members = 0;
  const end = sizes.findIndex((size) => {
    members += size;
    return size > MEMBERS_AT_ONCE || members > MAX_MEMBERS_OF_PAGE;
  });
  return end === -1 ? sizes.length : end;
}
