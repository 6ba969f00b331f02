import type { Session } from '../../database/database.js';
import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import {
  type HostUserChange,
  type HostUserRow,
  hostUsersByAddress,
  insertHostUser,
  keepable,
  sameAddress,
  updateHostUser,
} from '../../database/queries/host-users.js';
import { access } from './access.js';
import { adoption, different, newHostUser } from './host-profile.js';
import { askingTheHost } from './host-refusal.js';
import { addressOf, chooseMatch } from './match.js';
import { userNameTaken } from './problems.js';
import { nextFreeSeat } from './seat.js';
import type { Idp, Profile } from './types.js';

/** The host user of a user, found or made, as it is now. */
export interface Place {
  host: HostUserRow;
  isNew: boolean;
  licenceTaken?: string;
  licenceFreed?: string;
}

/**
 * Finds the host user that a profile means, or makes one, brings it up to date, and lets it in or not, as the
 * profile says. The caller holds the provisioning lock.
 * @throws Problem as `chooseMatch` and `nextFreeSeat` do, and `user-name-taken`.
 */
export async function findPlace(
  session: Session,
  shape: HostUserShape,
  idp: Idp,
  profile: Profile,
): Promise<Place> {
  const address = addressOf(profile);
  const candidates = await hostUsersByAddress(session, shape, address ?? profile.userName);
  const match = address === null ? undefined : chooseMatch(candidates, address);
  if (match) {
    const change = { ...adoption(profile, match), ...(await access(session, shape, idp, profile, match)) };
    return writePlace(session, shape, match, change);
  }
  if (candidates.some(({ loginName }) => sameAddress(loginName, profile.userName))) throw userNameTaken();
  return makePlace(session, shape, idp, profile);
}

async function makePlace(session: Session, shape: HostUserShape, idp: Idp, profile: Profile): Promise<Place> {
  const licenceType = profile.active ? await nextFreeSeat(session) : undefined;
  const { ssoProviderId } = idp;
  const user = { ...newHostUser(profile), isEnabled: profile.active, ssoProviderId, licenceType };
  const host = await askingTheHost(session, () => insertHostUser(session, shape, user));
  return { host, isNew: true, ...(host.licenceType !== null && { licenceTaken: host.licenceType }) };
}

/** Writes what of a change the host user does not have yet. */
export async function writePlace(
  session: Session,
  shape: HostUserShape,
  host: HostUserRow,
  wanted: HostUserChange,
): Promise<Place> {
  const change = keepable(shape, different(host, wanted));
  await askingTheHost(session, () => updateHostUser(session, shape, host.userId, change));
  const { licenceType } = change;
  return {
    host: { ...host, ...change },
    isNew: false,
    ...(licenceType != null && { licenceTaken: licenceType }),
    ...(licenceType !== undefined && host.licenceType !== null && { licenceFreed: host.licenceType }),
  };
}

/**
 * No two host users may go by one address.
 * @throws Problem `user-name-taken`.
 */
export async function assertAddressFree(
  session: Session,
  shape: HostUserShape,
  host: HostUserRow,
  { loginName, email }: HostUserChange,
): Promise<void> {
  const isNew = (address: string | null | undefined): address is string =>
    address != null && !sameAddress(address, host.loginName) && !sameAddress(address, host.email);
  for (const address of new Set([loginName, email].filter(isNew))) {
    const others = await hostUsersByAddress(session, shape, address);
    if (others.some(({ userId }) => userId !== host.userId)) throw userNameTaken();
  }
}
