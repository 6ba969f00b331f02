import { find } from '../schemas/find.js';
/**
 * Names of no attribute are passed over: they cannot be returned, and that is all that they could ask for.
 * `attributes` wins over `excludedAttributes`, which RFC 7644 has either or.
 */
export function createProjection(type, { attributes, excludedAttributes }) {
    const everything = [...new Set(type.names.values())];
    if (attributes.length > 0) {
        const kept = maskOf(type, attributes);
        for (const one of everything)
            if (isAlways(one, kept))
                insert(kept, pathOf(one));
        const never = attributesMask(everything.filter((one) => one.definition.returned === 'never'));
        return {
            apply: (resource) => drop(pick(resource, kept), never),
            wants: (name) => kept.has(name),
        };
    }
    const dropped = maskOf(type, excludedAttributes);
    for (const one of everything)
        if (one.definition.returned === 'always')
            remove(dropped, pathOf(one));
    for (const one of everything) {
        if (one.definition.returned === 'never' || one.definition.returned === 'request')
            insert(dropped, pathOf(one));
    }
    return {
        apply: (resource) => drop(resource, dropped),
        wants: (name) => dropped.get(name) !== true,
    };
}
/** What is always returned, and of a part: as soon as another part of the same attribute is. */
function isAlways({ definition, parent, extension }, kept) {
    if (definition.returned !== 'always')
        return false;
    return !parent || (extension ? kept.has(extension) : kept.has(parent.name));
}
const pathOf = ({ extension, parent, name }) => [
    ...(extension ? [extension] : []),
    ...(parent ? [parent.name] : []),
    name,
];
function maskOf(type, names) {
    const mask = new Map();
    for (const name of names) {
        const found = find(type, name);
        if (found.kind === 'attribute' && found.attribute.definition.returned !== 'never') {
            insert(mask, pathOf(found.attribute));
        }
        else if (found.kind === 'extension') {
            insert(mask, [found.extension.urn]);
        }
    }
    return mask;
}
function attributesMask(attributes) {
    const mask = new Map();
    for (const one of attributes)
        insert(mask, pathOf(one));
    return mask;
}
function insert(mask, [name = '', ...rest]) {
    const inner = mask.get(name);
    if (inner === true)
        return;
    if (rest.length === 0)
        mask.set(name, true);
    else if (inner)
        insert(inner, rest);
    else
        mask.set(name, nested(rest));
}
function nested(path) {
    const mask = new Map();
    insert(mask, path);
    return mask;
}
function remove(mask, path) {
    const [name = '', ...rest] = path;
    const inner = mask.get(name);
    if (rest.length > 0 && inner instanceof Map)
        remove(inner, rest);
    else if (rest.length === 0)
        mask.delete(name);
}
function pick(from, mask) {
    const picked = {};
    for (const [name, value] of Object.entries(from)) {
        const inner = mask.get(name);
        if (inner === undefined)
            continue;
        const left = inner === true ? value : each(value, (one) => pick(one, inner));
        if (inner === true || !isEmpty(left))
            picked[name] = left;
    }
    return picked;
}
function drop(from, mask) {
    if (mask.size === 0)
        return from;
    const left = {};
    for (const [name, value] of Object.entries(from)) {
        const inner = mask.get(name);
        if (inner === undefined)
            left[name] = value;
        else if (inner !== true) {
            const rest = each(value, (one) => drop(one, inner));
            if (!isEmpty(rest))
                left[name] = rest;
        }
    }
    return left;
}
function each(value, change) {
    if (Array.isArray(value))
        return value.map((one) => each(one, change));
    return value !== null && typeof value === 'object' ? change(value) : value;
}
const isEmpty = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
