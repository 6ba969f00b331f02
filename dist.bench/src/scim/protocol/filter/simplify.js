export function negate(condition) {
    if (typeof condition === 'boolean')
        return !condition;
    return condition.kind === 'not' ? condition.filter : { kind: 'not', filter: condition };
}
/** Joins conditions, leaving out those that decide nothing. */
export function join(kind, conditions) {
    const decisive = kind === 'or';
    const filters = [];
    for (const condition of conditions) {
        if (condition === decisive)
            return decisive;
        if (typeof condition !== 'boolean')
            filters.push(condition);
    }
    const [first] = filters;
    if (!first)
        return !decisive;
    return filters.length === 1 ? first : { kind, filters };
}
