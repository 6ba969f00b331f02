import type { AttributePath, FilterOperator, FilterValue } from '../../../words/filter.js';
import { ALWAYS, allOf, anyOf, type Fragment, NEVER, not, sql } from '../../sql/fragment.js';
import { compareId, compareInstant, compareInstantText } from './compare-exact.js';
import { compareBoolean, compareConstant, compareNumber } from './compare-plain.js';
import { compareText } from './compare-text.js';
import type { Means } from './means.js';
import type { Operand, TextOperand } from './operand.js';
import type { Order } from './operators.js';

/** One comparison to be made of an attribute. */
export interface Comparison {
  attribute: AttributePath;
  operator: FilterOperator;
  value: FilterValue;
}

/**
 * The condition under which the attribute has a value; negated, under which it has none. Neither is null.
 */
export function presence(
  means: Means,
  operand: Operand,
  attribute: AttributePath,
  negated: boolean,
): Fragment {
  const condition = presenceOf(means, operand, attribute);
  return negated ? not(condition) : condition;
}

function presenceOf(means: Means, operand: Operand, attribute: AttributePath): Fragment {
  switch (operand.kind) {
    case 'text':
      if (operand.present) return operand.present;
      return means.search.isFilled(operand.text);
    case 'number':
    case 'instantText':
      return sql`${operand.value} is not null`;
    case 'boolean':
      return operand.present ?? ALWAYS;
    case 'complex':
      return operand.present;
    case 'many':
      return operand.elements.some((element) => presenceOf(means, operand.operand(element), attribute));
    case 'none':
      return NEVER;
    default:
      return ALWAYS;
  }
}

/**
 * The condition of a comparison, or of its contrary. As they stand, and joined by `and` and `or`, rows are
 * taken for which they are true: a missing value has no order and is equal to nothing, but is `ne` to all.
 * Contraries are made here and nowhere else, since `not` of what is null would be null again.
 */
export function comparison(means: Means, operand: Operand, asked: Comparison, negated: boolean): Fragment {
  const { attribute, operator, value } = asked;
  if (value === null) return presence(means, operand, attribute, (operator === 'ne') === negated);
  if (operand.kind === 'many') {
    const { elements } = operand;
    const some = elements.some((element) => comparison(means, operand.operand(element), asked, false));
    // One value that differs is enough, and so is having none.
    const condition = operator === 'ne' ? anyOf([some, not(elements.some(() => ALWAYS))]) : some;
    return negated ? not(condition) : condition;
  }
  if (operator === 'ne') return comparison(means, operand, { ...asked, operator: 'eq' }, !negated);
  return single(means, operand, operator, value, negated);
}

type Single = Exclude<Operand, { kind: 'many' }>;

function single(
  means: Means,
  operand: Single,
  operator: Order,
  value: string | number | boolean,
  negated: boolean,
): Fragment {
  switch (operand.kind) {
    case 'text':
      return typeof value === 'string'
        ? orMissing(operand.text, textCondition(means, operand, operator, value), negated)
        : contrary(NEVER, negated);
    case 'id':
      return contrary(compareId(means.search, operand.column, operator, value), negated);
    case 'instant':
      return contrary(compareInstant(means, operand.column, operator, value), negated);
    case 'instantText':
      return orMissing(
        operand.value,
        compareInstantText(means.search, operand.value, operator, value),
        negated,
      );
    case 'number':
      return orMissing(operand.value, compareNumber(means.search, operand.value, operator, value), negated);
    case 'boolean':
      return contrary(
        compareBoolean(operand.isTrue, operand.absentIsFalse ? undefined : operand.present, operator, value),
        negated,
      );
    case 'constant':
      return contrary(compareConstant(operand, operator, value) ? ALWAYS : NEVER, negated);
    default:
      return contrary(NEVER, negated);
  }
}

function textCondition(means: Means, operand: TextOperand, operator: Order, value: string): Fragment {
  const condition = compareText(means.search, operand, operator, value);
  return operand.absentIsFalse ? allOf([sql`${operand.text} is not null`, condition]) : condition;
}

const contrary = (condition: Fragment, negated: boolean) => (negated ? not(condition) : condition);

/** The contrary holds for a missing value as well. */
function orMissing(value: Fragment, condition: Fragment, negated: boolean): Fragment {
  if (!negated) return condition;
  if (condition === NEVER) return ALWAYS;
  return sql`(${value} is null or ${not(condition)})`;
}
