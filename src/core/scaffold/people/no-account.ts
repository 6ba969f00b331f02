import type { Enabled } from '../../../binding/binding.js';
import type { Condition } from '../../../binding/value.js';
import {
  type ColumnFacts,
  hostColumnsOf,
  isColumnCalled,
  scalarOf,
  type TableFacts,
  valuesInWords,
} from '../facts.js';
import type { GatheredFacts } from '../gathered.js';
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

const counts = (column: ColumnFacts) => valuesInWords(column.name, column.values ?? []);

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
  const [usual] = column.values ?? [];
  if (usual && (column.values ?? []).length <= 4 && isColumnCalled(column, called.DELETED_FLAG)) {
    if (!/^(0|n|no|f|false|nein|non|否)?$/iu.test(usual.value ?? '')) return [];
    return [
      {
        value: { column: column.name, in: [scalarOf(column, usual.value)] },
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

/** Nor is a row that the application made for itself, such as for who is not signed in. */
export function ofKnownLogins(login: string | undefined, { systemLogins }: GatheredFacts): WherePart[] {
  if (login === undefined || systemLogins.length === 0) return [];
  const names = systemLogins.map((one) => one.login);
  return [
    {
      value: { not: { column: login, in: names, ignoreCase: true } },
      evidence: `${login} is not ${names.join(', ')}`,
      isLikely: true,
      isForPerson: false,
    },
  ];
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
