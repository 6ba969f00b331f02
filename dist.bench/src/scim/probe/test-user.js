import { createHash } from 'node:crypto';
import { randomUuid } from '../../core/uuid.js';
/** Ends in a domain that nobody can own (RFC 2606 §2). */
export const freshUserName = (random) => `scimctl-probe-${Buffer.from(random(5)).toString('hex')}@example.invalid`;
/** The same name with something before its @. */
export function besides(userName, suffix) {
    const at = userName.lastIndexOf('@');
    return at < 0 ? `${userName}${suffix}` : `${userName.slice(0, at)}${suffix}${userName.slice(at)}`;
}
/** A user nobody has seen before. */
export function newTestUser(idp, userName, random) {
    const externalId = idp === 'entra' ? randomUuid(random) : `00u${Buffer.from(random(9)).toString('hex').slice(0, 17)}`;
    return { ...person(idp, userName), externalId };
}
/** The user of this name in every run, since its external id is worked out from it. */
export function sameTestUser(idp, userName) {
    const digest = createHash('sha256').update(`${idp} ${userName.toLowerCase()}`).digest();
    return newTestUser(idp, userName, (bytes) => digest.subarray(0, bytes));
}
const person = (idp, userName) => ({
    idp,
    userName,
    email: userName.includes('@') ? userName : `${userName}@example.invalid`,
    givenName: 'Scimctl',
    familyName: 'Probe',
    displayName: 'Scimctl Probe',
    active: true,
});
