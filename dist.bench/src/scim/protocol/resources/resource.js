import { hash } from 'node:crypto';
/**
 * A stored value in the schema's shape and order, whatever order the database keeps it in; undefined where
 * there is none. What a schema no longer has is left out.
 */
export function shaped(attribute, value) {
    if (value === undefined || value === null)
        return undefined;
    if (attribute.children.length === 0)
        return value;
    return Array.isArray(value)
        ? value.map((one) => shapedParts(attribute, one))
        : shapedParts(attribute, value);
}
function shapedParts(attribute, value) {
    if (typeof value !== 'object' || value === null)
        return undefined;
    const given = value;
    const parts = {};
    let any = false;
    for (const { name } of attribute.children) {
        const part = given[name];
        if (part === undefined || part === null)
            continue;
        parts[name] = part;
        any = true;
    }
    return any ? parts : undefined;
}
/**
 * The weak ETag of a resource (RFC 7644 §3.14): of what it says and of when it was changed. References that
 * begin with the service's URL are added afterwards, since a service may go by several.
 */
export const versionOf = (resource, updatedAt) => `W/"${hash('sha1', `${updatedAt.getTime()} ${JSON.stringify(resource)}`, 'base64url').slice(0, 16)}"`;
