import type { Session } from '../../database/database.js';
import { type HostUserShape, hostUserShape } from '../../database/queries/host/host-user-shape.js';
import {
  GROUPS_AT_ONCE,
  type LinkRow,
  readGroupsBehind,
  readLinkAlone,
  readLinkRow,
  readUserRow,
  type UserGroup,
  type UserRow,
} from '../../database/queries/users/users.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { isUuid } from '../uuid.js';
import { partsBehind } from './lists/parts-behind.js';
import { userUnknown } from './problems.js';
import type { Idp, ProvisionedUser } from './types.js';
import { toUser } from './user.js';

/**
 * A user of this IdP, as it is at this moment.
 * @throws Problem `user-unknown`, also for another IdP's and for one whom the IdP has deleted;
 *   `host-views-missing`.
 */
export function readUser(core: Core, idp: Idp, id: string): Promise<ProvisionedUser> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const shape = await hostUserShape(session);
    return toUser(await findUser(session, shape, idp, id), shape);
  });
}

/** The groups of a user who is in many behind the one of an id, part by part. */
export const groupsBehind = (core: Core, identityId: string, id: string): AsyncGenerator<UserGroup[]> =>
  partsBehind(core, id, {
    read: (session, behind) => readGroupsBehind(session, identityId, behind),
    idOf: (group) => group.id,
    size: GROUPS_AT_ONCE,
  });

/** @throws Problem `user-unknown`. */
export async function findUser(
  session: Session,
  shape: HostUserShape,
  idp: Idp,
  id: string,
): Promise<UserRow> {
  // What is no UUID is no id of ours, and some databases refuse to compare it with one.
  const row = isUuid(id) ? await readUserRow(session, shape, idp.id, id) : undefined;
  if (!row) throw userUnknown();
  return row;
}

/**
 * The same with what a change has to know.
 * @throws Problem `user-unknown`.
 */
export async function findLink(
  session: Session,
  shape: HostUserShape,
  idp: Idp,
  id: string,
): Promise<LinkRow> {
  const row = isUuid(id) ? await readLinkRow(session, shape, idp.id, id) : undefined;
  if (!row) throw userUnknown();
  return row;
}

/**
 * The same without a look at the host application.
 * @throws Problem `user-unknown`.
 */
export async function findLinkAlone(session: Session, idp: Idp, id: string): Promise<LinkRow> {
  const row = isUuid(id) ? await readLinkAlone(session, idp.id, id) : undefined;
  if (!row) throw userUnknown();
  return row;
}
