import type { ListQuery, Page } from '../../database/queries/filter.js';
import { countGroupList, groupList, selectGroupList } from '../../database/queries/group-list.js';
import type { Core } from '../core.js';
import { type GroupOptions, withMembersOf } from './group.js';
import { readPage } from './page.js';
import type { Idp, ProvisionedGroup } from './types.js';

/**
 * The groups of an IdP that match, a page of them, in a stable order (RFC 7644 §3.4.2).
 * @throws Problem `cursor-invalid`; `host-views-missing`, where members are wanted.
 */
export function listGroups(
  core: Core,
  idp: Idp,
  query: ListQuery,
  options: GroupOptions = {},
): Promise<Page<ProvisionedGroup>> {
  return core.database.read(async (session) => {
    const list = await groupList(session, idp.id, query);
    return readPage(query, {
      resource: 'Group',
      count: () => countGroupList(list),
      select: async (stretch) => {
        const rows = await selectGroupList(list, stretch);
        if (!rows) return undefined;
        const groups = await withMembersOf(
          session,
          rows.map(({ row }) => row),
          options,
        );
        return rows.map(({ row, key }, at) => ({
          item: groups[at] as ProvisionedGroup,
          id: row.groupId,
          key,
        }));
      },
    });
  });
}
