import type { Filter, FilterOperator } from '../../../words/filter.js';

/**
 * Whether one element of an attribute with many values meets the filter in its brackets. A part that the
 * element does not have meets nothing but `ne` (RFC 7644 §3.4.2.2 leaves that open; so does the database).
 */
export function matches(filter: Filter, element: unknown): boolean {
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
      if (part === undefined && isPrimary(attribute.path, element)) return compare(false, operator, value);
      if (part === undefined) return operator === 'ne';
      return attribute.caseExact || typeof part !== 'string' || typeof value !== 'string'
        ? compare(part, operator, value)
        : compare(part.toLowerCase(), operator, value.toLowerCase());
    }
    case 'element':
      return false;
  }
}

/** RFC 7643 §2.4: a value that does not say whether it is the primary one is not. */
const isPrimary = (path: readonly string[], element: unknown) =>
  path.at(-1) === 'primary' && typeof element === 'object';

function partOf(element: unknown, path: readonly string[]): unknown {
  if (element === null || typeof element !== 'object') return element ?? undefined;
  return (element as Record<string, unknown>)[path.at(-1) ?? ''] ?? undefined;
}

function compare(part: unknown, operator: FilterOperator, value: unknown): boolean {
  if (operator === 'eq') return part === value;
  if (operator === 'ne') return part !== value;
  if (typeof part === 'string' && typeof value === 'string') {
    if (operator === 'co') return part.includes(value);
    if (operator === 'sw') return part.startsWith(value);
    if (operator === 'ew') return part.endsWith(value);
  }
  if (typeof part !== typeof value) return false;
  const [left, right] = [part as string | number, value as string | number];
  if (operator === 'gt') return left > right;
  if (operator === 'ge') return left >= right;
  if (operator === 'lt') return left < right;
  return operator === 'le' && left <= right;
}
