import type { Facts } from '../../../database/queries/users/facts.js';
import type { LinkRow } from '../../../database/queries/users/users.js';
import { userExists } from '../problems.js';
import type { Profile } from '../types.js';

/** Whether a user is known to its IdP by another name or id than before. */
export const isRenamed = (row: LinkRow, { userName, externalId }: Profile): boolean =>
  userName !== row.userName || externalId !== row.externalId;

/**
 * A user name belongs to one user of the IdP, and so does an external id; a deleted user gives both up.
 * @returns those who have to give up the external id.
 * @throws Problem `user-exists`.
 */
export function assertNamesFree(
  facts: Pick<Facts, 'known'>,
  { identityId }: LinkRow,
  wanted: Profile,
): string[] {
  const others = facts.known.filter((one) => one.identityId !== identityId);
  const hasExternalId = (one: Facts['known'][number]) =>
    wanted.externalId !== null && one.externalId === wanted.externalId;
  const there = others.find(({ isVisible }) => isVisible);
  if (there) throw userExists(hasExternalId(there) ? 'externalId' : 'userName');
  return others.filter(hasExternalId).map((one) => one.identityId);
}
