import type { KnownIdentity } from '../../database/queries/facts.js';
import { sameAddress } from '../../database/queries/host-users.js';
import { addressOf } from './match.js';
import type { Profile } from './types.js';

/**
 * Whether a link that ended is brought back for another person than it was made for: the IdP's id of the object is
 * another one. An IdP that sent none before has corrected its mapping.
 * @param former the external id under which the link was last in force.
 */
export const isAnotherPerson = (
  former: string | null,
  { externalId }: Pick<Profile, 'externalId'>,
): boolean => former !== null && externalId !== null && former !== externalId;

/**
 * Whether a create means the user of a former link that has its user name: RFC 7643 §3.1 forbids to give an id to
 * another person. The external id under which the link was last in force tells, where both have one; otherwise the address of the account does.
 */
export function isSamePerson(former: KnownIdentity, profile: Profile): boolean {
  const externalId = former.accountExternalId ?? former.externalId;
  if (externalId !== null && profile.externalId !== null) return externalId === profile.externalId;
  const { accountLogin, accountEmail } = former;
  // Of before these were noted: the user name is all there is.
  if (accountLogin === null && accountEmail === null) return true;
  const address = addressOf(profile) ?? profile.userName;
  return sameAddress(address, accountLogin) || sameAddress(address, accountEmail);
}
