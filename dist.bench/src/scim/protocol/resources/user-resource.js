import { HOST_USER_SCHEMA } from '../schemas/user-extensions.js';
import { shaped, versionOf } from './resource.js';
/** A user as the IdP reads it (RFC 7643 §8.2): the host application's data, and what the IdP said beside it. */
export function userResource(type, user, baseUrl) {
    const { attributes } = user;
    const resource = { schemas: [type.schema.id], id: user.id };
    if (user.externalId !== null)
        resource.externalId = user.externalId;
    for (const attribute of type.attributes) {
        const value = attributeValue(attribute, user);
        if (value !== undefined)
            resource[attribute.name] = value;
    }
    for (const extension of type.extensions) {
        const value = extensionOf(extension, user, attributes);
        if (value === undefined)
            continue;
        resource.schemas.push(extension.urn);
        resource[extension.urn] = value;
    }
    resource.meta = {
        resourceType: type.name,
        created: user.createdAt.toISOString(),
        lastModified: user.updatedAt.toISOString(),
        location: `${baseUrl}${type.endpoint}/${user.id}`,
        version: versionOf(resource, user.updatedAt),
    };
    for (const group of resource.groups) {
        group.$ref = `${baseUrl}/Groups/${group.value}`;
    }
    return resource;
}
function attributeValue(attribute, user) {
    switch (attribute.name) {
        case 'userName':
            return user.userName;
        case 'name':
            return nameOf(attribute, user);
        case 'displayName':
            return user.displayName ?? undefined;
        case 'active':
            return user.active;
        case 'emails':
            return user.email === null ? undefined : [{ value: user.email, type: 'work', primary: true }];
        case 'groups':
            return user.groups.map(({ id, displayName }) => ({ value: id, display: displayName, type: 'direct' }));
        default:
            return shaped(attribute, user.attributes[attribute.name]);
    }
}
function nameOf(attribute, { givenName, familyName, attributes }) {
    const name = { ...attributes.name };
    if (givenName !== null)
        name.givenName = givenName;
    if (familyName !== null)
        name.familyName = familyName;
    return shaped(attribute, name);
}
function extensionOf(extension, user, attributes) {
    const own = extension.urn === HOST_USER_SCHEMA.id
        ? { hostUserId: user.hostUserId, licenceType: user.licenceType ?? undefined }
        : (attributes[extension.urn] ?? {});
    const value = {};
    let any = false;
    for (const attribute of extension.attributes) {
        const one = shaped(attribute, own[attribute.name]);
        if (one === undefined)
            continue;
        value[attribute.name] = one;
        any = true;
    }
    return any ? value : undefined;
}
