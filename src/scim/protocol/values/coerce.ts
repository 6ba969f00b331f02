import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import { UNSTORABLE } from '../filter/tokens.js';
import type { Attribute } from '../schemas/resource-type.js';
import { invalidValue, shownValue } from '../scim-error.js';
import { dateTimeOf } from './date-time.js';

/** A value of a complex attribute, by the schema's names; parts that are undefined are to be taken away. */
export type Parts = Record<string, unknown>;

const MAX_TEXT = 10_000;
const MAX_ELEMENTS = 200;
/** What could be an address at all. Accounts are found by it, and a bare name would find whoever is named so. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;
/** White space is taken by one repetition alone, so that a text of nothing else is gone through once. */
const BASE64 = /^[A-Za-z0-9+/\s]*(?:={1,2}\s*)?$/;

/** RFC 7643 §2.5, and what IdPs send to take a value away: null, an empty list, empty text. */
export const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * A value as the attribute's type has it, or undefined where it says that there is none. Lenient where IdPs
 * are known to differ (`"False"`, a list of one for one value, a bare value for a complex one); otherwise
 * `invalidValue`, naming the attribute.
 */
export function coerce(attribute: Attribute, value: unknown): unknown {
  if (isNothing(value)) return undefined;
  return attribute.definition.multiValued ? coerceList(attribute, value) : coerceOne(attribute, value);
}

function coerceList(attribute: Attribute, value: unknown): unknown[] | undefined {
  const values = Array.isArray(value) ? value : [value];
  if (values.length > MAX_ELEMENTS) {
    throw invalidValue(`${attribute.label} has more than ${MAX_ELEMENTS} values.`);
  }
  const elements: unknown[] = [];
  const places = new Map<string, number>();
  for (const one of values) {
    const element = coerceOne(attribute, one);
    if (element === undefined) continue;
    const key = sameness(element);
    const place = key === undefined ? undefined : places.get(key);
    if (place !== undefined) elements[place] = { ...(elements[place] as Parts), ...(element as Parts) };
    else {
      if (key !== undefined) places.set(key, elements.length);
      elements.push(element);
    }
  }
  return elements.length > 0 ? elements : undefined;
}

/** RFC 7643 §2.4: a value is not there twice with the same type; undefined where it has no value by which it is known. */
function sameness(element: unknown): string | undefined {
  const { value, type } = (element ?? {}) as Parts;
  return typeof value === 'string' ? JSON.stringify([value, type]) : undefined;
}

/** One value of the attribute, whether or not it has many. */
export function coerceOne(attribute: Attribute, value: unknown): unknown {
  let one = value;
  if (Array.isArray(one)) {
    // Entra ID sends a manager as a list of one.
    if (one.length > 1)
      throw invalidValue(`${attribute.label} accepts one value, but ${one.length} were sent.`);
    one = one[0];
  }
  if (isNothing(one)) return undefined;
  return attribute.definition.type === 'complex' ? coerceParts(attribute, one) : coerceSimple(attribute, one);
}

/** Parts that were sent empty are there and undefined, so that merging takes them away; see `pruned`. */
function coerceParts(attribute: Attribute, value: unknown): Parts {
  if (typeof value !== 'object' || value === null) {
    const part = attribute.child.get('value');
    if (!part) throw mismatch(attribute, 'an object', value);
    return { [part.name]: coerceOne(part, value) };
  }
  const parts: Parts = {};
  for (const [name, one] of Object.entries(value)) {
    const part = attribute.child.get(name.toLowerCase());
    if (!part || part.definition.mutability === 'readOnly') continue;
    parts[part.name] = coerce(part, one);
  }
  return parts;
}

function coerceSimple(attribute: Attribute, value: unknown): unknown {
  switch (attribute.definition.type) {
    case 'boolean':
      return booleanOf(attribute, value);
    case 'integer':
    case 'decimal':
      return numberOf(attribute, value);
    case 'dateTime': {
      const instant = typeof value === 'string' ? dateTimeOf(value) : undefined;
      if (instant === undefined) throw mismatch(attribute, 'an instant such as 2026-01-31T12:00:00Z', value);
      return instant;
    }
    case 'binary': {
      const text = textOf(attribute, value);
      if (!BASE64.test(text)) throw mismatch(attribute, 'base64', value);
      return text;
    }
    default: {
      const text = textOf(attribute, value);
      if (attribute.label !== 'emails.value') return text;
      const address = withoutOuterSpace(text);
      if (!ADDRESS.test(address)) throw mismatch(attribute, 'an e-mail address', value);
      return address;
    }
  }
}

function booleanOf(attribute: Attribute, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const lower = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  throw mismatch(attribute, 'true or false', value);
}

function numberOf(attribute: Attribute, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const fits =
    attribute.definition.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (!fits)
    throw mismatch(attribute, attribute.definition.type === 'integer' ? 'a whole number' : 'a number', value);
  // JSON has no -0, so it would not read back as it was.
  return (number as number) + 0;
}

function textOf(attribute: Attribute, value: unknown): string {
  // Directories keep such things as an employee number as a number. A larger one has been rounded by now, and two people
  // would have one external id.
  if (
    typeof value === 'number' &&
    !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value))
  )
    throw invalidValue(`${attribute.label} is a number that is too large to be exact. Send it as text.`);
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw mismatch(attribute, 'text', value);
  const limit = attribute.definition.type === 'binary' ? 10 * MAX_TEXT : MAX_TEXT;
  if (text.length > limit) throw invalidValue(`${attribute.label} is longer than ${limit} characters.`);
  if (UNSTORABLE.test(text)) {
    throw invalidValue(
      `${attribute.label} has a character that cannot be stored (U+0000, or half of a pair).`,
    );
  }
  return text;
}

const mismatch = (attribute: Attribute, wanted: string, value: unknown) =>
  invalidValue(`${attribute.label} must be ${wanted}, and was sent as ${shownValue(value)}.`);

/** Without the parts that are undefined; undefined itself where nothing is left. The same object if it may be. */
export function pruned(parts: Parts): Parts | undefined {
  let left = 0;
  let gone = 0;
  for (const name in parts) parts[name] === undefined ? gone++ : left++;
  if (left === 0) return undefined;
  if (gone === 0) return parts;
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}
