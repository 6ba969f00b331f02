import { rootOf } from './random.js';
/** Whether a resource matches, as RFC 7644 §3.4.2.2 says and docs say of what it leaves open; without any SQL. */
export function evaluate(filter, resource, characters) {
    switch (filter.kind) {
        case 'and':
            return filter.filters.every((each) => evaluate(each, resource, characters));
        case 'or':
            return filter.filters.some((each) => evaluate(each, resource, characters));
        case 'not':
            return !evaluate(filter.filter, resource, characters);
        case 'present':
            return valuesOf(filter.attribute, resource).some(isPresent);
        case 'compare':
            return compare(filter, resource, characters);
        case 'element':
            return elementsOf(filter.attribute, resource).some((element) => evaluate(inside(filter.attribute, filter.filter), element, characters));
    }
}
export const UNSTORABLE = /[\0\p{Surrogate}]/u;
const EXACT = ['eq', 'co', 'sw', 'ew'];
const isPresent = (value) => value !== undefined && value !== null && value !== '';
function compare({ attribute, operator, value }, resource, characters) {
    const values = valuesOf(attribute, resource);
    if (value === null)
        return values.some(isPresent) === (operator === 'ne');
    const holds = (one, how) => one !== undefined && one !== null && stands(attribute, how, one, value, characters);
    if (operator !== 'ne')
        return values.some((one) => holds(one, operator));
    return values.length === 0 || values.some((one) => !holds(one, 'eq'));
}
function stands({ type, caseExact }, operator, one, other, { fold, order }) {
    switch (type) {
        case 'boolean':
            return operator === 'eq' && one === other;
        case 'integer':
        case 'decimal':
            return byOrder(operator, Number(one) - Number(other));
        case 'dateTime': {
            const difference = nanoseconds(String(one)) - nanoseconds(String(other));
            return byOrder(operator, difference < 0n ? -1 : difference > 0n ? 1 : 0);
        }
        default: {
            const [text, part] = caseExact
                ? [String(one), String(other)]
                : [fold(String(one)), fold(String(other))];
            // Nothing that is stored holds such text, or part of it.
            if (UNSTORABLE.test(part) && EXACT.includes(operator))
                return false;
            if (operator === 'co')
                return text.includes(part);
            if (operator === 'sw')
                return text.startsWith(part);
            if (operator === 'ew')
                return text.endsWith(part);
            return byOrder(operator, text === part ? 0 : order(text, part));
        }
    }
}
function byOrder(operator, difference) {
    switch (operator) {
        case 'eq':
            return difference === 0;
        case 'gt':
            return difference > 0;
        case 'ge':
            return difference >= 0;
        case 'lt':
            return difference < 0;
        case 'le':
            return difference <= 0;
        default:
            return false;
    }
}
/** Finer than a Date. */
export function nanoseconds(instant) {
    const [, seconds = '', fraction = '', zone = 'Z'] = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(instant) ?? [];
    return BigInt(Date.parse(`${seconds}${zone}`)) * 1000000n + BigInt(fraction.padEnd(9, '0'));
}
/** One for each element, where there are many; one or none, where there is one. */
export function valuesOf(attribute, resource) {
    const part = attribute.path.slice(rootOf(attribute).length);
    if (attribute.multiValued) {
        return elementsOf(attribute, resource).map((element) => (part.length > 0 ? at(element, part) : element));
    }
    const value = at(resource, attribute.path);
    return [value];
}
function elementsOf(attribute, resource) {
    const found = at(resource, rootOf(attribute));
    return Array.isArray(found) ? found : [];
}
const at = (value, path) => path.reduce((inner, name) => inner?.[name], value);
/** The filter in the brackets, of the element's own attributes. */
function inside(array, filter) {
    const within = (attribute) => ({
        ...attribute,
        path: attribute.path.slice(rootOf(array).length),
        multiValued: false,
    });
    switch (filter.kind) {
        case 'and':
        case 'or':
            return { ...filter, filters: filter.filters.map((each) => inside(array, each)) };
        case 'not':
            return { ...filter, filter: inside(array, filter.filter) };
        case 'element':
            return filter;
        default:
            return { ...filter, attribute: within(filter.attribute) };
    }
}
