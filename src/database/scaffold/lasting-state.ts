import type { Enabled, Judgement } from '../../binding/binding.js';
import type { Condition, Scalar } from '../../binding/value.js';

/** A test of a column for certain values. */
type Values = Extract<Condition, { in: unknown }>;

/**
 * Which accounts are enabled but for locks that end by themselves. Where a column has a value of its own for such a lock,
 * that value is none of those that disable an account, whatever the binding says of it.
 */
export function lastingState({ yes, no, temporarily }: Enabled): Judgement {
  const locks = temporarily ? valuesIn(temporarily) : [];
  const widened = (condition: Condition, adds: boolean) =>
    locks.reduce((one, lock) => withValues(one, lock, adds), condition);
  return { ...(yes && { yes: widened(yes, true) }), ...(no && { no: widened(no, false) }) };
}

function valuesIn(condition: Condition): Values[] {
  if ('any' in condition) return condition.any.flatMap(valuesIn);
  return 'in' in condition ? [condition] : [];
}

/** The condition, true of the values as well, or of them no longer. */
function withValues(condition: Condition, lock: Values, adds: boolean): Condition {
  const each = (all: readonly Condition[]) => all.map((one) => withValues(one, lock, adds));
  if ('all' in condition) return { all: each(condition.all) };
  if ('any' in condition) return { any: each(condition.any) };
  if ('not' in condition) return { not: withValues(condition.not, lock, !adds) };
  if (!('in' in condition) || condition.column !== lock.column || condition.of !== lock.of) return condition;
  const others = condition.in.filter((value) => !lock.in.includes(value));
  const values: readonly Scalar[] = adds ? [...others, ...lock.in] : others;
  return values.length === 0 ? { any: [] } : { ...condition, in: [...values] };
}
