import type { Session } from '../../../database/database.js';
import {
  type IdentityRow,
  isExternalIdTaken,
  leaveGroups,
  updateIdentity,
} from '../../../database/queries/links/identities.js';

/** What of a link tells under which external id its user was known. */
type Known = Pick<IdentityRow, 'identityId' | 'externalId'> & { accountExternalId: string | null };

/**
 * Makes a link that has ended the record of a former person, which its IdP does not see any more: under the external id
 * that was the person's, so that an IdP that brings the person back finds it.
 * @param reused the external id that another link is about to have.
 */
export async function supersede(
  session: Session,
  serviceAccountId: string,
  link: Known,
  reused: string | null,
  at: Date,
): Promise<void> {
  const isReused = reused !== null && link.externalId === reused;
  const former = isReused ? await formerExternalId(session, serviceAccountId, link) : link.externalId;
  // Where the person is the same, and has another account now, the other link is the one to be found.
  const externalId = former === reused ? null : former;
  const { accountExternalId } = link;
  await updateIdentity(session, link.identityId, { externalId, accountExternalId, supersededAt: at });
  await leaveGroups(session, link.identityId, at);
}

/** The external id under which a link was last in force; null where another link of the IdP has it by now. */
export async function formerExternalId(
  session: Session,
  serviceAccountId: string,
  { identityId, accountExternalId: former }: Known,
): Promise<string | null> {
  if (former === null || (await isExternalIdTaken(session, serviceAccountId, former, identityId)))
    return null;
  return former;
}
