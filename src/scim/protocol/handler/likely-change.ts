import type { Likely } from '../../../core/provisioning/transactions/likely.js';
import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import type { Operation } from '../patch/operations.js';

/**
 * What a body seems to do, by a glance at it: it decides nothing but what is held and asked from the beginning. A PUT
 * says all names with every change of one, and `active: true`: it neither renames nor brings back for that.
 */
export function likelyChange(body: unknown): Likely {
  const { active, Operations } = (body ?? {}) as { active?: unknown; Operations?: unknown };
  if (isFalse(active)) return { move: 'departure' };
  const likely: Likely = {};
  for (const one of Array.isArray(Operations) ? Operations : []) {
    const { path, value } = (one ?? {}) as Partial<Operation>;
    if (typeof path === 'string') glance(likely, path.trim().toLowerCase(), value);
    // The names in a text would be its characters.
    else if (typeof value === 'object')
      for (const name of Object.keys(value ?? {}))
        if (GLANCED.test(name)) glance(likely, name.toLowerCase(), (value as Record<string, unknown>)[name]);
  }
  return likely;
}

/** The names at which a glance is taken. */
const GLANCED = /^(?:active$|username$|emails)/i;

function glance(likely: Likely, name: string, value: unknown): void {
  if (name === 'active' && isFalse(value)) likely.move = 'departure';
  if (name === 'active' && isTrue(value)) likely.move ??= 'return';
  if (name === 'username' && isName(value)) likely.userName = withoutOuterSpace(value);
  if (!name.startsWith('emails')) return;
  const [first] = Array.isArray(value) ? value : [value];
  const address = typeof first === 'object' ? (first as { value?: unknown } | null)?.value : first;
  if (isName(address)) likely.address = withoutOuterSpace(address);
}

/** Longer ones are refused. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 320 && !value.includes('\0');

// Whatever a client sends: an object may have a `toString` of its own, which is none.
const isText = (value: unknown, text: string) =>
  typeof value === 'string' && value.trim().toLowerCase() === text;
const isFalse = (value: unknown) => value === false || isText(value, 'false');
const isTrue = (value: unknown) => value === true || isText(value, 'true');
