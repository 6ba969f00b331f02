import { lockGroup, removeGroup } from '../../../database/queries/groups/groups.js';
import { change } from '../../audit/change.js';
import type { Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import type { DescribedGroup, Idp } from '../types.js';
import { describedBy } from './group.js';
import { findGroup } from './read-group.js';

/**
 * Deletes a group. Its members stay users.
 * @param decide is run on the group as it is, and may throw to refuse; it may be run again.
 * @throws Problem `group-unknown`.
 */
export function deleteGroup(
  core: Core,
  idp: Idp,
  id: string,
  decide?: (current: DescribedGroup) => void,
): Promise<void> {
  const intent: Intent = { action: 'group.delete', target: { type: 'group', id } };
  return change(core, intent, async (session) => {
    const row = await findGroup(session, idp, id, lockGroup);
    decide?.(describedBy(row));
    await removeGroup(session, row.groupId);
    return { result: undefined, target: { name: row.displayName } };
  });
}
