import type { Counter, Value } from '../../binding/value.js';

type CounterValue = Extract<Value, { counter: Counter }>;

/** The counters that the values of a new row take a number from, each with a name for the number. */
export function countersIn(values: Iterable<Value>): Map<Value, string> {
  const found = new Map<Value, string>();
  const look = (one: unknown): void => {
    if (Array.isArray(one)) one.forEach(look);
    else if (typeof one === 'object' && one !== null) {
      if ('counter' in one) found.set(one as CounterValue, `counter_${found.size + 1}`);
      else Object.values(one).forEach(look);
    }
  };
  for (const value of values) look(value);
  return found;
}

/** Those of `all` that the values of one row take a number from. */
export function countersOf(all: ReadonlyMap<Value, string>, values: Iterable<Value>): [Value, string][] {
  const own = countersIn(values);
  return [...all].filter(([value]) => own.has(value));
}

export const counterOf = (value: Value): Counter => (value as CounterValue).counter;

/** By how much the number that is given lies behind what the row holds once it is raised. */
export const behindOf = ({ step = 1, gives = 'last' }: Counter): number => (gives === 'next' ? step : 0);
