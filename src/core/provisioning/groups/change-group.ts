import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../../database/database.js';
import { lastDetails } from '../../../database/queries/audit/events.js';
import { deleteMembers, insertMembers } from '../../../database/queries/groups/group-members.js';
import { type GroupRow, lockGroup, updateGroup } from '../../../database/queries/groups/groups.js';
import { change } from '../../audit/change.js';
import { parseDetails } from '../../audit/event-details.js';
import type { Done, Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import { mergeSkipped, type Skipped, skippedDetails } from '../skipped.js';
import type { GroupDecision, GroupProfile, Idp, PresentGroup, ProvisionedGroup } from '../types.js';
import {
  describedBy,
  type GroupOptions,
  MEMBERS_AT_ONCE,
  membersById,
  withMembersOf,
  withTheseMembers,
} from './group.js';
import { namesOfChanged } from './group-names.js';
import { refusingTaken, sortMembers } from './group-profile.js';
import { inTurnIfLarge } from './large-change.js';
import { findGroup } from './read-group.js';

/** What became of a change. */
export interface ChangedGroup {
  group: ProvisionedGroup;
  /** If not, the group is as it was. */
  changed: boolean;
  skipped: Skipped;
}

export interface GroupChangeOptions extends GroupOptions {
  /** False if the change does not concern members. They are then not read, as there may be thousands. */
  touchesMembers?: boolean;
}

/**
 * Changes a group to what `decide` makes of its present state, in one transaction in which nobody else
 * changes it. Of the members only the difference is written: who leaves, leaves, and of those who join, the users of
 * the IdP do; the others are skipped, and named in the event. `decide` is pure; it may be run again, and what it
 * throws is the outcome.
 * @throws Problem `group-unknown`, `group-exists`, `group-invalid`, `host-views-missing`.
 */
export function changeGroup(
  core: Core,
  idp: Idp,
  id: string,
  decide: (current: PresentGroup) => GroupDecision,
  { touchesMembers = true, ...options }: GroupChangeOptions = {},
): Promise<ChangedGroup> {
  const intent: Intent = { action: 'group.update', target: { type: 'group', id } };
  const attempt = () =>
    change(core, intent, async (session): Promise<Done<ChangedGroup>> => {
      const row = await findGroup(session, idp, id, lockGroup);
      const members = touchesMembers ? await membersById(session, row) : undefined;
      const wanted = decide({ ...describedBy(row), members: members ?? NO_MEMBERS });
      const removed = wanted.members.leaving();
      const { users: added, strangers } = await sortMembers(session, idp, wanted.members.joining());
      const leaving = removed.length > 0;
      const { names, skipped } = await namesOfChanged(session, idp, row, wanted, { leaving });
      return finishChange(core, session, row, {
        names,
        added,
        removed,
        skipped: mergeSkipped([wanted.skipped ?? {}, { members: strangers, attributes: skipped }]),
        ...(members && members.size <= MEMBERS_AT_ONCE && { unchanged: withTheseMembers(row, members) }),
        options,
      });
    });
  const whole = () => refusingTaken(core, intent, attempt);
  return touchesMembers ? inTurnIfLarge(core, id, whole) : whole();
}

const NO_MEMBERS: ReadonlyMap<string, string> = new Map();

/** A change of a group, as it was decided. */
export interface GroupChange {
  names: Pick<GroupProfile, 'displayName' | 'externalId'>;
  added: readonly string[];
  removed: readonly string[];
  skipped: Skipped;
  /** The group as it is to be answered with where nothing changes; read where it is not known. */
  unchanged?: ProvisionedGroup;
  options: GroupOptions;
}

/** Writes what there is to write. The caller holds the group's lock. */
export async function finishChange(
  core: Core,
  session: Session,
  row: GroupRow,
  { names, added, removed, skipped, unchanged, options }: GroupChange,
): Promise<Done<ChangedGroup>> {
  const attributes = [
    ...(names.displayName === row.displayName ? [] : ['displayName']),
    ...(names.externalId === row.externalId ? [] : ['externalId']),
    ...(added.length + removed.length === 0 ? [] : ['members']),
  ];
  const changed = attributes.length > 0;
  const next = changed ? await writeGroup(core, session, row, { names, added, removed }) : row;
  const group = !changed && unchanged ? unchanged : await withMembersOf(session, next, options);
  const named = skippedDetails(skipped);
  const isNews = named.skipped !== undefined && (changed || !(await wasSkipped(session, row.groupId, named)));
  return {
    result: { group, changed, skipped },
    // Whoever is missing from a group although the IdP was told yes must be found in the trail.
    changed: changed || isNews,
    target: { name: next.displayName },
    details: { changed: attributes, added: added.length, removed: removed.length, ...named },
  };
}

/** Whether the last event of the group says the same of who was skipped: an IdP sends some changes with every cycle. */
async function wasSkipped(
  session: Session,
  groupId: string,
  { skipped }: ReturnType<typeof skippedDetails>,
): Promise<boolean> {
  const last = await lastDetails(session, { type: 'group', id: groupId });
  if (last === undefined) return false;
  const said = Object(parseDetails(last)) as { skipped?: unknown };
  return isDeepStrictEqual(said.skipped, skipped);
}

async function writeGroup(
  core: Core,
  session: Session,
  row: GroupRow,
  { names, added, removed }: Pick<GroupChange, 'names' | 'added' | 'removed'>,
): Promise<GroupRow> {
  // Two changes within a millisecond are two versions.
  const updatedAt = new Date(Math.max(core.clock().getTime(), row.updatedAt.getTime() + 1));
  const next = { ...row, ...names, updatedAt };
  await updateGroup(session, row.groupId, next);
  await deleteMembers(session, row.groupId, removed);
  await insertMembers(session, row.groupId, added);
  return next;
}
