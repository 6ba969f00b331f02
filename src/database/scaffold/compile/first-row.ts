import type { Related } from '../../../binding/binding.js';
import { configurationProblem } from '../../../problem.js';
import type { BindingFacts } from '../facts.js';
import type { Compiling, Row, Scope } from './scope.js';

/**
 * The columns that tell the rows of one user in a related table apart: what a unique index has beside those of `match`.
 * Nothing where no index without nulls does. Empty where a user has one row at most.
 */
export function rowKeyOf({ table, match, order }: Related, facts: BindingFacts): string[] | undefined {
  const isNever = (column: string) => !facts.column(table, column).nullable;
  const found = (facts.table(table).uniques ?? [])
    .filter((columns) => columns.every(isNever))
    .map((columns) => columns.filter((column) => !(column in match)));
  const only = found.find((columns) => columns.length === 1 && columns[0] === order);
  return only ?? found.sort((a, b) => a.length - b.length)[0];
}

/** A column of the row that `first` chooses. The key of the row decides between rows with the same `order`. */
export function firstRowColumn(
  related: Related,
  column: string,
  compiler: Compiling,
  outside: Scope,
): string {
  const { table, match, where, order } = related;
  const { forms, facts } = compiler;
  const { from, condition, inside } = compiler.rowsThat({ table, match, ...(where && { where }) }, outside);
  const named = (name: string) => `${inside.here.alias}.${forms.name(name)}`;
  const columns = [
    ...new Set([...(order === undefined ? [] : [order]), ...(rowKeyOf(related, facts) ?? [])]),
  ];
  const by = columns.length === 0 ? '' : ` order by ${columns.map(named).join(', ')}`;
  return forms.first(named(column), `from ${from} where ${condition}${by}`);
}

/**
 * Of several rows of a user, the one that `first` reads: what a statement must add to its conditions so that it leaves
 * the others alone.
 * @throws Problem `binding-contradicts` where no unique index tells the rows apart.
 */
export function isFirstRow(related: Related, row: Row, compiler: Compiling, outside: Scope): string[] {
  if (related.join !== 'first') return [];
  const key = rowKeyOf(related, compiler.facts);
  if (!key) {
    throw configurationProblem(
      'binding-contradicts',
      `No unique index of ${related.table} tells the rows of one user apart, so a write could reach several of them.`,
      {
        hint: 'Choose one row with `where` and `"join": "optional"`. Or only read it: set `write` of its fields to false, and leave out `present`, `update`, `enable` and `disable`.',
      },
    );
  }
  const { forms } = compiler;
  return key.map((column) =>
    forms.compare(
      `${row.alias}.${forms.name(column)}`,
      '=',
      firstRowColumn(related, column, compiler, outside),
    ),
  );
}
