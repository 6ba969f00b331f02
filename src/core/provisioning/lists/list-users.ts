import type { Session } from '../../../database/database.js';
import {
  countUserList,
  type Room,
  selectUserList,
  userList,
} from '../../../database/queries/users/user-list.js';
import type { UserRow } from '../../../database/queries/users/users.js';
import type { ListQuery, Page } from '../../../words/filter.js';
import type { Core } from '../../core.js';
import { assertHostViews } from '../../host/views.js';
import type { Idp, ProvisionedUser } from '../types.js';
import { toUser } from '../user.js';
import { readPage } from './page.js';

/**
 * A page ends before the user whose attributes and groups would be more characters of JSON than this together with those
 * before it. A group of a user takes its name, its id, and where it is.
 */
export const ROOM_OF_PAGE: Room = { text: 1_048_576, textOfGroup: 200 };

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
      select: async (stretch) => {
        const listed = await selectUserList(list, { ...stretch, withGroups, room: ROOM_OF_PAGE });
        return (
          listed && {
            rows: listed.rows.map(({ row, key }) => ({ row, id: row.identityId, key })),
            found: listed.found,
          }
        );
      },
      items: (rows: readonly UserRow[]) =>
        rows.slice(0, fittingUsers(rows)).map((row) => toUser(row, list.shape)),
    });
  });
}

/** How many of the users, from the first on, are on one page: one whose groups go on is the last. */
export function fittingUsers(rows: readonly Pick<UserRow, 'hasMoreGroups'>[]): number {
  const last = rows.findIndex(({ hasMoreGroups }) => hasMoreGroups);
  return last === -1 ? rows.length : last + 1;
}
