import { allOf, bound, NEVER, sql } from '../../fragment.js';
import { SIGNS } from './operators.js';
/** Text with text; null where the attribute has no value. */
export function compareText(search, operand, operator, value) {
    const { text, fold } = sides(search, operand);
    const sign = SIGNS[operator];
    if (operator === 'eq') {
        if (!isStorable(value))
            return NEVER;
        const candidates = operand.candidates?.(value);
        const other = fold(bound(value));
        // Without an index to be found by, the text is best read once.
        const equal = operand.indexed
            ? search.equal(text, other)
            : sql `${search.ordered(text)} = ${search.ordered(other)}`;
        return candidates ? allOf([candidates, equal]) : equal;
    }
    if (sign) {
        // Nothing that is stored holds a NUL, so everything longer than what is before it comes after it.
        const [before = '', ...rest] = value.split('\0');
        const beyond = rest.length > 0;
        const order = beyond && operator === 'ge' ? SIGNS.gt : beyond && operator === 'lt' ? SIGNS.le : sign;
        return sql `${search.ordered(text)} ${order} ${search.ordered(fold(bound(wellFormed(before))))}`;
    }
    if (value === '')
        return sql `${operand.text} is not null`;
    if (!isStorable(value) || value.length > search.longestPart)
        return NEVER;
    const part = fold(bound(value));
    if (operator === 'co')
        return search.contains(text, part);
    return operator === 'sw' ? search.startsWith(text, part) : search.endsWith(text, part);
}
/** Both sides of a comparison in the form in which they compare. */
function sides(search, operand) {
    if (operand.caseExact)
        return { text: operand.text, fold: (value) => value };
    return { text: operand.folded ?? search.folded(operand.text), fold: search.folded };
}
/** PostgreSQL takes neither NUL nor half of a surrogate pair; nothing stored holds them. */
const isStorable = (value) => !/[\0\p{Surrogate}]/u.test(value);
const wellFormed = (value) => value.replace(/\p{Surrogate}/gu, '\ufffd');
