import type { RowFault } from '../../database/queries/host/host-rows.js';
import { COUNT_DIGITS } from '../../database/queries/rows.js';
import { safeWords } from './host-words.js';

/** What is wrong with rows of a host view, for people: `host_user.is_enabled: 3 rows are neither true nor false`. */
export function rowFaultInWords({ view, column, fault, count, value = '' }: RowFault): string {
  if (fault === 'unnamed') {
    const accounts = `${count === 1 ? '1 account' : `${count} accounts`} with ${safeWords(value)}`;
    const what = column === 'unnamed_state' ? 'enabled' : 'protected';
    return `the binding does not say whether ${accounts} ${count === 1 ? 'is' : 'are'} ${what}`;
  }
  const what = {
    empty: count === 1 ? '1 row has no value' : `${count} rows have no value`,
    repeated: count === 1 ? '1 value is in several rows' : `${count} values are in several rows`,
    'not-a-flag': `${count === 1 ? '1 row is' : `${count} rows are`} neither true nor false, nor 1 or 0`,
    'not-a-number': `${count === 1 ? '1 row has' : `${count} rows have`} no whole number from 0 to ${'9'.repeat(COUNT_DIGITS)}`,
  }[fault];
  return `${view}.${column}: ${what}`;
}
