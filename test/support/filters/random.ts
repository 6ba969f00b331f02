import type { AttributePath, Filter, FilterOperator, FilterValue } from '../../../src/words/filter.js';

/** The same numbers for the same seed, from 0 up to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const TEXT_OPERATORS: readonly FilterOperator[] = [
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
const ORDER: readonly FilterOperator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const EQUALITY: readonly FilterOperator[] = ['eq', 'ne'];

export function operatorsOf({ type }: AttributePath): readonly FilterOperator[] {
  if (type === 'boolean') return EQUALITY;
  return type === 'string' || type === 'reference' || type === 'binary' ? TEXT_OPERATORS : ORDER;
}

/** What filters are made of. */
export interface Vocabulary {
  attributes: readonly AttributePath[];
  /** Values worth comparing an attribute with. */
  valuesOf: (attribute: AttributePath) => readonly Exclude<FilterValue, null>[];
}

/** A filter of at most this many levels. */
export function randomFilter(
  { attributes, valuesOf }: Vocabulary,
  random: () => number,
  depth: number,
): Filter {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

  const leaf = (choice: readonly AttributePath[]): Filter => {
    const attribute = pick(choice);
    if (random() < 0.1) return { kind: 'present', attribute };
    if (random() < 0.05) return { kind: 'compare', attribute, operator: pick(EQUALITY), value: null };
    return {
      kind: 'compare',
      attribute,
      operator: pick(operatorsOf(attribute)),
      value: pick(valuesOf(attribute)),
    };
  };

  const grow = (levels: number, choice: readonly AttributePath[], mayHoldElements: boolean): Filter => {
    const chance = random();
    if (levels <= 1 || chance < 0.2) return leaf(choice);
    if (chance < 0.4) return { kind: 'not', filter: grow(levels - 1, choice, mayHoldElements) };
    if (chance < 0.55 && mayHoldElements) {
      const many = pick(choice.filter((each) => each.multiValued && each.path.length > rootOf(each).length));
      const root = rootOf(many);
      const parts = choice.filter(
        ({ path }) => path.length > root.length && root.every((name, at) => path[at] === name),
      );
      return { kind: 'element', attribute: { ...many, path: root }, filter: grow(levels - 1, parts, false) };
    }
    const filters = Array.from({ length: 2 + Math.floor(random() * 2) }, () =>
      grow(levels - 1, choice, mayHoldElements),
    );
    return { kind: random() < 0.5 ? 'and' : 'or', filters };
  };
  return grow(depth, attributes, true);
}

/** The attribute that has many values: in an extension the second name. */
export const rootOf = ({ path }: AttributePath): readonly string[] =>
  path.slice(0, path[0]?.startsWith('urn:') ? 2 : 1);
