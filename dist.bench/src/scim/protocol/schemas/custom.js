import { configurationProblem } from '../../../problem.js';
import { attribute, CORE, } from './definition.js';
const TYPES = [
    'string',
    'boolean',
    'decimal',
    'integer',
    'dateTime',
    'reference',
    'binary',
    'complex',
];
const MUTABILITIES = ['readOnly', 'readWrite', 'immutable', 'writeOnly'];
const RETURNED = ['always', 'never', 'default', 'request'];
/** RFC 7643 §2.1, but for the leading `$`, which is for `$ref` alone. */
const NAME = /^[A-Za-z][\w-]*$/;
const URN = /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[\w().:=@;$!*'%/?#+,-]*[\w]$/;
/**
 * Reads a schema extension for users as an operator gives it: RFC 7643 §7, in JSON. Throws
 * `scim-schema-invalid`, naming what is wrong.
 */
export function readExtensionSchema(given) {
    const schema = objectOf(given, 'the schema');
    const id = textOf(schema, 'id', 'the schema');
    if (!URN.test(id))
        throw invalid(`the id ${JSON.stringify(id)} is not a URN`);
    if (id.toLowerCase().startsWith(CORE.toLowerCase())) {
        throw invalid(`${id} is a name of the standard’s own schemas`);
    }
    const attributes = schema.attributes;
    if (!Array.isArray(attributes) || attributes.length === 0)
        throw invalid(`${id} has no attributes`);
    return {
        id,
        name: optionalText(schema, 'name', id) ?? id,
        description: optionalText(schema, 'description', id) ?? '',
        attributes: readAttributes(attributes, id, true),
    };
}
function readAttributes(given, where, mayBeComplex) {
    const read = given.map((one) => readAttribute(objectOf(one, `an attribute of ${where}`), where, mayBeComplex));
    const names = new Set();
    for (const { name } of read) {
        if (names.has(name.toLowerCase()))
            throw invalid(`${where} has ${name} twice`);
        names.add(name.toLowerCase());
    }
    return read;
}
function readAttribute(given, schema, mayBeComplex) {
    const name = textOf(given, 'name', `an attribute of ${schema}`);
    const where = `${schema}:${name}`;
    if (!NAME.test(name) && !(name === '$ref' && !mayBeComplex)) {
        throw invalid(`${where}: a name has letters, digits, - and _ and begins with a letter`);
    }
    const type = oneOf(given, 'type', TYPES, 'string', where);
    if (type === 'complex' && !mayBeComplex)
        throw invalid(`${where}: complex attributes do not nest`);
    const subAttributes = given.subAttributes ?? [];
    if (!Array.isArray(subAttributes) || subAttributes.length > 0 !== (type === 'complex')) {
        throw invalid(`${where}: sub-attributes belong to complex attributes, and to all of them`);
    }
    if ((given.uniqueness ?? 'none') !== 'none') {
        throw invalid(`${where}: uniqueness must be none; nothing here holds values of extensions unique`);
    }
    const mutability = oneOf(given, 'mutability', MUTABILITIES, 'readWrite', where);
    if (mutability === 'readOnly')
        throw invalid(`${where}: nothing here could ever write a read-only attribute`);
    return attribute(name, optionalText(given, 'description', where) ?? '', {
        type,
        multiValued: flagOf(given, 'multiValued', where),
        required: flagOf(given, 'required', where),
        caseExact: type === 'reference' || type === 'binary' || flagOf(given, 'caseExact', where),
        mutability,
        returned: mutability === 'writeOnly' ? 'never' : oneOf(given, 'returned', RETURNED, 'default', where),
        ...list(given, 'canonicalValues', where),
        ...list(given, 'referenceTypes', where),
        ...(type === 'complex' ? { subAttributes: readAttributes(subAttributes, where, false) } : {}),
    });
}
function objectOf(value, what) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        throw invalid(`${what} is not a JSON object`);
    }
    return value;
}
function textOf(given, key, where) {
    const text = optionalText(given, key, where);
    if (!text)
        throw invalid(`${where} has no ${key}`);
    return text;
}
function optionalText(given, key, where) {
    const value = given[key] ?? undefined;
    if (value !== undefined && typeof value !== 'string')
        throw invalid(`${key} of ${where} is not text`);
    return value;
}
function flagOf(given, key, where) {
    const value = given[key] ?? false;
    if (typeof value !== 'boolean')
        throw invalid(`${key} of ${where} is neither true nor false`);
    return value;
}
function oneOf(given, key, allowed, other, where) {
    const value = given[key] ?? other;
    if (!allowed.includes(value))
        throw invalid(`${key} of ${where} is none of ${allowed.join(', ')}`);
    return value;
}
function list(given, key, where) {
    const value = given[key] ?? undefined;
    if (value === undefined)
        return {};
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
        throw invalid(`${key} of ${where} is not a list of texts`);
    }
    return { [key]: value };
}
const invalid = (what) => configurationProblem('scim-schema-invalid', `A SCIM schema cannot be used: ${what}.`, {
    hint: 'Write it as RFC 7643 §7 does: id, name, description and attributes with their characteristics.',
});
