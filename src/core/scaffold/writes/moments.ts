import { type ColumnFacts, shareOf } from '../facts.js';

/** Instants, and numbers that are large enough to be one or were never set. */
export function isTimeKind(column: ColumnFacts): boolean {
  if (column.kind === 'instant') return true;
  return (
    column.kind === 'integer' &&
    ((column.statistics?.greatest ?? 0) > 100_000_000 || (column.statistics?.greatest ?? null) === null) &&
    (shareOf(column, 'lower') ?? 1) >= 0
  );
}

/** Whether a number may count the time since 1970, and not the digits of a day. */
export const mayBeEpoch = ({ kind, statistics }: ColumnFacts): boolean => {
  const { greatest = null } = statistics ?? {};
  return isNumber(kind) && (greatest === null || greatest <= 0 || greatest > 100_000_000);
};

/** Whether a row that leaves the column out gets no time: no default, or one that stands for none. */
export const hasNoTime = ({ default: text }: ColumnFacts): boolean =>
  text === null || /^\(*N?'?(0|0001-01-01|1753-01-01|1900-01-01|1970-01-01)\b/.test(text);

/** Whether the values are days or instants in digits: what other rows have there is wrong for a new one. */
export function isMomentInDigits(column: ColumnFacts): boolean {
  const { kind, words, values = [], statistics } = column;
  if (/(id|nr|no|num|number|code|key)$/u.test(words.own)) return false;
  const { least = null, greatest = null } = statistics ?? {};
  if (kind === 'integer' && greatest !== null && (isEpoch(greatest) || isEpoch(greatest / 1000)))
    return least === null || least <= 0 || isEpoch(least) || isEpoch(least / 1000);
  if (isNumber(kind) && greatest !== null && DAY.test(String(greatest)))
    return least === null || least <= 0 || DAY.test(String(least));
  if (kind !== 'text') return false;
  const there = values.flatMap(({ value }) =>
    value === null || /^[0 ]*$/.test(value) ? [] : [value.trim()],
  );
  return there.length > 0 && there.every((value) => DAY.test(value));
}

const isNumber = (kind: string) => kind === 'integer' || kind === 'decimal';

/** Seconds since 1970 in this century. */
const isEpoch = (seconds: number) => seconds > 946_684_800 && seconds < 4_102_444_800;

/** `20260101`, and with a time of day behind. */
const DAY = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{4}|\d{6})?(\.0+)?$/;
