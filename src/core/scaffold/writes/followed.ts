import type { FieldName, Value } from '../../../binding/value.js';
import { type ColumnFacts, filledShare, isDistinct, type TableFacts, uniqueness } from '../facts.js';
import type { Same } from '../gathered.js';

/** Without it the INSERT fails. */
export const isNeeded = ({ nullable, default: text }: ColumnFacts): boolean => !nullable && text === null;

/**
 * Whether a unique column has another text in each row, and would be the same for every new one by its default: the second
 * one could not be written.
 */
export const isOfItsOwn = (table: TableFacts, column: ColumnFacts): boolean =>
  column.kind === 'text' &&
  column.generated === null &&
  /^\(*N?'[^']*'(::[\w ]+(\(\d+\))?)?\)*$/i.test(column.default ?? '') &&
  uniqueness(table, column.name) !== undefined &&
  isDistinct(column) === true;

/** A column that repeats a field, such as the login in lower case. */
export function followedBy(
  column: ColumnFacts,
  same: readonly Same[],
  fields: ReadonlyMap<string, FieldName>,
): { value: Value; evidence: string } | undefined {
  const candidates = same
    .filter((one) => one.column === column.name && one.rows > 0 && fields.has(one.of))
    .map((one) => ({ ...one, share: one.equal / one.rows, field: fields.get(one.of) as FieldName }))
    .sort(
      (a, b) =>
        b.share - a.share ||
        affinity(column, b) - affinity(column, a) ||
        rank(column, a.how) - rank(column, b.how),
    );
  const [best] = candidates;
  if (!best || best.share < leastShare(column) || (best.rows < 3 && affinity(column, best) === 0))
    return undefined;
  // What a few rows have for want of something else, such as a number in place of an address, is no rule for a new one.
  if (!isNeeded(column) && (filledShare(column) ?? 1) < 0.5 && affinity(column, best) < 2) return undefined;
  const field: Value = { field: best.field };
  const isNormalised = /normali[sz]ed/u.test(column.words.whole);
  const text: Value = isNormalised ? { normalised: field } : field;
  const value: Value = best.how === 'lower' ? { lower: text } : best.how === 'upper' ? { upper: text } : text;
  const how = best.how === 'same' ? '' : ` in ${best.how} case`;
  return { value, evidence: `${column.name} repeats ${best.of}${how} in ${best.equal} of ${best.rows} rows` };
}

/** Of rows that agree: not every database turns every letter as the application does. */
function leastShare(column: ColumnFacts): number {
  if (isNeeded(column)) return 0.6;
  return /normali[sz]ed|lower|upper/u.test(column.words.whole) ? 0.8 : 0.95;
}

/** Whether the name says which it repeats. */
const affinity = (column: ColumnFacts, { field, of }: { field: FieldName; of: string }) =>
  (/mail/u.test(column.words.whole) === (field === 'email') ? 1 : 0) +
  (column.words.whole.includes(of.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')) ? 1 : 0);

/** A name may say in which case it is; otherwise it is as it is. */
function rank({ words }: ColumnFacts, how: Same['how']): number {
  const said = /lower/u.test(words.whole)
    ? 'lower'
    : /upper|normali[sz]ed/u.test(words.whole)
      ? 'upper'
      : 'same';
  return how === said ? -1 : ['same', 'lower', 'upper'].indexOf(how);
}
