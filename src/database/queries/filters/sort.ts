import type { AttributePath } from '../../../words/filter.js';
import { FarInstant } from '../../sql/far-instant.js';
import { allOf, anyOf, bound, type Fragment, joined, raw, sql } from '../../sql/fragment.js';
import type { SearchExpressions } from '../../sql/search-expressions.js';
import type { Means } from './means.js';
import type { Attributes, Operand } from './operand.js';

/** What a list is ordered by; the id comes after it. */
export interface SortKey {
  key: Fragment;
  /** The key as it is selected. */
  shown: Fragment;
  /** Whether some may have none: last, or first where the order descends (RFC 7644 §3.4.2.3). */
  mayBeMissing: boolean;
  /** The key of a row, as a cursor carries it. */
  carried: (value: unknown) => SortKeyValue;
  /** A carried key, to compare with; nothing where it cannot be one. */
  bind: (value: SortKeyValue) => Fragment | undefined;
}

export type SortKeyValue = string | number | null;

/** Sorts text without regard to case unless it is exact, by character codes. */
export function sortKey(means: Means, attributes: Attributes, sortBy: AttributePath): SortKey | undefined {
  return keyOf(means, attributes.operand(sortBy), sortBy);
}

function keyOf(means: Means, operand: Operand, sortBy: AttributePath): SortKey | undefined {
  const { search } = means;
  switch (operand.kind) {
    case 'text': {
      const text = operand.caseExact ? operand.text : (operand.folded ?? search.folded(operand.text));
      // What has an index of ours is never missing, and its order is the index's.
      if (operand.folded) return textKey(search, search.inOrder(text), false);
      return textKey(search, search.sortable(text), true);
    }
    case 'id':
      return { ...textKey(search, raw(operand.column), false), shown: raw(operand.column), bind: bindUuid };
    case 'instant':
      return instantKey(means, operand.column);
    case 'number':
      return numberKey(search, operand.value);
    case 'instantText':
      return textKey(search, search.sortableInstant(operand.value), true);
    case 'boolean': {
      const number = sql`case when ${operand.isTrue} then 1 ${raw(operand.present ? 'when' : 'else 0')} ${operand.present ?? raw('')} ${raw(operand.present ? 'then 0' : '')} end`;
      return numberKey(search, number);
    }
    case 'many': {
      const first = operand.elements.first?.(sortBy);
      if (!first) return undefined;
      return elementKey(search, first, sortBy);
    }
    default:
      return undefined;
  }
}

const textKey = (search: SearchExpressions, key: Fragment, mayBeMissing: boolean): SortKey => ({
  key,
  shown: search.handedOver(key),
  mayBeMissing,
  carried: (value) => (value === null || value === undefined ? null : String(value)),
  bind: (value) => (typeof value === 'string' && isText(value) ? bound(value) : undefined),
});

const bindUuid = (value: SortKeyValue) =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
    ? bound(value)
    : undefined;

/** The text of one of many values, as what the schemas say it is. */
function elementKey(search: SearchExpressions, text: Fragment, { type, caseExact }: AttributePath): SortKey {
  if (type === 'integer' || type === 'decimal') return numberKey(search, search.toNumber(text));
  if (type === 'dateTime') return textKey(search, search.sortableInstant(search.toInstant(text)), true);
  return textKey(search, search.sortable(caseExact ? text : search.folded(text)), true);
}

const numberKey = (search: SearchExpressions, key: Fragment): SortKey => ({
  key,
  shown: key,
  mayBeMissing: true,
  carried: (value) => (value === null || value === undefined ? null : String(value)),
  bind: (value) =>
    typeof value === 'string' && /^-?\d{1,310}(\.\d{1,310})?(e[+-]?\d{1,3})?$/i.test(value)
      ? search.toNumber(sql`cast(${bound(value)} as varchar(700))`)
      : undefined,
});

export function instantKey({ bindInstant }: Pick<Means, 'bindInstant'>, column: string): SortKey {
  return {
    key: raw(column),
    shown: raw(column),
    mayBeMissing: false,
    carried: (value) => (value instanceof Date && !(value instanceof FarInstant) ? value.getTime() : null),
    bind: (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < LAST
        ? bound(bindInstant(new Date(value)))
        : undefined,
  };
}

/** The end of the year 9999. */
const LAST = 253_402_300_800_000;

const isText = (value: string) => value.length <= 1000 && !/[\0\p{Surrogate}]/u.test(value);

/** `order by`, without the words. Each column once: SQL Server refuses one that is there twice (169). */
export function orderBy({ key, mayBeMissing }: SortKey, id: string, descending: boolean): Fragment {
  const way = raw(descending ? ' desc' : '');
  const missing = descending ? raw('then 0 else 1') : raw('then 1 else 0');
  const keys = [...(key.sql === id ? [] : [key]), raw(id)].map((one) => sql`${one}${way}`);
  return joined(mayBeMissing ? [sql`case when ${key} is null ${missing} end`, ...keys] : keys, ', ');
}

/**
 * The rows after one of which the key and the id are known. Written so that an index over both can begin
 * there, on engines that do not compare rows.
 */
export function after(
  { key, mayBeMissing, bind }: SortKey,
  id: string,
  at: { key: SortKeyValue; id: string },
  descending: boolean,
): Fragment | undefined {
  const sign = raw(descending ? '<' : '>');
  const idBound = bindUuid(at.id);
  if (!idBound) return undefined;
  const beyondId = sql`${raw(id)} ${sign} ${idBound}`;
  const missing = sql`${key} is null`;
  if (at.key === null) {
    if (!mayBeMissing) return undefined;
    const sameKey = allOf([missing, beyondId]);
    return descending ? anyOf([sameKey, sql`${key} is not null`]) : sameKey;
  }
  const value = bind(at.key);
  if (!value) return undefined;
  const beyond = sql`(${key} ${sign}= ${value} and (${key} ${sign} ${value} or ${beyondId}))`;
  return mayBeMissing && !descending ? anyOf([beyond, missing]) : beyond;
}
