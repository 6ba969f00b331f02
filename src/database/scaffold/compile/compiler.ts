import type { ColumnReference, Condition, Membership, RowTest, Value } from '../../../binding/value.js';
import { configurationProblem } from '../../../problem.js';
import type { BindingFacts, ColumnFact } from '../facts.js';
import type { Forms } from '../forms.js';
import { compileCondition } from './compile-condition.js';
import { compileValue, typeOf } from './compile-value.js';
import type { CompiledUsers, Compiling, Row, Scope } from './scope.js';

/** Makes SQL of the conditions and values of a binding. */
export class Compiler implements Compiling {
  readonly users: CompiledUsers;
  private aliases = 0;

  constructor(
    readonly forms: Forms,
    readonly facts: BindingFacts,
    /** The zone of columns without one. */
    readonly zone: string,
    users: (compiler: Compiler) => CompiledUsers,
  ) {
    this.users = users(this);
  }

  condition(condition: Condition, scope: Scope): string {
    return compileCondition(this, condition, scope);
  }

  /** An expression of the type of a column; of text, where no type is given. */
  value(value: Value, scope: Scope, type: ColumnFact = this.forms.types.text): string {
    return compileValue(this, value, scope, type);
  }

  /** The type that a value has by itself. */
  typeOf(value: Value, scope: Scope): ColumnFact {
    return typeOf(this, value, scope);
  }

  /** `u."login"`, and what the catalogue says of it. */
  column({ column, of }: ColumnReference, scope: Scope): { sql: string; type: ColumnFact } {
    const row = of === undefined ? scope.here : this.row(of, scope);
    const type = this.facts.column(row.table, column);
    return { sql: row.read?.(column, type) ?? `${row.alias}.${this.forms.name(column)}`, type };
  }

  row(of: string, { rows }: Scope): Row {
    const row = rows.get(of);
    if (row) return row;
    throw configurationProblem('binding-unknown-table', `The binding names no related table ${of} here.`, {
      hint: 'Name it in `users.related`, with a `join` by which it is read, or correct `of`.',
    });
  }

  /** A name for a row of a query within. */
  alias(): string {
    return `r${++this.aliases}`;
  }

  /** The rows that a test names: their FROM, and the condition. */
  rowsThat(
    { table, match, where }: RowTest,
    outside: Scope,
  ): { from: string; condition: string; inside: Scope } {
    const here = { alias: this.alias(), table };
    const inside: Scope = { ...outside, here };
    const condition = [
      ...this.matches(match, here, outside),
      ...(where ? [this.condition(where, inside)] : []),
    ].join(' and ');
    return { from: `${this.forms.table(table)} ${here.alias}`, condition, inside };
  }

  /** `r1."user_id" = u."id"`, a condition for each column. */
  matches(match: Readonly<Record<string, Value>>, row: Row, outside: Scope): string[] {
    return Object.entries(match).map(([column, value]) => {
      const type = this.facts.column(row.table, column);
      return this.forms.compare(
        `${row.alias}.${this.forms.name(column)}`,
        '=',
        this.value(value, outside, type),
      );
    });
  }

  member(membership: Membership, scope: Scope): RowTest {
    const { through, user, group, groups, key, name, ignoreCase } = membership;
    const isNamed = { column: name, in: membership.in, ...(ignoreCase && { ignoreCase }) };
    if (this.users.isOfSeveral) {
      throw configurationProblem(
        'binding-contradicts',
        `A \`memberOf\` through ${through} finds users by ${user} alone, and the key of users has several columns.`,
        { hint: 'Write it as `exists`, with every column of the key in `match`.' },
      );
    }
    const ofUser: Value = { column: this.users.key, of: 'users' };
    this.row('users', scope);
    return {
      table: through,
      match: { [user]: ofUser },
      where: { exists: { table: groups, match: { [key]: { column: group } }, where: isNamed } },
    };
  }
}
