import { ALWAYS, allOf, bound, type Fragment, NEVER, not, sql } from '../../sql/fragment.js';
import type { SearchExpressions } from '../../sql/search-expressions.js';
import { type Given, type Order, SIGNS, stands } from './operators.js';

/** Null where the attribute has no number. */
export function compareNumber(
  search: SearchExpressions,
  number: Fragment,
  operator: Order,
  value: Given,
): Fragment {
  const sign = SIGNS[operator];
  if (typeof value !== 'number' || !Number.isFinite(value) || !sign) return NEVER;
  return sql`${number} ${sign} ${search.toNumber(sql`cast(${bound(String(value))} as varchar(400))`)}`;
}

/** Never null. True and false have no order. Text that says `True`, as Entra sends it, is one of them. */
export function compareBoolean(
  isTrue: Fragment,
  present: Fragment | undefined,
  operator: Order,
  value: Given,
): Fragment {
  const text = String(value).toLowerCase();
  if (operator !== 'eq' || typeof value === 'number') return NEVER;
  if (text === 'true') return isTrue;
  return text === 'false' ? allOf([present ?? ALWAYS, not(isTrue)]) : NEVER;
}

/** The comparison itself: nothing of the database is needed. */
export function compareConstant(
  { value: own, caseExact = false }: { value: string | boolean; caseExact?: boolean },
  operator: Order,
  asked: Given,
): boolean {
  if (typeof own === 'boolean') return operator === 'eq' && String(own) === String(asked).toLowerCase();
  if (typeof asked !== 'string') return false;
  const [one, other] = caseExact ? [own, asked] : [own.toLowerCase(), asked.toLowerCase()];
  if (operator === 'co') return one.includes(other);
  if (operator === 'sw') return one.startsWith(other);
  if (operator === 'ew') return one.endsWith(other);
  return stands(operator, one, other);
}
