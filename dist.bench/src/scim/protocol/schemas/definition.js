export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:';
export const EXTENSION = 'urn:ietf:params:scim:schemas:extension:';
/** An attribute; a string of one value that may be written, unless said otherwise. */
export function attribute(name, description, given = {}) {
    const type = given.type ?? (given.subAttributes ? 'complex' : 'string');
    return {
        name,
        type,
        multiValued: false,
        description,
        required: false,
        // RFC 7643 §2.3: references and binaries are case exact.
        caseExact: type === 'reference' || type === 'binary',
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'none',
        ...given,
    };
}
/** An attribute, and all its parts, that the service alone writes. */
export function readOnly(definition) {
    const { subAttributes, ...rest } = definition;
    return {
        ...rest,
        mutability: 'readOnly',
        ...(subAttributes ? { subAttributes: subAttributes.map(readOnly) } : {}),
    };
}
/** A list of values with `value`, `display`, `type` and `primary` (RFC 7643 §2.4). */
export function plural(name, description, one, { types, value = {} } = {}) {
    return attribute(name, description, {
        multiValued: true,
        subAttributes: [
            attribute('value', one, value),
            attribute('display', 'A name of the value, for people to read.'),
            attribute('type', 'What the value is used for.', types ? { canonicalValues: types } : {}),
            attribute('primary', 'Whether this is the preferred value; true for one value at most.', {
                type: 'boolean',
            }),
        ],
    });
}
