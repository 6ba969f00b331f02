import type { Session } from '../../../database/database.js';
import {
  type MemberRow,
  type MemberStretch,
  readMembers,
  readMembersFrom,
} from '../../../database/queries/groups/group-members.js';
import type { GroupRow } from '../../../database/queries/groups/groups.js';
import { hostUserShape } from '../../../database/queries/host/host-user-shape.js';
import { byNameAndId } from '../../../words/by-name.js';
import type { Core } from '../../core.js';
import { assertHostViews } from '../../host/views.js';
import { partsBehind } from '../lists/parts-behind.js';
import type { DescribedGroup, GroupMember, ProvisionedGroup } from '../types.js';

/** A group with more members than this is read, and sent, in parts of this many. */
export const MEMBERS_AT_ONCE = 1_000;
/** How many are read at once where all of them are needed. */
const MEMBERS_OF_A_WHOLE = 2_000;

export interface GroupOptions {
  /** False leaves `members` empty, and saves reading them: there may be thousands. */
  withMembers?: boolean;
  /** Reads no more than `MEMBERS_AT_ONCE` members of a group that has more, and says behind which one they go on. */
  inParts?: boolean;
}

/**
 * A group as its IdP reads it back.
 * @throws Problem `host-views-missing`, where members are wanted.
 */
export async function withMembersOf(
  session: Session,
  row: GroupRow,
  { withMembers = true, inParts = false }: GroupOptions,
): Promise<ProvisionedGroup> {
  if (!withMembers) return toGroup(row, []);
  if (!inParts) return withTheseMembers(row, await membersById(session, row));
  const some = await stretchOf(session, row.groupId, { limit: MEMBERS_AT_ONCE + 1 });
  if (some.length <= MEMBERS_AT_ONCE) return toGroup(row, some);
  const part = some.slice(0, MEMBERS_AT_ONCE);
  // In the order in which the rest follows.
  return {
    ...toGroup(row, []),
    members: part.map(toMember),
    membersGoOnBehind: part.at(-1)?.identityId ?? '',
  };
}

/**
 * Several groups, of which none is large.
 * @throws Problem `host-views-missing`.
 */
export async function withAllMembersOf(
  session: Session,
  rows: readonly GroupRow[],
): Promise<ProvisionedGroup[]> {
  if (rows.length === 0) return [];
  await assertHostViews(session, ['host_user']);
  const ids = rows.map(({ groupId }) => groupId);
  const byGroup = new Map<string, MemberRow[]>(ids.map((id) => [id, []]));
  for (const member of await readMembers(session, await hostUserShape(session), ids)) {
    byGroup.get(member.groupId)?.push(member);
  }
  return rows.map((row) => toGroup(row, byGroup.get(row.groupId) ?? []));
}

/** The members of a large group behind the one of an id, part by part. */
export const membersBehind = (core: Core, groupId: string, id: string): AsyncGenerator<GroupMember[]> =>
  partsBehind(core, id, {
    read: async (session, after) =>
      (await stretchOf(session, groupId, { after, limit: MEMBERS_AT_ONCE })).map(toMember),
    idOf: (member) => member.id,
    size: MEMBERS_AT_ONCE,
  });

/**
 * The display name of each member of a group by id.
 * @throws Problem `host-views-missing`.
 */
export async function membersById(session: Session, { groupId }: GroupRow): Promise<Map<string, string>> {
  const limit = MEMBERS_OF_A_WHOLE;
  const whole = new Map<string, string>();
  for (let after: string | undefined; ; ) {
    const some = await stretchOf(session, groupId, { after, limit });
    for (const { identityId, display } of some) whole.set(identityId, display);
    if (some.length < limit) return whole;
    after = some.at(-1)?.identityId;
  }
}

/** A group as its IdP reads it back, with members that were read before. */
export const withTheseMembers = (row: GroupRow, members: ReadonlyMap<string, string>): ProvisionedGroup => ({
  ...describedBy(row),
  members: [...members].map(([id, display]) => ({ id, display })).sort(byName),
});

async function stretchOf(session: Session, groupId: string, stretch: MemberStretch): Promise<MemberRow[]> {
  await assertHostViews(session, ['host_user']);
  return readMembersFrom(session, await hostUserShape(session), groupId, stretch);
}

const toGroup = (row: GroupRow, members: readonly MemberRow[]): ProvisionedGroup => ({
  ...describedBy(row),
  members: members.map(toMember).sort(byName),
});

export const describedBy = (row: GroupRow): DescribedGroup => ({
  id: row.groupId,
  displayName: row.displayName,
  externalId: row.externalId,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const toMember = ({ identityId, display }: MemberRow): GroupMember => ({ id: identityId, display });

const byName = byNameAndId<GroupMember>(({ display }) => display);
