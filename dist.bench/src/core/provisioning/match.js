import { sameAddress } from '../../database/queries/host-users.js';
import { userAmbiguous, userClaimed, userProtected } from './problems.js';
/**
 * The address that tells who somebody is: the e-mail address, or a user name that is one. A bare user name
 * (`admin`) is none, or an IdP could take over an account by naming a user like it.
 */
export const addressOf = ({ email, userName }) => email ?? (userName.includes('@') ? userName : null);
/**
 * The one host user who is meant by an address, among those who have it as e-mail address or login name; none
 * where nobody has it.
 * @throws Problem `user-ambiguous`, `user-protected`, `user-claimed`.
 */
export function chooseMatch(candidates, address) {
    if (candidates.length === 0)
        return undefined;
    const named = candidates.find(({ loginName }) => sameAddress(loginName, address));
    const open = named ? [named] : candidates.filter(({ isProtected }) => !isProtected);
    const [match, another] = open;
    if (another)
        throw userAmbiguous(open.length);
    if (!match)
        throw userProtected();
    return assertOpen(match);
}
/**
 * A protected host user, and one whom somebody else manages, is not for the taking.
 * @throws Problem `user-protected`, `user-claimed`.
 */
export function assertOpen(host) {
    if (host.isProtected)
        throw userProtected();
    if (host.claimedBy !== null)
        throw userClaimed();
    return host;
}
