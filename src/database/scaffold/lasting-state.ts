import type { Enabled, Judgement } from '../../binding/binding.js';
import type { ColumnTest, Condition } from '../../binding/value.js';

/** A column that has a value of its own for a lock that ends by itself, and when that value is such a lock. */
interface Lock extends Pick<ColumnTest, 'column' | 'of'> {
  holds: Condition;
}

/**
 * Which accounts are enabled but for locks that end by themselves. Where a column has a value of its own for such a lock,
 * that value is none of those that disable an account, whatever the binding says of it. The database decides which values
 * are equal: it may ignore case, or read a number in a text.
 */
export function lastingState({ yes, no, temporarily }: Enabled): Judgement {
  const locks = temporarily ? locksIn(temporarily) : [];
  const without = (condition: Condition, adds: boolean) =>
    locks.reduce((one, lock) => withoutLock(one, lock, adds), condition);
  return { ...(yes && { yes: without(yes, true) }), ...(no && { no: without(no, false) }) };
}

/** @param whole the condition that this one is a necessary part of. */
function locksIn(condition: Condition, whole: Condition = condition): Lock[] {
  if ('any' in condition)
    return condition.any.flatMap((one) => locksIn(one, whole === condition ? one : whole));
  if ('all' in condition) return condition.all.flatMap((one) => locksIn(one, whole));
  if (!('in' in condition) && !('like' in condition)) return [];
  const { column, of } = condition;
  return [{ column, ...(of !== undefined && { of }), holds: whole }];
}

/**
 * The condition; where it tests the column of a lock, also true while the lock holds, or no longer true then.
 * Other columns go on to tell what lasts: an account may be disabled while it is locked.
 */
function withoutLock(condition: Condition, lock: Lock, adds: boolean): Condition {
  const each = (all: readonly Condition[]) => all.map((one) => withoutLock(one, lock, adds));
  if ('all' in condition) return { all: each(condition.all) };
  if ('any' in condition) return { any: each(condition.any) };
  if ('not' in condition) return { not: withoutLock(condition.not, lock, !adds) };
  if (!('column' in condition) || condition.column !== lock.column || condition.of !== lock.of)
    return condition;
  return adds ? { any: [condition, lock.holds] } : { all: [condition, { not: lock.holds }] };
}
