import type { Session } from '../../../database/database.js';
import { updateIdentity } from '../../../database/queries/links/identities.js';
import type { Facts, KnownIdentity } from '../../../database/queries/users/facts.js';
import type { LinkRow } from '../../../database/queries/users/users.js';
import { userExists } from '../problems.js';
import type { Profile } from '../types.js';
import { supersede } from './former.js';

/** Whether a user is known to its IdP by another name or id than before. */
export const isRenamed = (row: LinkRow, { userName, externalId }: Profile): boolean =>
  userName !== row.userName || externalId !== row.externalId;

/** What a user who is renamed takes over from others of the IdP. */
export interface NamesTaken {
  /** Links that have ended, and that the IdP does not see any more, as when it creates a user under their name. */
  superseded: readonly KnownIdentity[];
  /** Links of deleted users, which give up the external id. */
  givesUp: readonly string[];
}

/**
 * A user name belongs to one user of the IdP, and so does an external id. A user who has left gives both up to one who
 * is active: names are unique in the IdP as well, so it has given them away. A deleted user gives up the external id in
 * any case.
 * @param facts the links that have the user name or the external id.
 * @param wanted the user as it will be.
 * @throws Problem `user-exists`.
 */
export function namesTaken(
  facts: Pick<Facts, 'known'>,
  { identityId }: LinkRow,
  wanted: Profile,
): NamesTaken {
  const others = facts.known.filter((one) => one.identityId !== identityId);
  const hasExternalId = (one: KnownIdentity) =>
    wanted.externalId !== null && one.externalId === wanted.externalId;
  const visible = others.filter(({ isVisible }) => isVisible);
  const there = visible.find(({ isInForce }) => isInForce || !wanted.active);
  if (there) throw userExists(hasExternalId(there) ? 'externalId' : 'userName');
  const hidden = others.filter((one) => !one.isVisible && hasExternalId(one));
  return { superseded: visible, givesUp: hidden.map((one) => one.identityId) };
}

/** Writes what a renamed user takes over, before the user gets it. */
export async function takeNames(
  session: Session,
  serviceAccountId: string,
  { superseded, givesUp }: NamesTaken,
  { externalId }: Profile,
  at: Date,
): Promise<void> {
  for (const one of superseded) await supersede(session, serviceAccountId, one, externalId, at);
  for (const identityId of givesUp) await updateIdentity(session, identityId, { externalId: null });
}

/** Who had the user name or the external id before, for the event: by the external id under which a link was in force. */
export const formerUsers = (others: readonly KnownIdentity[]) =>
  others.length === 0
    ? {}
    : {
        formerUsers: others.map((one) => ({
          id: one.identityId,
          externalId: one.accountExternalId ?? one.externalId,
        })),
      };
