import { urnKey } from './resource-type.js';
const UNKNOWN = { kind: 'unknown' };
const FOREIGN = { kind: 'foreign' };
/**
 * Finds the attribute of a name such as `emails.value` or `urn:…:User:manager`, without regard to case
 * (RFC 7643 §2.1), and with URNs as IdPs mistype them.
 */
export function find(type, name) {
    const attribute = findAttribute(type, name);
    if (attribute)
        return { kind: 'attribute', attribute };
    if (!/^urn:/i.test(name))
        return UNKNOWN;
    const whole = schemaOf(type, name);
    if (whole)
        return whole.extension ? { kind: 'extension', extension: whole.extension } : UNKNOWN;
    const colon = name.lastIndexOf(':');
    const schema = schemaOf(type, name.slice(0, colon));
    if (!schema)
        return FOREIGN;
    const prefix = schema.extension ? `${schema.extension.urn}:` : '';
    const mistyped = findAttribute(type, `${prefix}${name.slice(colon + 1)}`);
    return mistyped ? { kind: 'attribute', attribute: mistyped } : UNKNOWN;
}
export const findAttribute = (type, name) => type.names.get(name.toLowerCase());
function schemaOf(type, urn) {
    const key = urnKey(urn);
    return type.schemasByUrn.has(key) ? { extension: type.schemasByUrn.get(key) } : undefined;
}
/** Foreign schemas that a client names are no fault of its attributes; a name that is nearly right is. */
export const noSuchAttribute = (type, name) => `${type.name} has no attribute ${JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)}.`;
