/** The same numbers for the same seed, from 0 up to 1 (mulberry32). */
export function seeded(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}
export const TEXT_OPERATORS = [
    'eq',
    'ne',
    'co',
    'sw',
    'ew',
    'gt',
    'ge',
    'lt',
    'le',
];
const ORDER = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const EQUALITY = ['eq', 'ne'];
export function operatorsOf({ type }) {
    if (type === 'boolean')
        return EQUALITY;
    return type === 'string' || type === 'reference' || type === 'binary' ? TEXT_OPERATORS : ORDER;
}
/** A filter of at most this many levels. */
export function randomFilter({ attributes, valuesOf }, random, depth) {
    const pick = (all) => all[Math.floor(random() * all.length)];
    const leaf = (choice) => {
        const attribute = pick(choice);
        if (random() < 0.1)
            return { kind: 'present', attribute };
        if (random() < 0.05)
            return { kind: 'compare', attribute, operator: pick(EQUALITY), value: null };
        return {
            kind: 'compare',
            attribute,
            operator: pick(operatorsOf(attribute)),
            value: pick(valuesOf(attribute)),
        };
    };
    const grow = (levels, choice, mayHoldElements) => {
        const chance = random();
        if (levels <= 1 || chance < 0.2)
            return leaf(choice);
        if (chance < 0.4)
            return { kind: 'not', filter: grow(levels - 1, choice, mayHoldElements) };
        if (chance < 0.55 && mayHoldElements) {
            const many = pick(choice.filter((each) => each.multiValued && each.path.length > rootOf(each).length));
            const root = rootOf(many);
            const parts = choice.filter(({ path }) => path.length > root.length && root.every((name, at) => path[at] === name));
            return { kind: 'element', attribute: { ...many, path: root }, filter: grow(levels - 1, parts, false) };
        }
        const filters = Array.from({ length: 2 + Math.floor(random() * 2) }, () => grow(levels - 1, choice, mayHoldElements));
        return { kind: random() < 0.5 ? 'and' : 'or', filters };
    };
    return grow(depth, attributes, true);
}
/** The attribute that has many values: in an extension the second name. */
export const rootOf = ({ path }) => path.slice(0, path[0]?.startsWith('urn:') ? 2 : 1);
