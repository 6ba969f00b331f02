import { allOf, anyOf, bound, joined, raw, sql } from '../../fragment.js';
/** Sorts text without regard to case unless it is exact, by character codes. */
export function sortKey(means, attributes, sortBy) {
    return keyOf(means, attributes.operand(sortBy), sortBy);
}
function keyOf(means, operand, sortBy) {
    const { search } = means;
    switch (operand.kind) {
        case 'text': {
            const text = operand.caseExact ? operand.text : (operand.folded ?? search.folded(operand.text));
            // What has an index of ours is never missing, and its order is the index's.
            if (operand.folded)
                return textKey(search, search.inOrder(text), false);
            return textKey(search, search.sortable(text), true);
        }
        case 'id':
            return { ...textKey(search, raw(operand.column), false), shown: raw(operand.column), bind: bindUuid };
        case 'instant':
            return instantKey(means, operand.column);
        case 'number':
            return numberKey(search, operand.value);
        case 'instantText':
            return textKey(search, search.sortableInstant(operand.value), true);
        case 'boolean': {
            const number = sql `case when ${operand.isTrue} then 1 ${raw(operand.present ? 'when' : 'else 0')} ${operand.present ?? raw('')} ${raw(operand.present ? 'then 0' : '')} end`;
            return numberKey(search, number);
        }
        case 'many': {
            const first = operand.elements.first?.(sortBy);
            if (!first)
                return undefined;
            return elementKey(search, first, sortBy);
        }
        default:
            return undefined;
    }
}
const textKey = (search, key, mayBeMissing) => ({
    key,
    shown: search.handedOver(key),
    mayBeMissing,
    carried: (value) => (value === null || value === undefined ? null : String(value)),
    bind: (value) => (typeof value === 'string' && isText(value) ? bound(value) : undefined),
});
const bindUuid = (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
    ? bound(value)
    : undefined;
/** The text of one of many values, as what the schemas say it is. */
function elementKey(search, text, { type, caseExact }) {
    if (type === 'integer' || type === 'decimal')
        return numberKey(search, search.toNumber(text));
    if (type === 'dateTime')
        return textKey(search, search.sortableInstant(search.toInstant(text)), true);
    return textKey(search, search.sortable(caseExact ? text : search.folded(text)), true);
}
const numberKey = (search, key) => ({
    key,
    shown: key,
    mayBeMissing: true,
    carried: (value) => (value === null || value === undefined ? null : String(value)),
    bind: (value) => typeof value === 'string' && /^-?\d{1,310}(\.\d{1,310})?(e[+-]?\d{1,3})?$/i.test(value)
        ? search.toNumber(sql `cast(${bound(value)} as varchar(700))`)
        : undefined,
});
export function instantKey({ bindInstant }, column) {
    return {
        key: raw(column),
        shown: raw(column),
        mayBeMissing: false,
        carried: (value) => (value instanceof Date ? value.getTime() : null),
        bind: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < LAST
            ? bound(bindInstant(new Date(value)))
            : undefined,
    };
}
/** The end of the year 9999. */
const LAST = 253_402_300_800_000;
const isText = (value) => value.length <= 1000 && !/[\0\p{Surrogate}]/u.test(value);
/** `order by`, without the words. */
export function orderBy({ key, mayBeMissing }, id, descending) {
    const way = raw(descending ? ' desc' : '');
    const missing = descending ? raw('then 0 else 1') : raw('then 1 else 0');
    const keys = [sql `${key}${way}`, sql `${raw(id)}${way}`];
    return joined(mayBeMissing ? [sql `case when ${key} is null ${missing} end`, ...keys] : keys, ', ');
}
/**
 * The rows after one of which the key and the id are known. Written so that an index over both can begin
 * there, on engines that do not compare rows.
 */
export function after({ key, mayBeMissing, bind }, id, at, descending) {
    const sign = raw(descending ? '<' : '>');
    const idBound = bindUuid(at.id);
    if (!idBound)
        return undefined;
    const beyondId = sql `${raw(id)} ${sign} ${idBound}`;
    const missing = sql `${key} is null`;
    if (at.key === null) {
        if (!mayBeMissing)
            return undefined;
        const sameKey = allOf([missing, beyondId]);
        return descending ? anyOf([sameKey, sql `${key} is not null`]) : sameKey;
    }
    const value = bind(at.key);
    if (!value)
        return undefined;
    const beyond = sql `(${key} ${sign}= ${value} and (${key} ${sign} ${value} or ${beyondId}))`;
    return mayBeMissing && !descending ? anyOf([beyond, missing]) : beyond;
}
