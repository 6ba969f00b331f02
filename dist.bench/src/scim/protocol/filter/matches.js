/**
 * Whether one element of an attribute with many values meets the filter in its brackets. A part that the
 * element does not have meets nothing but `ne` (RFC 7644 §3.4.2.2 leaves that open; so does the database).
 */
export function matches(filter, element) {
    switch (filter.kind) {
        case 'and':
            return filter.filters.every((one) => matches(one, element));
        case 'or':
            return filter.filters.some((one) => matches(one, element));
        case 'not':
            return !matches(filter.filter, element);
        case 'present':
            return partOf(element, filter.attribute.path) !== undefined;
        case 'compare': {
            const { attribute, operator, value } = filter;
            const part = partOf(element, attribute.path);
            if (part === undefined)
                return operator === 'ne';
            return attribute.caseExact || typeof part !== 'string' || typeof value !== 'string'
                ? compare(part, operator, value)
                : compare(part.toLowerCase(), operator, value.toLowerCase());
        }
        case 'element':
            return false;
    }
}
function partOf(element, path) {
    if (element === null || typeof element !== 'object')
        return element ?? undefined;
    return element[path.at(-1) ?? ''] ?? undefined;
}
function compare(part, operator, value) {
    if (operator === 'eq')
        return part === value;
    if (operator === 'ne')
        return part !== value;
    if (typeof part === 'string' && typeof value === 'string') {
        if (operator === 'co')
            return part.includes(value);
        if (operator === 'sw')
            return part.startsWith(value);
        if (operator === 'ew')
            return part.endsWith(value);
    }
    if (typeof part !== typeof value)
        return false;
    const [left, right] = [part, value];
    if (operator === 'gt')
        return left > right;
    if (operator === 'ge')
        return left >= right;
    if (operator === 'lt')
        return left < right;
    return operator === 'le' && left <= right;
}
