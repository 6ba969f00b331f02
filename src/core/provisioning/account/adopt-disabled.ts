import type { Session } from '../../../database/database.js';
import { type HostUserRow, isOn } from '../../../database/queries/host/host-users.js';
import { hasHadAccount } from '../../../database/queries/links/identities.js';
import type { Place } from '../matching/place.js';
import { userDisabled } from '../problems.js';
import type { Idp } from '../types.js';

/**
 * An administrator may have disabled an account for a reason that no IdP knows. So an IdP can be set to leave a disabled
 * account alone that it never had; one that it had itself comes back with the link.
 * @throws Problem `user-disabled`.
 */
export async function assertAdoptable(session: Session, idp: Idp, { before }: Place): Promise<void> {
  if (!before || !isForFormerLinks(idp, before) || (await hasHadAccount(session, idp.id, before.userId)))
    return;
  throw userDisabled(before);
}

/** Whether only an IdP that had this account in force enables it. */
export const isForFormerLinks = ({ adoptsDisabled = true }: Idp, host: HostUserRow): boolean =>
  !adoptsDisabled && !isOn(host);
