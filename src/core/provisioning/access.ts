import type { Session } from '../../database/database.js';
import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserChange, HostUserRow } from '../../database/queries/host-users.js';
import type { DeprovisionPolicy } from '../../database/queries/service-accounts.js';
import { nextFreeSeat } from './seat.js';
import type { Idp, Profile } from './types.js';

/**
 * What lets a host user in, or shuts them out, as a profile says.
 * @throws Problem `seats-exhausted`.
 */
export async function access(
  session: Session,
  shape: HostUserShape,
  idp: Idp,
  { active }: Pick<Profile, 'active'>,
  host: HostUserRow,
): Promise<HostUserChange> {
  if (!active) return exclusion(idp.deprovisionPolicy);
  const { ssoProviderId } = idp;
  const isSeated = host.isEnabled && (host.licenceType !== null || !shape.columns.has('licence_type'));
  return { isEnabled: true, ssoProviderId, ...(!isSeated && { licenceType: await nextFreeSeat(session) }) };
}

/** What becomes of a host user whom the IdP deprovisions; under `manual` an administrator sees to it. */
export const exclusion = (policy: DeprovisionPolicy): HostUserChange =>
  policy === 'disable' ? { isEnabled: false, licenceType: null } : {};
