import type { Binding } from '../../../binding/binding.js';
import type { Condition, TableName } from '../../../binding/value.js';
import { judged, relatedRows, userJoins, userScope } from '../view-columns.js';
import type { Compiler } from './compiler.js';
import type { RowsAlike, Scope } from './scope.js';

/**
 * The rows that a new row of a table may be like: of the table of users or of a related one, those of users who are not
 * protected, so that nobody gets the role of an administrator.
 * @param where which of them, instead of those that the view has.
 */
export function rowsAlike(
  binding: Binding,
  compiler: Compiler,
  table: TableName,
  where: Condition | undefined,
): RowsAlike {
  const { users } = binding;
  const { forms } = compiler;
  const related = Object.values(users.related ?? {}).find((one) => one.table === table);
  const row = { table, alias: 'c' };
  if (table !== users.table && !related) {
    const scope: Scope = { here: row, rows: new Map() };
    return {
      ...{ row, from: `${forms.table(table)} c` },
      conditions: where ? [compiler.condition(where, scope)] : [],
    };
  }
  const scope = userScope(binding, compiler);
  const from = [`${forms.table(users.table)} u`, ...userJoins(binding, compiler, scope)];
  const conditions: string[] = [];
  const here = table === users.table ? scope.here : row;
  if (related && here === row) {
    const { match, where: own } = relatedRows(related);
    conditions.push(...compiler.matches(match, row, scope));
    if (own) conditions.push(compiler.condition(own, { ...scope, here }));
    from.push(`  cross join ${forms.table(table)} c`);
    if (users.where) conditions.push(compiler.condition(users.where, scope));
  }
  const which = where ?? (here === row ? undefined : users.where);
  if (which) conditions.push(compiler.condition(which, { ...scope, here }));
  if (users.protected)
    conditions.push(forms.not(judged(users.protected, compiler, scope, 'users.protected')));
  return { row: here, from: from.join(' '), key: `u.${forms.name(users.key.column)}`, conditions };
}
