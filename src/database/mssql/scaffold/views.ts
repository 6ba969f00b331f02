import type { Binding } from '../../../binding/binding.js';
import type { Compiler } from '../../scaffold/compile/compiler.js';
import type { Row, Scope } from '../../scaffold/compile/scope.js';
import {
  aliasOf,
  boundUserColumns,
  providerParts,
  relatedRows,
  seatParts,
  userScope,
  type ViewParts,
} from '../../scaffold/view-columns.js';

/** The three views, each as one batch. */
export function mssqlViews(binding: Binding, compiler: Compiler, schema: string): string[] {
  return [
    createView(`${schema}.host_user`, userParts(binding, compiler)),
    createView(`${schema}.host_sso_provider`, providerParts(binding, compiler)),
    createView(`${schema}.host_licence`, seatParts(binding, compiler)),
  ];
}

/**
 * An INSERT must name every column of a view that cannot be null, and scimctl does not insert all of them. So the
 * columns are read from the table once more, by a left join: there they can be null, and their indexes still serve.
 */
function userParts(binding: Binding, compiler: Compiler): ViewParts {
  const { users } = binding;
  const { forms } = compiler;
  const keys = [users.key.column, ...(users.key.with ?? [])].map((one) => forms.name(one));
  const scope = userScope(binding, compiler);
  const person: Row = { table: users.table, alias: 'p' };
  const outside: Scope = { ...scope, here: person, rows: new Map([...scope.rows, ['users', person]]) };
  const conditions = users.where ? [compiler.condition(users.where, outside)] : [];
  const joins: string[] = [];
  for (const [name, related] of Object.entries(users.related ?? {})) {
    if (related.join !== 'required' && related.join !== 'optional') continue;
    const rows = relatedRows(related);
    const row = { table: related.table, alias: aliasOf(name, compiler) };
    const on = [
      ...compiler.matches(rows.match, row, outside),
      ...(rows.where ? [compiler.condition(rows.where, { ...outside, here: row })] : []),
    ];
    joins.push(`  left join ${forms.table(related.table)} ${row.alias} on ${on.join(' and ')}`);
    if (related.join === 'required') conditions.push(compiler.condition({ exists: rows }, outside));
  }
  const table = forms.table(users.table);
  return {
    columns: boundUserColumns(binding, compiler, scope).map(([name, expression]) => [
      name,
      OPTIONAL_FLAGS.includes(name) ? optionalFlag(expression) : expression,
    ]),
    from: [
      `${table} p`,
      `  left join ${table} u on ${keys.map((key) => `u.${key} = p.${key}`).join(' and ')}`,
      ...joins,
    ],
    ...(conditions.length > 0 && { where: conditions.join('\n   and ') }),
  };
}

const OPTIONAL_FLAGS: readonly string[] = ['is_protected', 'is_locked_temporarily'];

/** A flag that an INSERT may leave out. */
const optionalFlag = (flag: string): string => `case when 1 = 1 then ${flag} end`;

function createView(name: string, { columns, from, where }: ViewParts): string {
  const list = columns.map(([column, expression]) => `${expression} as ${column}`).join(',\n       ');
  const source = from.length > 0 ? `\n  from ${from.join('\n')}` : '';
  return `create view ${name} as\nselect ${list}${source}${where ? `\n where ${where}` : ''};`;
}
