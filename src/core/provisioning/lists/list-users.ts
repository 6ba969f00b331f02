import type { Session } from '../../../database/database.js';
import { countUserList, selectUserList, userList } from '../../../database/queries/users/user-list.js';
import type { UserRow } from '../../../database/queries/users/users.js';
import type { ListQuery, Page } from '../../../words/filter.js';
import type { Core } from '../../core.js';
import { assertHostViews } from '../../host/views.js';
import type { Idp, ProvisionedUser } from '../types.js';
import { toUser } from '../user.js';
import { readPage } from './page.js';

/** A page ends before the user whose attributes and groups would be more characters of JSON than this together with those before it. */
export const MAX_TEXT_OF_PAGE = 1_048_576;
/** What a group of a user takes beside its name: its id, and where it is. */
const TEXT_OF_GROUP = 200;

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
      items: (rows: readonly UserRow[]) =>
        rows.slice(0, fittingUsers(rows)).map((row) => toUser(row, list.shape)),
    });
  });
}

/** How many of the users, from the first on, fit on one page: one at least. */
export function fittingUsers(rows: readonly Pick<UserRow, 'attributes' | 'groups'>[]): number {
  let text = 0;
  const end = rows.findIndex(({ attributes, groups }, at) => {
    text += JSON.stringify(attributes).length;
    for (const { displayName } of groups) text += displayName.length + TEXT_OF_GROUP;
    return at > 0 && text > MAX_TEXT_OF_PAGE;
  });
  return end === -1 ? rows.length : end;
}
