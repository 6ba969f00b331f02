import { memberIdsAmong } from '../../../database/queries/groups/group-members.js';
import { lockGroup } from '../../../database/queries/groups/groups.js';
import { change } from '../../audit/change.js';
import type { Done, Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import { isUuid } from '../../uuid.js';
import type { Skipped } from '../skipped.js';
import type { Idp } from '../types.js';
import { type ChangedGroup, finishChange } from './change-group.js';
import type { GroupOptions } from './group.js';
import { memberSet, sortMembers } from './group-profile.js';
import { findGroup } from './read-group.js';

/** Ids of those who are to join a group, and of those who are to leave it. */
export interface MemberRequest {
  add?: Iterable<string>;
  remove?: Iterable<string>;
  /** What of the request cannot be done at all. */
  skipped?: Skipped;
}

/**
 * Adds users to a group and takes others out, without reading the members it has: the cost goes by the
 * change and not by the size of the group. Who is in already, or is not, makes no difference; who is both to
 * be added and removed is added. Who is no user of the IdP is skipped, and named in the event.
 * @returns the group, without its members unless they are asked for.
 * @throws Problem `group-unknown`; `host-views-missing`, where members are asked for.
 */
export function changeMembers(
  core: Core,
  idp: Idp,
  id: string,
  { add = [], remove = [], skipped = {} }: MemberRequest,
  { withMembers = false }: GroupOptions = {},
): Promise<ChangedGroup> {
  const intent: Intent = { action: 'group.update', target: { type: 'group', id } };
  return change(core, intent, async (session): Promise<Done<ChangedGroup>> => {
    const row = await findGroup(session, idp, id, lockGroup);
    const staying = memberSet(add);
    const leaving = [...memberSet(remove)].filter((one) => isUuid(one) && !staying.has(one));
    const { users, strangers } = await sortMembers(session, idp, [...staying]);
    const present = await memberIdsAmong(session, row.groupId, [...users, ...leaving]);
    return finishChange(core, session, row, {
      names: row,
      added: users.filter((one) => !present.has(one)),
      removed: leaving.filter((one) => present.has(one)),
      skipped: { ...skipped, members: [...(skipped.members ?? []), ...strangers] },
      options: { withMembers },
    });
  });
}
