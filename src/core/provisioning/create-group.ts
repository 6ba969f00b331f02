import { insertMembers } from '../../database/queries/group-members.js';
import { insertGroup } from '../../database/queries/groups.js';
import { change, type Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { randomUuid } from '../uuid.js';
import { type GroupOptions, withMembersOf } from './group.js';
import { assertGroupStorable, assertUsers, memberSet, refusingTaken } from './group-profile.js';
import type { GroupProfile, Idp, ProvisionedGroup } from './types.js';

/**
 * Keeps a group that an IdP pushes, with its members.
 * @throws Problem `group-exists`, `group-member-unknown`, `group-invalid`, `host-views-missing`.
 */
export function createGroup(
  core: Core,
  idp: Idp,
  profile: GroupProfile,
  options: GroupOptions = {},
): Promise<ProvisionedGroup> {
  const intent: Intent = { action: 'group.create', target: { type: 'group', name: profile.displayName } };
  const groupId = randomUuid(core.random);
  return refusingTaken(core, intent, () =>
    change(core, intent, async (session) => {
      assertGroupStorable(profile);
      const members = [...memberSet(profile.memberIds)];
      await assertUsers(session, idp, members);
      const now = core.clock();
      const row = {
        groupId,
        serviceAccountId: idp.id,
        displayName: profile.displayName,
        externalId: profile.externalId,
        createdAt: now,
        updatedAt: now,
      };
      await insertGroup(session, row);
      await insertMembers(session, groupId, members);
      const [result] = await withMembersOf(session, [row], options);
      return {
        result: result as ProvisionedGroup,
        target: { id: groupId },
        details: { added: members.length },
      };
    }),
  );
}
