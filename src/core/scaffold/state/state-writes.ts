import type { Enabled } from '../../../binding/binding.js';
import type { Condition, Value } from '../../../binding/value.js';
import { type ColumnFacts, columnOf, hostColumnsOf, type TableFacts } from '../facts.js';
import { clockOf } from '../people/last-sign-in.js';

/** What enabling and disabling write, by column; of another table where the state is there. */
export interface StateWrites {
  /** The name in `users.related`; absent for the people themselves. */
  of?: string;
  enable: Record<string, Value>;
  disable: Record<string, Value>;
}

/** Follows from how an account is read: every sign of an enabled one, and the first of a disabled one. */
export function stateWrites(
  enabled: Enabled,
  tableOf: (of: string | undefined) => TableFacts | undefined,
): StateWrites {
  const of = qualifierIn(enabled);
  const table = tableOf(of);
  const enable = table ? written(enabled.yes, table, 'all') : {};
  const disable = table ? written(enabled.no, table, 'first') : {};
  // A lock counts what failed: it begins anew.
  const isLock = table !== undefined && Object.values(disable).some((value) => isFarFuture(value));
  const failures = isLock
    ? hostColumnsOf(table).find(
        ({ kind, words }) =>
          kind === 'integer' &&
          /(failed|failure|invalid|bad)\p{L}*(count|attempts|logins?)|(accessfailed|attempts)count/u.test(
            words.whole,
          ),
      )
    : undefined;
  return {
    ...(of !== undefined && { of }),
    enable: { ...enable, ...(failures && { [failures.name]: { constant: 0 } }) },
    disable,
  };
}

function written(
  condition: Condition | undefined,
  table: TableFacts,
  how: 'all' | 'first',
): Record<string, Value> {
  if (!condition) return {};
  if ('all' in condition) return Object.assign({}, ...condition.all.map((one) => written(one, table, how)));
  if ('any' in condition) {
    const chosen =
      condition.any.find((one) => how === 'all' && 'null' in one && one.null) ?? condition.any[0];
    return written(chosen, table, how);
  }
  if (!('column' in condition)) return {};
  const column = columnOf(table, condition.column);
  const value = column && valueFor(condition, column);
  return value ? { [condition.column]: value } : {};
}

function valueFor(test: Condition, column: ColumnFacts): Value | undefined {
  if ('in' in test) {
    const first = test.in.find((one) => one !== null);
    return first === undefined ? (test.in.length > 0 ? { constant: null } : undefined) : { constant: first };
  }
  if ('null' in test) return test.null ? { constant: null } : { now: clockOf(column) };
  if ('above' in test)
    return column.kind === 'integer' && test.above === 0
      ? { now: clockOf(column) }
      : { constant: test.above + 1 };
  if ('below' in test) return { constant: test.below - 1 };
  if ('before' in test) return column.nullable ? { constant: null } : { now: clockOf(column) };
  if ('after' in test) return { constant: farFuture(column) };
  return undefined;
}

/** An end that never comes, in the way of the rows that have one. */
function farFuture({ kind, type, statistics }: ColumnFacts): string | number {
  const greatest = statistics?.greatest ?? 0;
  if (kind !== 'instant') return greatest > 100_000_000_000 ? 253_402_300_799_000 : 253_402_300_799;
  if (greatest === Number.POSITIVE_INFINITY) return 'infinity';
  return /smalldatetime/u.test(type)
    ? '2079-06-06T00:00:00'
    : /offset|with time zone/u.test(type)
      ? '9999-12-31T23:59:59+00:00'
      : '9999-12-31T23:59:59';
}

const isFarFuture = (value: Value): boolean =>
  'constant' in value &&
  (value.constant === 'infinity' ||
    /^(9999|2079)-/.test(String(value.constant)) ||
    Number(value.constant) >= 253_402_300_799);

/** The other table that a condition is about. */
export function qualifierIn(part: unknown): string | undefined {
  if (Array.isArray(part)) return part.map(qualifierIn).find((one) => one !== undefined);
  if (typeof part !== 'object' || part === null) return undefined;
  const { of } = part as { of?: unknown };
  if (typeof of === 'string' && of !== 'users') return of;
  return Object.values(part)
    .map(qualifierIn)
    .find((one) => one !== undefined);
}
