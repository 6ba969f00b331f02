import type { Enabled, Judgement } from '../../binding/binding.js';
import type { ColumnTest, Condition, Scalar } from '../../binding/value.js';

/** A column that has a value of its own for a lock that ends by itself, and when that value is such a lock. */
interface Lock extends Pick<ColumnTest, 'column' | 'of'> {
  holds: Condition;
  /** The bits that are the lock, where the column is a mask that may hold a disable beside them. */
  bits?: number;
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
  if (!('in' in condition) && !('like' in condition) && !('bits' in condition)) return [];
  const { column, of } = condition;
  const bits = 'bits' in condition && condition.set !== 'none' ? { bits: condition.bits } : {};
  return [{ column, ...(of !== undefined && { of }), holds: whole, ...bits }];
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
  const beside = lock.bits === undefined ? undefined : besideBits(condition, lock.bits, adds);
  if (beside) return { any: [{ all: [condition, { not: lock.holds }] }, { all: [beside, lock.holds] }] };
  return adds ? { any: [condition, lock.holds] } : { all: [condition, { not: lock.holds }] };
}

/** What a test says of an account that is locked, by the bits that are no lock; undefined where it tests nothing else. */
function besideBits(test: ColumnTest, lock: number, isYes: boolean): ColumnTest | undefined {
  if ('bits' in test) {
    const bits = without(test.bits, lock);
    return bits === 0 ? undefined : { ...test, bits };
  }
  if (!('in' in test) || bitsOf(lock).length > MOST_BITS) return undefined;
  const numbers = test.in.filter(
    (value) => typeof value === 'number' && Number.isSafeInteger(value),
  ) as number[];
  if (numbers.length < test.in.length) return undefined;
  const values = new Set(numbers);
  // A value that disables only with the bits of the lock is that lock.
  const lasting = numbers.filter(
    (value) => isYes || without(value, lock) === value || values.has(without(value, lock)),
  );
  return { ...test, in: [...new Set(lasting.flatMap((value) => eachWith(without(value, lock), lock)))] };
}

const without = (value: number, bits: number): number => Number(BigInt(value) & ~BigInt(bits));

/** Bits of a lock, of which each choice makes a value of its own. */
const MOST_BITS = 6;

const bitsOf = (mask: number): bigint[] =>
  [...BigInt(mask).toString(2)].reverse().flatMap((digit, at) => (digit === '1' ? [1n << BigInt(at)] : []));

/** A value with each choice of some bits. */
const eachWith = (value: number, bits: number): Scalar[] =>
  bitsOf(bits)
    .reduce((found, bit) => found.flatMap((one) => [one, one | bit]), [BigInt(value)])
    .map(Number);
