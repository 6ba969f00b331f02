import type { Session } from '../../../database/database.js';
import { countUserList, selectUserList, userList } from '../../../database/queries/users/user-list.js';
import type { UserRow } from '../../../database/queries/users/users.js';
import type { ListQuery, Page } from '../../../words/filter.js';
import type { Core } from '../../core.js';
import { assertHostViews } from '../../host/views.js';
import type { Idp, ProvisionedUser } from '../types.js';
import { toUser } from '../user.js';
import { readPage } from './page.js';

export interface ListUsersOptions {
  /** False leaves `groups` empty, and saves reading them. */
  withGroups?: boolean;
}

/**
 * The users of an IdP that match, a page of them, in a stable order (RFC 7644 §3.4.2). One look-up is one
 * round trip, as is every page that is the last or goes on a walk by cursor; others count as well.
 * @throws Problem `cursor-invalid`, `host-views-missing`.
 */
export function listUsers(
  core: Core,
  idp: Idp,
  query: ListQuery,
  { withGroups = true }: ListUsersOptions = {},
): Promise<Page<ProvisionedUser>> {
  return core.database.read(async (session: Session) => {
    await assertHostViews(session, ['host_user']);
    const list = await userList(session, idp.id, query);
    return readPage(query, {
      resource: 'User',
      count: () => countUserList(list),
      select: async (stretch) =>
        (await selectUserList(list, { ...stretch, withGroups }))?.map(({ row, key }) => ({
          row,
          id: row.identityId,
          key,
        })),
      items: (rows: readonly UserRow[]) => rows.map((row) => toUser(row, list.shape)),
    });
  });
}
