import type { Condition } from '../../../binding/value.js';
import { type ColumnFacts, isColumnCalled, valuesInWords } from '../facts.js';
import { clockOf } from '../people/last-sign-in.js';
import * as called from '../words/vocabulary.js';
import { flagValues, isFlag } from './flags.js';
import type { Sign } from './status-column.js';

/** A flag that says by its name whether an account can sign in. */
export function flagOf(column: ColumnFacts): Sign[] {
  if (!isFlag(column) || isColumnCalled(column, called.LOCK_WORKS)) return [];
  const isNegative = isColumnCalled(column, called.DISABLED);
  const isLock = isColumnCalled(column, called.LOCKED);
  if (!isNegative && !isLock && !isColumnCalled(column, called.ENABLED)) return [];
  return [flagSign(column, isNegative || isLock, isLock)];
}

/** The account is there while the row is not marked as deleted. */
export const deletedSign = (column: ColumnFacts): Sign => flagSign(column, true, false);

function flagSign(column: ColumnFacts, isInverted: boolean, isLock: boolean): Sign {
  const { yes, no } = flagValues(column);
  const [on, off] = isInverted ? [no, yes] : [yes, no];
  return {
    column,
    yes: { column: column.name, in: column.nullable ? [on, null] : [on] },
    no: { column: column.name, in: [off] },
    isLock,
    evidence: `${isInverted ? 'inverted: ' : ''}${column.values ? valuesInWords(column.name, column.values) : column.name}`,
  };
}

export const isTime = ({ kind }: ColumnFacts): boolean => kind === 'instant' || kind === 'integer';

/** An instant that may end an account, or suspend it. A lock after wrong passwords is for now. */
export function timeOf(column: ColumnFacts): Sign[] {
  if (!isTime(column)) return [];
  if (isColumnCalled(column, called.DISABLED_AT)) return [endOf(column)];
  return isColumnCalled(column, called.LOCK_ENDS) ? [lockOf(column)] : [];
}

/** A date until which nobody signs in. */
export function lockOf(column: ColumnFacts): Sign {
  const as = clockOf(column);
  const clock = as === 'instant' ? {} : { as };
  const open: Condition[] = [
    { column: column.name, null: true },
    { column: column.name, before: 'now', ...clock },
  ];
  return {
    column,
    yes: { any: open },
    no: { column: column.name, after: 'now', ...clock },
    isLock: true,
    evidence: `${column.name} lies ahead in ${column.statistics?.future ?? 0} rows`,
  };
}

export function endOf(column: ColumnFacts): Sign {
  const isNumber = column.kind === 'integer';
  return {
    column,
    yes: isNumber ? { column: column.name, in: [0, null] } : { column: column.name, null: true },
    no: isNumber ? { column: column.name, above: 0 } : { column: column.name, null: false },
    isLock: false,
    evidence: `${column.name} is ${isNumber ? `0 (or the ${clockOf(column).replace('epoch-', '')} since 1970` : 'null (or the instant'} of the end)`,
  };
}

export function untilOf(column: ColumnFacts): Sign {
  const as = clockOf(column);
  const clock = as === 'instant' ? {} : { as };
  return {
    column,
    yes: {
      any: [
        { column: column.name, null: true },
        { column: column.name, after: 'now', ...clock },
      ],
    },
    no: { column: column.name, before: 'now', ...clock },
    isLock: false,
    evidence: `${column.name} lies ahead, or is null`,
  };
}

/** Whether a lock is of the application's own making, as after wrong passwords: `suspended until` is a person's. */
export const isOfPasswords = ({ column, isLock }: Sign): boolean =>
  isLock && !/susp|ban|block|gesperrt|bloque/u.test(column.words.whole);
