import { insertMembers } from '../../../database/queries/groups/group-members.js';
import { insertGroup } from '../../../database/queries/groups/groups.js';
import { change } from '../../audit/change.js';
import type { Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import { randomUuid } from '../../uuid.js';
import { type Skipped, skippedDetails } from '../skipped.js';
import type { GroupRequest, Idp, ProvisionedGroup } from '../types.js';
import { type GroupOptions, withMembersOf } from './group.js';
import { namesOfNew } from './group-names.js';
import { memberSet, refusingTaken, sortMembers } from './group-profile.js';

export interface CreatedGroup {
  group: ProvisionedGroup;
  skipped: Skipped;
}

/**
 * Keeps a group that an IdP pushes, with those of its members who are users of the IdP. The others are skipped, and
 * named in the event.
 * @throws Problem `group-exists`, `group-invalid`, `host-views-missing`.
 */
export function createGroup(
  core: Core,
  idp: Idp,
  request: GroupRequest,
  options: GroupOptions = {},
): Promise<CreatedGroup> {
  const intent: Intent = { action: 'group.create', target: { type: 'group', name: request.displayName } };
  const groupId = randomUuid(core.random);
  return refusingTaken(core, intent, () =>
    change(core, intent, async (session) => {
      const names = await namesOfNew(session, idp, request);
      const { users, strangers } = await sortMembers(session, idp, [...memberSet(request.memberIds)]);
      const skipped = { members: [...(request.skipped?.members ?? []), ...strangers] };
      const now = core.clock();
      const row = { groupId, serviceAccountId: idp.id, ...names, createdAt: now, updatedAt: now };
      await insertGroup(session, row);
      await insertMembers(session, groupId, users);
      const group = await withMembersOf(session, row, options);
      return {
        result: { group, skipped },
        target: { id: groupId, name: row.displayName },
        details: { added: users.length, ...skippedDetails(skipped) },
      };
    }),
  );
}
