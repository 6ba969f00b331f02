import { bound, type Fragment, NEVER, raw, sql } from '../../fragment.js';
import type { SearchExpressions } from '../../search-expressions.js';
import type { Means } from './compare.js';
import { compareText } from './compare-text.js';
import { type Given, type Order, SIGNS } from './operators.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A key of ours as the key it is, by its index; as text for what keys have no word for. */
export function compareId(
  search: SearchExpressions,
  column: string,
  operator: Order,
  value: Given,
): Fragment {
  if (typeof value !== 'string') return NEVER;
  if (operator === 'eq') return UUID.test(value) ? sql`${raw(column)} = ${bound(value)}` : NEVER;
  const text = { kind: 'text', text: search.uuidText(column), caseExact: true } as const;
  return compareText(search, text, operator, value);
}

/** An instant as it is asked for: whole milliseconds, and whether there was more after them. */
function parseInstant(value: Given): { at: Date; more: boolean } | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/i.exec(value.trim());
  if (!parts) return undefined;
  const [, seconds = '', fraction = '', zone = 'Z'] = parts;
  const at = new Date(`${seconds}${fraction.slice(0, 4)}${zone}`.toUpperCase());
  if (Number.isNaN(at.getTime())) return undefined;
  return { at: clamp(at), more: /[1-9]/.test(fraction.slice(4)) };
}

/** Offsets can lead out of the years that SQL Server knows; nothing is stored that is out there. */
function clamp(at: Date): Date {
  const [first, last] = [Date.UTC(100, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59, 999)];
  return new Date(Math.min(Math.max(at.getTime(), first), last));
}

/** A column of whole milliseconds with an instant that may be finer. */
export function compareInstant(
  { bindInstant }: Pick<Means, 'bindInstant'>,
  column: string,
  operator: Order,
  value: Given,
): Fragment {
  const asked = parseInstant(value);
  const sign = SIGNS[operator];
  if (!asked || !sign) return NEVER;
  if (!asked.more) return sql`${raw(column)} ${sign} ${bound(bindInstant(asked.at))}`;
  if (operator === 'eq') return NEVER;
  const after = operator === 'gt' || operator === 'ge';
  return sql`${raw(column)} ${raw(after ? '>' : '<=')} ${bound(bindInstant(asked.at))}`;
}

/** An instant inside JSON with another, as fine as the engine has them. */
export function compareInstantText(
  search: SearchExpressions,
  instant: Fragment,
  operator: Order,
  value: Given,
): Fragment {
  const sign = SIGNS[operator];
  if (!sign || !parseInstant(value)) return NEVER;
  const text = String(value).trim().toUpperCase();
  const zoned = /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`;
  return sql`${instant} ${sign} ${search.toInstant(sql`cast(${bound(zoned)} as varchar(60))`)}`;
}
