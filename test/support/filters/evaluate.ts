import type { AttributePath, Filter, FilterOperator, FilterValue } from '../../../src/words/filter.js';
import { rootOf } from './random.js';

/** A resource as JSON: what a filter speaks of. */
export type Resource = Record<string, unknown>;

/** What an engine knows and plain TypeScript does not. */
export interface Characters {
  /** The form in which text compares without regard to case. */
  fold: (text: string) => string;
  /** The order of two texts by their characters' codes. */
  order: (one: string, other: string) => number;
}

/** Whether a resource matches, as RFC 7644 §3.4.2.2 says and docs say of what it leaves open; without any SQL. */
export function evaluate(filter: Filter, resource: unknown, characters: Characters): boolean {
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
      return elementsOf(filter.attribute, resource).some((element) =>
        evaluate(inside(filter.attribute, filter.filter), element, characters),
      );
  }
}

export const UNSTORABLE = /[\0\p{Surrogate}]/u;
/** Equal without regard to the whitespace around them. */
const NAMES = ['userName', 'groups.display'];
/** An attribute of an element, with its path from the resource inwards. */
type Within = AttributePath & { whole?: readonly string[] };
const EXACT: readonly FilterOperator[] = ['eq', 'co', 'sw', 'ew'];

const isPresent = (value: unknown) => value !== undefined && value !== null && value !== '';

function compare(
  { attribute, operator, value }: { attribute: AttributePath; operator: FilterOperator; value: FilterValue },
  resource: unknown,
  characters: Characters,
): boolean {
  const found = valuesOf(attribute, resource);
  if (value === null) return found.some(isPresent) === (operator === 'ne');
  // RFC 7643 §2.4: a value that does not say so is not the primary one.
  const values = attribute.path.at(-1) === 'primary' ? found.map((one) => one ?? false) : found;
  const holds = (one: unknown, how: FilterOperator) =>
    one !== undefined && one !== null && stands(attribute, how, one, value, characters);
  if (operator !== 'ne') return values.some((one) => holds(one, operator));
  return values.length === 0 || values.some((one) => !holds(one, 'eq'));
}

function stands(
  { type, caseExact, path, whole = path }: Within,
  operator: FilterOperator,
  one: unknown,
  other: string | number | boolean,
  { fold, order }: Characters,
): boolean {
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
      if (operator === 'eq' && NAMES.includes(whole.join('.'))) {
        const given = String(other);
        return !UNSTORABLE.test(given) && fold(String(one).trim()) === fold(given.trim());
      }
      const [text, part] = caseExact
        ? [String(one), String(other)]
        : [fold(String(one)), fold(String(other))];
      // Nothing that is stored holds such text, or part of it.
      if (UNSTORABLE.test(part) && EXACT.includes(operator)) return false;
      if (operator === 'co') return text.includes(part);
      if (operator === 'sw') return text.startsWith(part);
      if (operator === 'ew') return text.endsWith(part);
      return byOrder(operator, text === part ? 0 : order(text, part));
    }
  }
}

function byOrder(operator: FilterOperator, difference: number): boolean {
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
export function nanoseconds(instant: string): bigint {
  const [, seconds = '', fraction = '', zone = 'Z'] =
    /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(instant) ?? [];
  return BigInt(Date.parse(`${seconds}${zone}`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** One for each element, where there are many; one or none, where there is one. */
export function valuesOf(attribute: AttributePath, resource: unknown): unknown[] {
  const part = attribute.path.slice(rootOf(attribute).length);
  if (attribute.multiValued) {
    return elementsOf(attribute, resource).map((element) => (part.length > 0 ? at(element, part) : element));
  }
  const value = at(resource, attribute.path);
  return [value];
}

function elementsOf(attribute: AttributePath, resource: unknown): unknown[] {
  const found = at(resource, rootOf(attribute));
  return Array.isArray(found) ? found : [];
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Resource | null | undefined)?.[name], value);

/** The filter in the brackets, of the element's own attributes. */
function inside(array: AttributePath, filter: Filter): Filter {
  const within = (attribute: AttributePath): Within => ({
    ...attribute,
    whole: attribute.path,
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
