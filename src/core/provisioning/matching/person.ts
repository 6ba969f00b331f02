import { sameAddress } from '../../../database/queries/host/host-users.js';
import type { KnownIdentity } from '../../../database/queries/users/facts.js';
import type { Profile } from '../types.js';
import { addressOf } from './match.js';

/** Whose a link was when it was last in force: under which external id, and with which account. */
type Former = Pick<KnownIdentity, 'accountExternalId' | 'accountLogin' | 'accountEmail'>;

/**
 * Whether a link that ended is brought back for another person than it was made for: the IdP's id of the object is
 * another one. Where only then or only now there is none, the IdP has corrected its mapping, or has given the user to
 * somebody else: the address tells.
 */
export const isAnotherPerson = (former: Former, profile: Profile): boolean =>
  former.accountExternalId !== profile.externalId && !isSamePerson(former, profile);

/**
 * Whether a create means the user of a former link that has its user name: RFC 7643 §3.1 forbids to give an id to
 * another person. The external id under which the link was last in force tells, where both have one; otherwise the address of the account does.
 */
export function isSamePerson(former: Former, profile: Profile): boolean {
  const { accountExternalId, accountLogin, accountEmail } = former;
  if (accountExternalId !== null && profile.externalId !== null) {
    return accountExternalId === profile.externalId;
  }
  // Of before these were noted: the user name is all there is.
  if (accountLogin === null && accountEmail === null) return true;
  const address = addressOf(profile) ?? profile.userName;
  return sameAddress(address, accountLogin) || sameAddress(address, accountEmail);
}
