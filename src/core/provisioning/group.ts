import type { Session } from '../../database/database.js';
import { type MemberRow, readMembers } from '../../database/queries/group-members.js';
import type { GroupRow } from '../../database/queries/groups.js';
import { hostUserShape } from '../../database/queries/host-user-shape.js';
import { assertHostViews } from '../host/views.js';
import type { ProvisionedGroup } from './types.js';

export interface GroupOptions {
  /** False leaves `members` empty, and saves reading them: there may be thousands. */
  withMembers?: boolean;
}

/**
 * Groups as their IdP reads them back.
 * @throws Problem `host-views-missing`, where members are wanted.
 */
export async function withMembersOf(
  session: Session,
  rows: readonly GroupRow[],
  { withMembers = true }: GroupOptions,
): Promise<ProvisionedGroup[]> {
  const members = withMembers ? await membersOf(session, rows) : [];
  const byGroup = new Map<string, MemberRow[]>(rows.map(({ groupId }) => [groupId, []]));
  for (const member of members) byGroup.get(member.groupId)?.push(member);
  return rows.map((row) => toGroup(row, byGroup.get(row.groupId) ?? []));
}

async function membersOf(session: Session, rows: readonly GroupRow[]): Promise<MemberRow[]> {
  if (rows.length === 0) return [];
  await assertHostViews(session, ['host_user']);
  const shape = await hostUserShape(session);
  return readMembers(
    session,
    shape,
    rows.map(({ groupId }) => groupId),
  );
}

const toGroup = (row: GroupRow, members: readonly MemberRow[]): ProvisionedGroup => ({
  id: row.groupId,
  displayName: row.displayName,
  externalId: row.externalId,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  members: members.map(({ identityId, display }) => ({ id: identityId, display })).sort(byName),
});

type Member = ProvisionedGroup['members'][number];

// Not by the language of the server: the same order everywhere, and quick for thousands.
function byName(one: Member, other: Member): number {
  if (one.display !== other.display) return one.display < other.display ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
