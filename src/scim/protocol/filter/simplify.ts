import type { Filter } from '../../../words/filter.js';

/** A filter, or what it comes to whatever the resource: all of them (true) or none (false). */
export type SimpleCondition = Filter | boolean;

export function negate(condition: SimpleCondition): SimpleCondition {
  if (typeof condition === 'boolean') return !condition;
  return condition.kind === 'not' ? condition.filter : { kind: 'not', filter: condition };
}

/** Joins conditions, leaving out those that decide nothing. */
export function join(kind: 'and' | 'or', conditions: readonly SimpleCondition[]): SimpleCondition {
  const decisive = kind === 'or';
  const filters: Filter[] = [];
  for (const condition of conditions) {
    if (condition === decisive) return decisive;
    if (typeof condition !== 'boolean') filters.push(condition);
  }
  const [first] = filters;
  if (!first) return !decisive;
  return filters.length === 1 ? first : { kind, filters };
}
