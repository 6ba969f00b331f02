import type { Session } from '../../../database/database.js';
import { groupIdOfExternalId, groupsOfName } from '../../../database/queries/groups/group-names.js';
import type { GroupRow } from '../../../database/queries/groups/groups.js';
import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import type { GroupProfile, Idp } from '../types.js';
import { groupExists } from './group-problems.js';
import { assertGroupStorable } from './group-profile.js';

type Names = Pick<GroupProfile, 'displayName' | 'externalId'>;

/**
 * The names of a group that is to be made, without the whitespace around them.
 *
 * Names that were stored before they were trimmed are known to no index. They can only go, so that no lock is needed:
 * whoever does not find one here does not meet one later, and of two trimmed names the index takes one.
 * @throws Problem `group-exists`, `group-invalid`.
 */
export async function namesOfNew(session: Session, idp: Idp, wanted: Names): Promise<Names> {
  const names = { ...wanted, displayName: withoutOuterSpace(wanted.displayName) };
  assertGroupStorable(names);
  if ((await groupsOfName(session, idp.id, names.displayName)).length > 0) throw groupExists('displayName');
  return names;
}

/** The names a group gets, and those that it could not get. */
export interface NewNames {
  names: Names;
  skipped: string[];
}

/**
 * The names that a change gives a group. A name that another group has is refused, or skipped where users leave the
 * group by the same change: the end of their rights does not wait for a name. Of two groups whose names differ only
 * in whitespace each keeps its own.
 * @throws Problem `group-exists`, `group-invalid`.
 */
export async function namesOfChanged(
  session: Session,
  idp: Idp,
  row: GroupRow,
  wanted: Names,
  { leaving }: { leaving: boolean },
): Promise<NewNames> {
  const skipped: string[] = [];
  const refuse = (attribute: keyof Names) => {
    if (!leaving) throw groupExists(attribute);
    skipped.push(attribute);
  };
  const names = { displayName: row.displayName, externalId: row.externalId };
  if (wanted.displayName !== row.displayName) {
    const displayName = withoutOuterSpace(wanted.displayName);
    assertGroupStorable({ displayName, externalId: null });
    const holders = await groupsOfName(session, idp.id, displayName);
    if (!holders.some((id) => id !== row.groupId)) names.displayName = displayName;
    else if (!holders.includes(row.groupId)) refuse('displayName');
  }
  if (wanted.externalId !== row.externalId) {
    assertGroupStorable({ ...names, externalId: wanted.externalId });
    const holder =
      wanted.externalId === null ? undefined : await groupIdOfExternalId(session, idp.id, wanted.externalId);
    if (holder === undefined || holder === row.groupId) names.externalId = wanted.externalId;
    else refuse('externalId');
  }
  return { names, skipped };
}
