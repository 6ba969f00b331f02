import type { FilterOperator } from '../../../words/filter.js';
import { type Fragment, raw } from '../../sql/fragment.js';

/** `ne` is the contrary of `eq` and is made there. */
export type Order = Exclude<FilterOperator, 'ne'>;

export const SIGNS: Partial<Record<Order, Fragment>> = {
  eq: raw('='),
  gt: raw('>'),
  ge: raw('>='),
  lt: raw('<'),
  le: raw('<='),
};

/** A value of a filter that is there. */
export type Given = string | number | boolean;

/** Whether one value stands to another as the operator says, where there is an order. */
export function stands<T>(operator: Order, one: T, other: T): boolean {
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
