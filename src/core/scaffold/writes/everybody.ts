import type { Value } from '../../../binding/value.js';
import {
  type ColumnFacts,
  filledShare,
  isColumnCalled,
  isDistinct,
  percent,
  shareOf,
  type TableFacts,
  uniqueness,
} from '../facts.js';
import { madeFor } from '../people/keys/key.js';
import { clockOf } from '../people/last-sign-in.js';
import type { Inserted } from '../proposal.js';
import { CONFIRMED_AT, KEY_OF_API, OWN_CHOICE, PASSWORD, SIGN_IN_TOKEN } from '../words/vocabulary.js';
import { hasNoTime, isTimeKind } from './moments.js';
import { LETTERS } from './texts.js';

/** Fewer rows show no habit. */
const ENOUGH = 8;

/**
 * A column that may be empty, and that nearly every row has a value in: the application counts on it, as on the instant at
 * which an address was confirmed, or on a random text by which it finds the row.
 */
export function ofEverybody(table: TableFacts, column: ColumnFacts): Inserted | undefined {
  const { statistics, generated, name } = column;
  const share = filledShare(column) ?? 0;
  if (generated !== null || column.default !== null || (statistics?.rows ?? 0) < ENOUGH) return undefined;
  const evidence = `${percent(share)} of the rows have one`;
  if (isTimeKind(column) && hasNoTime(column) && isColumnCalled(column, CONFIRMED_AT) && share >= 0.85)
    return likelyTo({ now: clockOf(column) }, `${name} says since when an account counts; ${evidence}`);
  if (share < 0.98 || isReference(table, name)) return undefined;
  const { whole, bare, own } = column.words;
  if (PASSWORD.test(whole) || SIGN_IN_TOKEN.test(bare) || OWN_CHOICE.test(bare)) return undefined;
  if (column.kind === 'guid' && isDistinct(column) === true)
    return likelyTo({ guid: {} }, `all differ; ${evidence}`);
  if (column.kind !== 'text' || isDistinct(column) !== true || !isRandom(column)) return undefined;
  if (
    !uniqueness(table, name) &&
    !/key|token|code|secret|salt|rands|uid|uuid|guid/u.test(own) &&
    !KEY_OF_API.test(bare)
  )
    return undefined;
  const length = statistics?.longest ?? column.length ?? 32;
  const value: Value = madeFor(column)?.value ?? {
    random: { length: Math.min(length, column.length ?? length), alphabet: LETTERS },
  };
  return likelyTo(value, `all differ, and look random; ${evidence}`);
}

/** No words, no names and no addresses: letters and digits, of one length. */
const isRandom = (column: ColumnFacts): boolean =>
  (column.statistics?.spaced ?? 1) === 0 &&
  (column.statistics?.addresses ?? 1) === 0 &&
  (column.statistics?.shortest ?? 0) >= 8 &&
  (column.statistics?.shortest === column.statistics?.longest ||
    (shareOf(column, 'hex') ?? 0) >= 0.9 ||
    (shareOf(column, 'guids') ?? 0) >= 0.9);

/** Also as one of several columns. */
const isReference = ({ foreignKeys }: TableFacts, name: string): boolean =>
  foreignKeys.some(({ columns }) => columns.includes(name));

const likelyTo = (value: Value, evidence: string): Inserted => ({
  certainty: 'likely',
  value,
  evidence,
});
