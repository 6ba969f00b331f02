import { invalidValue, ScimError, shown } from '../scim-error.js';
import { coerceOne, isNothing, pruned } from '../values/coerce.js';
import { changeList } from './list.js';
import { parsePath } from './path.js';
/** Applies one operation of a PATCH (RFC 7644 §3.5.2) to a document of one's own. */
export function applyOperation(type, document, operation) {
    if (operation.path === undefined) {
        applyBody(type, document, operation);
        return;
    }
    const path = parsePath(type, operation.path);
    if (path.kind === 'extension')
        applyExtension(type, document, path.extension, operation);
    else if (path.kind === 'attribute') {
        refuseReadOnly(path, operation.path);
        applyAttribute(document, path, operation);
    }
}
/**
 * Applies an operation without a path, of which the body of a POST or PUT is one as well. Names may be
 * dotted, have URNs and filters, as Entra ID's are. What is unknown or read-only is not taken (RFC 7644 §3.3).
 */
export function applyBody(type, document, operation) {
    const { value } = operation;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        throw invalidValue(`Without a path, the value must be an object, and was sent as ${shown(value)}.`);
    }
    for (const [name, one] of Object.entries(value)) {
        const path = tolerantPath(type, name);
        const inner = { ...operation, path: name, value: one };
        if (path.kind === 'extension')
            applyExtension(type, document, path.extension, inner);
        else if (path.kind === 'attribute' && !isReadOnly(path))
            applyAttribute(document, path, inner);
    }
}
function tolerantPath(type, name) {
    try {
        return parsePath(type, name);
    }
    catch (error) {
        if (error instanceof ScimError && !name.includes('['))
            return { kind: 'ignored' };
        throw error;
    }
}
function applyExtension(type, document, extension, operation) {
    const { op, value } = operation;
    if (op === 'remove' || isNothing(value)) {
        delete document[extension.urn];
        return;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw invalidValue(`${extension.urn} must be an object, and was sent as ${shown(value)}.`);
    }
    for (const [name, one] of Object.entries(value)) {
        const path = tolerantPath(type, `${extension.urn}:${name}`);
        if (path.kind === 'attribute' && !isReadOnly(path)) {
            applyAttribute(document, path, { ...operation, path: name, value: one });
        }
    }
}
function applyAttribute(document, path, operation) {
    const { attribute, filter, part } = path;
    const within = attribute.extension;
    const container = within ? { ...document[within] } : document;
    const before = container[attribute.name];
    const after = attribute.definition.multiValued
        ? changeList((before ?? []), attribute, filter, part, operation)
        : changeOne(before, path, operation);
    refuseImmutable(path, before, after);
    if (isNothing(after))
        delete container[attribute.name];
    else
        container[attribute.name] = after;
    if (!within)
        return;
    if (Object.keys(container).length > 0)
        document[within] = container;
    else
        delete document[within];
}
function changeOne(before, { attribute, filter, part }, operation) {
    if (filter !== undefined && filter !== true) {
        throw new ScimError(400, 'invalidPath', `${attribute.label} has one value, and takes no filter in brackets.`);
    }
    const removing = operation.op === 'remove';
    if (part) {
        const value = removing ? undefined : coerceOne(part, operation.value);
        return setPart((before ?? {}), attribute, part, value);
    }
    if (removing)
        return undefined;
    const given = coerceOne(attribute, operation.value);
    if (attribute.definition.type !== 'complex' || given === undefined)
        return given;
    // Parts are merged (RFC 7644 §3.5.2.3), unless they all say which one value the attribute has: a manager.
    if (attribute.child.has('value'))
        return pruned(given);
    return pruned({ ...before, ...given });
}
function setPart(before, attribute, part, value) {
    if (before[part.name] === value)
        return pruned(before);
    const after = { ...before, [part.name]: value };
    // A reference to somebody else would contradict the new value.
    if (part.name === 'value' && attribute.child.has('$ref'))
        after.$ref = undefined;
    return pruned(after);
}
const isReadOnly = ({ attribute, part }) => attribute.definition.mutability === 'readOnly' || part?.definition.mutability === 'readOnly';
function refuseReadOnly(path, text) {
    if (isReadOnly(path))
        throw new ScimError(400, 'mutability', `${text} is read-only.`);
}
function refuseImmutable({ attribute, part }, before, after) {
    const target = part ?? attribute;
    if (target.definition.mutability !== 'immutable' || before === undefined)
        return;
    const [old, now] = part && !attribute.definition.multiValued
        ? [valueAt(before, part), valueAt(after, part)]
        : [before, after];
    if (old !== undefined && JSON.stringify(old) !== JSON.stringify(now)) {
        throw new ScimError(400, 'mutability', `${target.label} cannot be changed once it has a value.`);
    }
}
const valueAt = (parts, { name }) => parts?.[name];
