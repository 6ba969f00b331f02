import { allOf, raw, sql } from '../../fragment.js';
/** An attribute that is kept in a JSON object, where its path leads. */
export function jsonOperand(search, json, attribute) {
    if (attribute.multiValued) {
        const elements = jsonElementsOf(search, json, attribute);
        return { kind: 'many', elements, operand: (element) => element(attribute) };
    }
    const { path } = attribute;
    return operandOf(search, attribute, search.jsonText(json, path), search.jsonPresent(json, path));
}
/** The elements of an attribute in JSON that has many values; the path may lead on, into them. */
export function jsonElementsOf(search, json, attribute) {
    const array = arrayPath(attribute);
    const found = search.jsonElements(json, array);
    return {
        some: (condition) => {
            const resolved = condition((part) => elementOperand(search, found, partOf(array, part), part));
            return sql `exists (select 1 from ${found.from} where ${resolved})`;
        },
        first: (part) => found.first(partOf(array, part)),
    };
}
function elementOperand(search, elements, part, attribute) {
    const text = elements.text(part);
    const present = part === undefined ? sql `${text} is not null` : elements.present(part);
    return operandOf(search, attribute, text, present);
}
/** A text out of JSON as the schemas' type says. */
function operandOf(search, { type, caseExact }, text, present) {
    switch (type) {
        case 'boolean': {
            const given = sql `${text} is not null`;
            return { kind: 'boolean', isTrue: allOf([given, sql `${text} = ${raw("'true'")}`]), present: given };
        }
        case 'integer':
        case 'decimal':
            return { kind: 'number', value: search.toNumber(text) };
        case 'dateTime':
            return { kind: 'instantText', value: search.toInstant(text) };
        default:
            return { kind: 'text', text, caseExact, present };
    }
}
/** `phoneNumbers` of `phoneNumbers.type`; in an extension with the extension's URN before it. */
export const arrayPath = ({ path }) => path.slice(0, isExtension(path) ? 2 : 1);
const isExtension = ([first = '']) => /^urn:/i.test(first);
/** The name within an element, for a path from the resource inwards as for one from the element. */
export function partOf(array, { path }) {
    const isWhole = array.every((name, at) => path[at] === name);
    return (isWhole ? path.slice(array.length) : path).at(-1);
}
