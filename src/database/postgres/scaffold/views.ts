import type { Binding } from '../../../binding/binding.js';
import type { Compiler } from '../../scaffold/compile/compiler.js';
import {
  boundUserColumns,
  providerParts,
  seatParts,
  userJoins,
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
  return {
    columns: boundUserColumns(binding, compiler, scope),
    from: [`${forms.table(users.table)} u`, ...userJoins(binding, compiler, scope)],
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
