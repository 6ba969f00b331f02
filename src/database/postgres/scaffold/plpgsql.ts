import type { Check } from '../../scaffold/checks.js';
import { literalPostgres, operator } from './forms.js';

/** Whether a column is another than before, without the operators that IS DISTINCT FROM would look for. */
export function isChanged(column: string, isFlag: boolean): string {
  const text = (row: string) => (isFlag ? `${row}.${column}` : `cast(${row}.${column} as pg_catalog.text)`);
  return `not coalesce(${operator(text('new'), '=', text('old'))}, new.${column} is null and old.${column} is null)`;
}

/**
 * An account that is locked for now reads disabled already, and a trigger for each row is not told which columns the
 * statement sets: it says that the lock ends, or nothing else.
 * @param changed whether each of the fields has another value.
 * @param enabled the variable that says so of the state.
 */
export const lockEnds = (changed: readonly string[], enabled: string): string =>
  when(
    `old.is_locked_temporarily and not new.is_enabled and (new.is_locked_temporarily is not true or not (${changed.join(' or ')}))`,
    `${enabled} := true;`,
  );

/** Refuses where a condition holds. */
export const raiseIf = (condition: string, message: string, kind: Check['kind']): string =>
  when(
    condition,
    `raise ${kind === 'unique' ? 'unique_violation' : 'check_violation'} using message = ${literalPostgres(message)};`,
  );

export const when = (condition: string, statements: string): string =>
  `if ${condition} then\n${indentedBy(statements, 2)}\nend if;`;

export const comment = (text: string): string => `-- ${text.replaceAll(/\s+/g, ' ')}`;

export const indentedBy = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(by) + line))
    .join('\n');
