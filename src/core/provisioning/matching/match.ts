import { goesBy, type HostUserCandidate } from '../../../database/queries/host/host-users.js';
import { accountGivenAway, userAmbiguous, userClaimed, userDoubtful, userProtected } from '../problems.js';
import type { Profile } from '../types.js';

/**
 * The address that tells who somebody is: the e-mail address, or a user name that is one. A bare user name
 * (`admin`) is none, or an IdP could take over an account by naming a user like it.
 */
export const addressOf = ({ email, userName }: Pick<Profile, 'email' | 'userName'>): string | null =>
  email ?? (userName.includes('@') ? userName : null);

/**
 * The one host user who is meant by an address, among those who have it as e-mail address or login name; none where
 * there is no such account. To the letter goes before in another case, whichever of the two has it: where two are
 * equally near, neither is chosen.
 * @throws Problem `user-ambiguous`, `user-protected`, `user-claimed`.
 */
export function chooseMatch(
  candidates: readonly HostUserCandidate[],
  address: string,
  profile: Pick<Profile, 'externalId' | 'userName'>,
): HostUserCandidate | undefined {
  const near = nearest(candidates, address);
  // An address that a protected account shares is still that of the other one.
  const open = near.filter(({ isProtected }) => !isProtected);
  const [match, another] = open;
  if (another) throw userAmbiguous(open, profile);
  if (!match && near.length > 0) throw userProtected();
  return match && assertOpen(match);
}

/** Those who have the address to the letter; where there is none, those who have it in another case. */
function nearest(candidates: readonly HostUserCandidate[], address: string): HostUserCandidate[] {
  const exact = candidates.filter(({ loginName, email }) => loginName === address || email === address);
  return exact.length > 0 ? exact : candidates.filter((one) => goesBy(one, address));
}

/**
 * A protected host user, and one whom somebody else manages, is not for the taking.
 * @throws Problem `user-protected`, `user-claimed`.
 */
export function assertOpen<T extends HostUserCandidate>(host: T): T {
  if (host.isProtected) throw userProtected();
  if (host.claimedBy !== null) throw userClaimed(host);
  return host;
}

/**
 * The account of a link that is to come back: its user's own still, and nobody else's. Where another link is sure of
 * it, it is not in doubt whose it is.
 * @param agrees whether it is the account that the link was made for, as far as can be told.
 * @throws Problem `user-protected`, `user-claimed`, `user-doubtful`.
 */
export function assertOwn<T extends HostUserCandidate>(host: T, agrees: boolean): T {
  if (!agrees && host.claimedBy !== null && !host.claimIsDoubtful) throw accountGivenAway(host);
  assertOpen(host);
  if (!agrees) throw userDoubtful(host);
  return host;
}
