import { allOf, anyOf, bound, type Fragment, NEVER, sql } from '../../sql/fragment.js';
import { withoutOuterSpace } from '../../sql/outer-space.js';
import type { SearchExpressions } from '../../sql/search-expressions.js';
import { sameName } from '../spaced-names.js';
import type { TextOperand } from './operand.js';
import { type Order, SIGNS } from './operators.js';

/** Text with text; null where the attribute has no value. */
export function compareText(
  search: SearchExpressions,
  operand: TextOperand,
  operator: Order,
  value: string,
): Fragment {
  const { text, fold } = sides(search, operand);
  const sign = SIGNS[operator];
  if (operator === 'eq') {
    if (!isStorable(value)) return NEVER;
    const candidates = operand.candidates?.(value);
    const other = fold(bound(operand.spaced ? withoutOuterSpace(value) : value));
    // Without an index to be found by, the text is best read once.
    const equal = operand.indexed
      ? search.equal(text, other)
      : sql`${search.ordered(text)} = ${search.ordered(other)}`;
    if (candidates) return allOf([candidates, equal]);
    const spaced = operand.spaced?.filter(({ name }) => sameName(name, value)) ?? [];
    return anyOf([equal, ...spaced.map(({ folded }) => search.equal(text, bound(folded)))]);
  }
  if (sign) {
    // Nothing that is stored holds a NUL, so everything longer than what is before it comes after it.
    const [before = '', ...rest] = value.split('\0');
    const beyond = rest.length > 0;
    const order = beyond && operator === 'ge' ? SIGNS.gt : beyond && operator === 'lt' ? SIGNS.le : sign;
    return sql`${search.ordered(text)} ${order as Fragment} ${search.ordered(fold(bound(wellFormed(before))))}`;
  }
  if (value === '') return sql`${operand.text} is not null`;
  if (!isStorable(value) || value.length > search.longestPart) return NEVER;
  const part = fold(bound(value));
  if (operator === 'co') return search.contains(text, part);
  return operator === 'sw' ? search.startsWith(text, part) : search.endsWith(text, part);
}

/** Both sides of a comparison in the form in which they compare. */
function sides(search: SearchExpressions, operand: TextOperand) {
  if (operand.caseExact) return { text: operand.text, fold: (value: Fragment) => value };
  return { text: operand.folded ?? search.folded(operand.text), fold: search.folded };
}

/** PostgreSQL takes neither NUL nor half of a surrogate pair; nothing stored holds them. */
const isStorable = (value: string) => !/[\0\p{Surrogate}]/u.test(value);
const wellFormed = (value: string) => value.replace(/\p{Surrogate}/gu, '\ufffd');
