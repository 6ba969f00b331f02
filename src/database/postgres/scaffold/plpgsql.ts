import type { Check } from '../../scaffold/checks.js';
import { literalPostgres, operator } from './forms.js';

/** Whether a column is another than before, without the operators that IS DISTINCT FROM would look for. */
export function isChanged(column: string, isFlag: boolean): string {
  const text = (row: string) => (isFlag ? `${row}.${column}` : `cast(${row}.${column} as pg_catalog.text)`);
  return `not coalesce(${operator(text('new'), '=', text('old'))}, new.${column} is null and old.${column} is null)`;
}

/** What says to the row, in which a trigger does not see it, that the statement sets the state. Of this transaction only. */
const STATED = 'scimctl.host_user_stated';

/** Of a statement before its rows: one without arguments for all, and then one with an argument for those that set the state. */
export const noteStatement = `if ${operator('tg_level', '=', "'STATEMENT'")} then
  perform pg_catalog.set_config('${STATED}', coalesce(tg_argv[0], ''), true);
  return null;
end if;`;

/** The triggers that have `noteStatement` run; in the order of their names. */
export const noteTriggers = (schema: string): string[] => [
  `create trigger host_user_begin before update on ${schema}.host_user
  for each statement execute function ${schema}.host_user_write();`,
  `create trigger host_user_begin_state before update of is_enabled on ${schema}.host_user
  for each statement execute function ${schema}.host_user_write('yes');`,
];

/**
 * An account that is locked for now reads disabled already. The lock ends where the statement sets the state, though to what
 * it reads, or says that the lock ends; whatever else it changes.
 * @param enabled the variable that says that the state changes.
 */
export const lockEnds = (enabled: string): string =>
  when(
    `old.is_locked_temporarily and not new.is_enabled and (new.is_locked_temporarily is not true or ${operator(`pg_catalog.current_setting('${STATED}', true)`, '=', "'yes'")})`,
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
