import type { FieldName } from '../../binding/value.js';
import type { Compiler } from './compile/compiler.js';
import type { Scope } from './compile/scope.js';
import type { ColumnUpdate, Occasion } from './plan.js';

/** How a trigger says that the time for a write has come. */
export interface OccasionWords {
  changed: (field: FieldName) => string;
  enabling: string;
  disabling: string;
}

/** A condition; undefined where it holds at every change. */
export function occasionOf(occasion: Occasion, words: OccasionWords): string | undefined {
  if (occasion === 'always') return undefined;
  if (occasion === 'enable') return words.enabling;
  if (occasion === 'disable') return words.disabling;
  return either(occasion.changed.map(words.changed));
}

export const either = (conditions: readonly string[]): string =>
  conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' or ')})`;

/** When any of these columns is written; undefined where one is at every change. */
export function occasionOfAll(updates: readonly ColumnUpdate[], words: OccasionWords): string | undefined {
  const conditions = updates.flatMap(({ writes }) =>
    writes.map(({ occasion }) => occasionOf(occasion, words)),
  );
  const known = conditions.filter((one) => one !== undefined);
  return known.length < conditions.length ? undefined : either([...new Set(known)]);
}

/** `case when login_changed then … else u."login" end`: the value of a column after a change. */
export function changedValue(
  { column, writes }: ColumnUpdate,
  { compiler, scope, words, alias, table }: ChangedValue,
): string {
  const type = compiler.facts.column(table, column);
  const own = `${alias}.${compiler.forms.name(column)}`;
  const cases: string[] = [];
  for (const { occasion, value } of writes) {
    const when = occasionOf(occasion, words);
    const sql = compiler.value(value, scope, type);
    if (when === undefined) return cases.length === 0 ? sql : `case ${cases.join(' ')} else ${sql} end`;
    cases.push(`when ${when} then ${sql}`);
  }
  return `case ${cases.join(' ')} else ${own} end`;
}

export interface ChangedValue {
  compiler: Compiler;
  scope: Scope;
  words: OccasionWords;
  /** The name of the row that is changed, and its table. */
  alias: string;
  table: string;
}

/** What is written when an account is disabled; of a new account that is disabled at once. */
export const disablingOnly = (updates: readonly ColumnUpdate[]): ColumnUpdate[] =>
  updates.flatMap(({ column, writes }) => {
    const disabling = writes.filter(({ occasion }) => occasion === 'disable');
    return disabling.length > 0
      ? [
          {
            column,
            writes: [
              { occasion: 'always' as const, value: (disabling[0] as (typeof disabling)[number]).value },
            ],
          },
        ]
      : [];
  });
