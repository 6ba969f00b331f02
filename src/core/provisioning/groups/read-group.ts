import type { Session } from '../../../database/database.js';
import { type GroupRow, readGroupRow } from '../../../database/queries/groups/groups.js';
import type { Core } from '../../core.js';
import { isUuid } from '../../uuid.js';
import type { Idp, ProvisionedGroup } from '../types.js';
import { type GroupOptions, withMembersOf } from './group.js';
import { groupUnknown } from './group-problems.js';

/**
 * A group of this IdP, as it is at this moment.
 * @throws Problem `group-unknown`, also for another IdP's; `host-views-missing`.
 */
export function readGroup(
  core: Core,
  idp: Idp,
  id: string,
  options: GroupOptions = {},
): Promise<ProvisionedGroup> {
  return core.database.read(async (session) => {
    const row = await findGroup(session, idp, id, readGroupRow);
    return withMembersOf(session, row, options);
  });
}

/** @throws Problem `group-unknown`. */
export async function findGroup(
  session: Session,
  idp: Idp,
  id: string,
  find: typeof readGroupRow,
): Promise<GroupRow> {
  // What is no UUID is no id of ours, and some databases refuse to compare it with one.
  const row = isUuid(id) ? await find(session, idp.id, id.toLowerCase()) : undefined;
  if (!row) throw groupUnknown();
  return row;
}
