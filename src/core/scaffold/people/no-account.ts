import type { Enabled } from '../../../binding/binding.js';
import type { Condition } from '../../../binding/value.js';
import { type ColumnFacts, countsInWords, hostColumnsOf, isColumnCalled, type TableFacts } from '../facts.js';
import type { Choice } from '../proposal.js';
import { flagValues, isFlag } from '../state/flags.js';
import * as called from '../words/vocabulary.js';

/** A condition that people fulfil and other rows do not. */
export interface WherePart extends Choice {
  value: Condition;
  /** Whether it is proposed. */
  isLikely: boolean;
  /** Whether a person has to decide it: what is deleted is gone, and needs no asking. */
  isForPerson: boolean;
  /** Only one of the tenants can hold; another kind of row is an answer by itself. */
  kind?: 'tenant' | 'other';
}

const counts = (column: ColumnFacts) => countsInWords(column.name, column.values ?? []);

/** What is deleted is no account. */
export function ofDeletion(column: ColumnFacts, enabled: Enabled | undefined): WherePart[] {
  if (JSON.stringify(enabled ?? {}).includes(JSON.stringify(column.name))) return [];
  if (isFlag(column) && isColumnCalled(column, called.DELETED_FLAG)) {
    const { no } = flagValues(column);
    return [
      {
        value: { column: column.name, in: column.nullable ? [no, null] : [no] },
        evidence: `not deleted (${counts(column)})`,
        isLikely: true,
        isForPerson: false,
      },
    ];
  }
  if (column.kind === 'instant' && isColumnCalled(column, called.DELETED_AT)) {
    return [
      {
        value: { column: column.name, null: true },
        evidence: `not deleted: ${column.name} is null`,
        isLikely: true,
        isForPerson: false,
      },
    ];
  }
  if (column.kind === 'integer' && isColumnCalled(column, called.DELETED_AT)) {
    return [
      {
        value: { column: column.name, in: [0, null] },
        evidence: `not deleted: ${column.name} is 0 or null`,
        isLikely: true,
        isForPerson: false,
      },
    ];
  }
  return [];
}

/** Nor is a row without a login name. */
export function ofLogin(users: TableFacts, login: string | undefined, hasKinds: boolean): WherePart[] {
  const column = hostColumnsOf(users).find(({ name }) => name === login);
  const { rows = 0, filled = 0, empty = 0 } = column?.statistics ?? {};
  if (!column || rows === 0 || filled - empty === rows) return [];
  // Where the kind of a row says it already.
  if (hasKinds && empty > 0) return [];
  const without = rows - filled + empty;
  const value: Condition =
    empty > 0 ? { not: { column: column.name, in: ['', null] } } : { column: column.name, null: false };
  return [
    {
      value,
      evidence: `with a login name (${without} ${without === 1 ? 'row has' : 'rows have'} none)`,
      isLikely: true,
      isForPerson: false,
    },
  ];
}
