import { bound, type Fragment, NEVER, raw, sql } from '../../sql/fragment.js';
import type { SearchExpressions } from '../../sql/search-expressions.js';
import { compareText } from './compare-text.js';
import type { Means } from './means.js';
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
interface Asked {
  at: Date;
  more: boolean;
  /** RFC 3339, as fine as it was asked for. */
  text: string;
}

function parseInstant(value: Given): Asked | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,9})?\d*(Z|[+-]\d{2}:\d{2})?$/i.exec(
    value.trim(),
  );
  if (!parts) return undefined;
  const [, seconds = '', fraction = '', zone = 'Z'] = parts;
  const at = new Date(`${seconds}${fraction.slice(0, 4)}${zone}`.toUpperCase());
  if (Number.isNaN(at.getTime())) return undefined;
  const text = `${seconds}${fraction}${zone}`.toUpperCase();
  return within(at) ?? { at, more: /[1-9]/.test(fraction.slice(4)), text };
}

const FIRST = new Date('0001-01-01T00:00:00.000Z');
const LAST = new Date('9999-12-31T23:59:59.999Z');

/** Offsets can lead out of the years that engines know. Nothing that is stored is out there, nor at the edge. */
function within(at: Date): Asked | undefined {
  const edge = at < FIRST ? FIRST : at > LAST ? LAST : undefined;
  return edge && { at: edge, more: false, text: edge.toISOString() };
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
  const asked = parseInstant(value);
  if (!sign || !asked) return NEVER;
  return sql`${instant} ${sign} ${search.toInstant(sql`cast(${bound(asked.text)} as varchar(60))`)}`;
}
