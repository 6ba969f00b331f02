import { raw } from '../../fragment.js';
export const SIGNS = {
    eq: raw('='),
    gt: raw('>'),
    ge: raw('>='),
    lt: raw('<'),
    le: raw('<='),
};
/** Whether one value stands to another as the operator says, where there is an order. */
export function stands(operator, one, other) {
    switch (operator) {
        case 'eq':
            return one === other;
        case 'gt':
            return one > other;
        case 'ge':
            return one >= other;
        case 'lt':
            return one < other;
        case 'le':
            return one <= other;
        default:
            return false;
    }
}
