import type { Operation } from '../patch/operations.js';

/**
 * What a body seems to do, by a glance at it: it decides nothing but what is held from the beginning. A PUT says
 * `active: true` with every change of a name, and is no return for that.
 */
export function likelyMove(body: unknown): 'departure' | 'return' | undefined {
  const { active, Operations } = (body ?? {}) as { active?: unknown; Operations?: unknown };
  if (isFalse(active)) return 'departure';
  const said = (Array.isArray(Operations) ? Operations : []).map((one: Partial<Operation> | null) =>
    isText(one?.path, 'active')
      ? one?.value
      : (one?.value as { active?: unknown } | null | undefined)?.active,
  );
  if (said.some(isFalse)) return 'departure';
  return said.some(isTrue) ? 'return' : undefined;
}

// Whatever a client sends: an object may have a `toString` of its own, which is none.
const isText = (value: unknown, text: string) =>
  typeof value === 'string' && value.trim().toLowerCase() === text;
const isFalse = (value: unknown) => value === false || isText(value, 'false');
const isTrue = (value: unknown) => value === true || isText(value, 'true');
