import { isDeepStrictEqual } from 'node:util';
import { fromStored } from './stored-attributes.js';
/** A user as the IdP reads it back. */
export function toUser(row, { columns }) {
    const { attributes, names } = fromStored(row.attributes);
    const { host } = row;
    return {
        id: row.identityId,
        hostUserId: row.hostUserId,
        userName: row.userName,
        externalId: row.externalId,
        active: row.deprovisionedAt === null && host !== null && host.isEnabled,
        email: host ? host.email : names.email,
        displayName: host ? host.displayName : names.displayName,
        givenName: host && columns.has('given_name') ? host.givenName : names.givenName,
        familyName: host && columns.has('family_name') ? host.familyName : names.familyName,
        attributes,
        licenceType: host?.licenceType ?? null,
        createdAt: row.createdAt,
        updatedAt: row.updatedAt,
        groups: row.groups,
    };
}
const NAMES = {
    email: 'emails',
    givenName: 'name.givenName',
    familyName: 'name.familyName',
};
/** Names of the attributes that differ, as RFC 7643 has them; for the trail, which holds no values. */
export function changedAttributes(current, wanted) {
    const fields = [
        'userName',
        'externalId',
        'active',
        'email',
        'displayName',
        'givenName',
        'familyName',
    ];
    const simple = fields
        .filter((field) => current[field] !== wanted[field])
        .map((field) => NAMES[field] ?? field);
    const others = Object.keys({ ...current.attributes, ...wanted.attributes }).filter((name) => !isDeepStrictEqual(current.attributes[name], wanted.attributes[name]));
    return [...new Set([...simple, ...others])];
}
