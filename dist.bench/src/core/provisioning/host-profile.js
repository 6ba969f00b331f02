import { sameAddress } from '../../database/queries/host-users.js';
import { addressOf } from './match.js';
/** Host applications require a display name; IdPs do not always send one. */
const displayNameOf = ({ displayName, givenName, familyName }) => displayName ?? ([givenName, familyName].filter((part) => part !== null).join(' ') || null);
/** A new host user for a profile. The login name is the e-mail address. */
export const newHostUser = (profile) => ({
    loginName: addressOf(profile) ?? profile.userName,
    email: profile.email,
    displayName: displayNameOf(profile) ?? profile.userName,
    givenName: profile.givenName,
    familyName: profile.familyName,
});
/** What of a profile a host user does not have yet. What the profile does not say, the host keeps. */
export function adoption(profile, host) {
    return different(host, {
        loginName: addressOf(profile) ?? undefined,
        email: profile.email ?? undefined,
        displayName: displayNameOf(profile) ?? undefined,
        givenName: profile.givenName ?? undefined,
        familyName: profile.familyName ?? undefined,
    });
}
/** What a change of the profile changes of the host user; what was taken away is cleared. */
export function revision(current, wanted, host) {
    const changed = (...fields) => fields.some((field) => wanted[field] !== current[field]);
    const login = addressOf(wanted) ?? wanted.userName;
    return different(host, {
        loginName: changed('email') || (wanted.email === null && changed('userName')) ? login : undefined,
        email: changed('email') ? wanted.email : undefined,
        displayName: changed('displayName') ? (displayNameOf(wanted) ?? undefined) : undefined,
        givenName: changed('givenName') ? wanted.givenName : undefined,
        familyName: changed('familyName') ? wanted.familyName : undefined,
    });
}
/** Without what the host user has already. */
export function different(host, change) {
    const fields = Object.entries(change).filter(([field, value]) => {
        const present = host[field];
        // A GUID comes in either case.
        const same = field === 'ssoProviderId' ? sameAddress(String(value), String(present)) : value === present;
        return value !== undefined && !same;
    });
    return Object.fromEntries(fields);
}
