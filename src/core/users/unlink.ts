import type { Session } from '../../database/database.js';
import { leaveGroups, updateIdentity } from '../../database/queries/links/identities.js';

/**
 * Ends links for good: their account is another person's. They give up their external ids, so that the IdP can bring
 * its users back under another account.
 */
export async function unlinkForGood(
  session: Session,
  links: readonly { identityId: string }[],
  at: Date,
): Promise<void> {
  for (const { identityId } of links) {
    await updateIdentity(session, identityId, { unlinkedAt: at, updatedAt: at, externalId: null });
    await leaveGroups(session, identityId, at);
  }
}
