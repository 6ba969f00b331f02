import type { Session } from '../../database/database.js';
import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import {
  type HostUserCandidate,
  type HostUserChange,
  hostUserOf,
  keepable,
} from '../../database/queries/host-users.js';
import type { UserRow } from '../../database/queries/users.js';
import { access, exclusion } from './access.js';
import { revision } from './host-profile.js';
import { assertOpen } from './match.js';
import { assertAddressFree, findPlace, type Place, writePlace } from './place.js';
import { assertMayProvision } from './prerequisites.js';
import type { Idp, Profile, ProvisionedUser } from './types.js';

/**
 * Carries a change of a user over to the host user; undefined where that is not touched: it is gone, or
 * nothing of it changes, or it is not ours to write, being protected or by now somebody else's. Then a
 * deprovisioning is acknowledged all the same, and whatever gives access or renames is refused.
 * @throws Problem `user-protected`, `user-claimed`, `user-name-taken`, and as `findPlace` does.
 */
export async function changeHost(
  session: Session,
  shape: HostUserShape,
  idp: Idp,
  row: UserRow,
  current: ProvisionedUser,
  wanted: Profile,
): Promise<Place | undefined> {
  const enables = wanted.active && !current.active;
  if (enables) await assertMayProvision(session, idp);
  const host = await hostOf(session, shape, row);
  if (!host) return enables ? findPlace(session, shape, idp, wanted) : undefined;
  const profileChange = keepable(shape, revision(current, wanted, host));
  const isOpen = !host.isProtected && host.claimedBy === null;
  const isDeprovisioned = !wanted.active && (current.active || row.deprovisionedAt !== null);
  if (!isOpen && isDeprovisioned) return undefined;
  if (enables || !isEmpty(profileChange)) assertOpen(host);
  await assertAddressFree(session, shape, host, profileChange);
  const accessChange =
    current.active === wanted.active
      ? {}
      : wanted.active
        ? await access(session, shape, idp, wanted, host)
        : exclusion(idp.deprovisionPolicy);
  const change = { ...profileChange, ...accessChange };
  return isEmpty(change) ? undefined : writePlace(session, shape, host, change);
}

/** While the link is in force nobody else has one to the same host user; the database sees to that. */
const hostOf = (
  session: Session,
  shape: HostUserShape,
  { deprovisionedAt, host, identityId }: UserRow,
): Promise<HostUserCandidate | undefined> =>
  deprovisionedAt === null && host
    ? Promise.resolve({ ...host, claimedBy: null })
    : hostUserOf(session, shape, identityId);

const isEmpty = (change: HostUserChange) => Object.keys(change).length === 0;
