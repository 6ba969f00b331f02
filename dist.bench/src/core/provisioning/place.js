import { keepable, sameAddress, } from '../../database/queries/host-users.js';
import { access } from './access.js';
import { adoption, different, newHostUser } from './host-profile.js';
import { need } from './locks.js';
import { addressOf, chooseMatch } from './match.js';
import { userNameTaken } from './problems.js';
import { nextFreeSeat } from './seat.js';
/**
 * The host user whom a profile means by its address, brought up to date, or a new one; let in or not, as the
 * profile says.
 * @throws Problem as `chooseMatch` and `nextFreeSeat` do, and `user-name-taken`.
 */
export function findPlace(scene, profile) {
    const { candidates } = scene.facts;
    const address = addressOf(profile);
    const match = address === null ? undefined : chooseMatch(candidates, address);
    if (match)
        return takePlace(scene, profile, match);
    if (candidates.some(({ loginName }) => sameAddress(loginName, profile.userName)))
        throw userNameTaken();
    return newPlace(scene, profile);
}
/** A host user who is there, for a profile as it came. */
export function takePlace(scene, profile, host) {
    // A link that is not active does not keep others from the host user; being alone does, for the moment.
    if (!profile.active)
        need(scene.held, { claims: 'alone' });
    return placeAt(scene, host, { ...adoption(profile, host), ...access(scene, profile.active, host) });
}
function newPlace({ core, idp, shape, facts, held }, profile) {
    const licenceType = profile.active ? nextFreeSeat(core, facts, held) : undefined;
    const { ssoProviderId } = idp;
    const make = { ...newHostUser(profile), isEnabled: profile.active, ssoProviderId, licenceType };
    const isSaid = licenceType !== undefined && shape.columns.has('licence_type');
    return { write: { make }, ...(isSaid && { licenceTaken: licenceType }) };
}
/** What of a change the host user does not have yet. */
export function placeAt({ shape }, host, wanted) {
    const change = keepable(shape, different(host, wanted));
    if (Object.keys(change).length === 0)
        return { host };
    const { licenceType } = change;
    return {
        host: { ...host, ...change },
        write: { userId: host.userId, change },
        ...(licenceType != null && { licenceTaken: licenceType }),
        ...(licenceType !== undefined && host.licenceType !== null && { licenceFreed: host.licenceType }),
    };
}
/** Addresses that a change gives a host user who goes by neither of them yet. */
export function newAddresses(host, { loginName, email }) {
    const isNew = (address) => address != null && !sameAddress(address, host.loginName) && !sameAddress(address, host.email);
    return [...new Set([loginName, email].filter(isNew))];
}
/**
 * No two host users may go by one address.
 * @throws Problem `user-name-taken`.
 */
export function assertAddressFree({ facts }, host, change) {
    const wanted = newAddresses(host, change);
    const others = facts.candidates.filter(({ userId }) => userId !== host.userId);
    const has = (one, address) => sameAddress(one.loginName, address) || sameAddress(one.email, address);
    if (others.some((one) => wanted.some((address) => has(one, address))))
        throw userNameTaken();
}
