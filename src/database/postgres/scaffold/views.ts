import type { Binding } from '../../../binding/binding.js';
import type { Compiler } from '../../scaffold/compile/compiler.js';
import {
  aliasOf,
  boundUserColumns,
  providerParts,
  relatedRows,
  seatParts,
  userScope,
  type ViewParts,
} from '../../scaffold/view-columns.js';

/** The three views, each as one statement. */
export function postgresViews(binding: Binding, compiler: Compiler, schema: string): Record<string, string> {
  return {
    host_user: createView(`${schema}.host_user`, userParts(binding, compiler)),
    host_sso_provider: createView(`${schema}.host_sso_provider`, providerParts(binding, compiler)),
    host_licence: createView(`${schema}.host_licence`, seatParts(binding, compiler)),
  };
}

/** What `host_user` is made of. */
export function userParts(binding: Binding, compiler: Compiler): ViewParts {
  const { users } = binding;
  const { forms } = compiler;
  const scope = userScope(binding, compiler);
  const joins = Object.entries(users.related ?? {}).flatMap(([name, related]) => {
    if (related.join !== 'required' && related.join !== 'optional') return [];
    const row = { table: related.table, alias: aliasOf(name, compiler) };
    const { match, where } = relatedRows(related);
    const on = [
      ...compiler.matches(match, row, scope),
      ...(where ? [compiler.condition(where, { ...scope, here: row })] : []),
    ];
    const join = related.join === 'required' ? 'join' : 'left join';
    return [`  ${join} ${forms.table(related.table)} ${row.alias} on ${on.join(' and ')}`];
  });
  return {
    columns: boundUserColumns(binding, compiler, scope),
    from: [`${forms.table(users.table)} u`, ...joins],
    ...(users.where && { where: compiler.condition(users.where, scope) }),
  };
}

function createView(name: string, { columns, from, where }: ViewParts): string {
  const list = columns.map(([column, expression]) => `${expression} as ${column}`).join(',\n       ');
  const source = from.length > 0 ? `\n  from ${from.join('\n')}` : '';
  // Else a function of a user who may only read could be shown the rows that are left out. Not host_user: no index would
  // serve its searches.
  const barrier = where && !name.endsWith('.host_user') ? ' with (security_barrier = true)' : '';
  return `create view ${name}${barrier} as\nselect ${list}${source}${where ? `\n where ${where}` : ''};`;
}
