import type { Binding, Judgement } from '../../binding/binding.js';
import type { ColumnReference } from '../../binding/value.js';
import type { Session } from '../database.js';
import type { Compiler } from './compile/compiler.js';
import { lastingState } from './lasting-state.js';
import { boundTablesOf, compilerFor } from './scaffold.js';
import { columnsJudged, userJoins, userScope } from './view-columns.js';

/** Users whose state a binding does not name: neither `yes` nor `no` holds. */
export interface UnknownState {
  of: 'users.enabled' | 'users.protected';
  /** Of the columns that the conditions test: `status 7`. */
  value: string;
  count: number;
}

/** Counts them by value; needs the right to read the tables of the application. */
export async function unknownStates(session: Session, binding: Binding): Promise<UnknownState[]> {
  const { scaffold } = session.dialect;
  const facts = await scaffold.facts(session, boundTablesOf(binding));
  const compiler = compilerFor(binding, facts, scaffold.forms);
  const found: UnknownState[] = [];
  for (const name of ['enabled', 'protected'] as const) {
    const told = binding.users[name];
    const judgement = name === 'enabled' ? lastingState(binding.users.enabled) : told;
    const query = unknownQuery(binding, judgement, columnsJudged(told), compiler);
    if (!query) continue;
    const rows = await session.rows<Record<string, unknown>>(query.sql.replaceAll('?', '\\?'));
    found.push(
      ...rows.map((row) => ({
        of: `users.${name}` as const,
        value: query.columns
          .map((column, at) => `${column} ${row[`v${at}`] === null ? 'null' : String(row[`v${at}`])}`)
          .join(', '),
        count: Number(row.found),
      })),
    );
  }
  return found;
}

function unknownQuery(
  binding: Binding,
  judgement: Judgement | undefined,
  tested: readonly ColumnReference[],
  compiler: Compiler,
): { sql: string; columns: string[] } | undefined {
  const { yes, no } = judgement ?? {};
  if (!yes || !no || tested.length === 0) return undefined;
  const { forms } = compiler;
  const { users } = binding;
  const scope = userScope(binding, compiler);
  const conditions = [yes, no].map((one) => forms.not(compiler.condition(one, scope)));
  if (users.where) conditions.push(compiler.condition(users.where, scope));
  const joins = userJoins(binding, compiler, scope);
  const values = tested.map((one) => compiler.column(one, scope).sql);
  const list = values.map((value, at) => `${value} as v${at}`).join(', ');
  return {
    columns: tested.map(({ column }) => column),
    sql: `select ${list}, ${forms.count} as found from ${forms.table(users.table)} u ${joins.join(' ')}
      where ${conditions.join(' and ')} group by ${values.join(', ')}`,
  };
}
