import type {
  ColumnReference,
  Condition,
  FieldName,
  Membership,
  RowTest,
  TableName,
  Value,
} from '../../../binding/value.js';
import type { BindingFacts, ColumnFact } from '../facts.js';
import type { Forms } from '../forms.js';

/** The rows that an expression may name. */
export interface Scope {
  /** The row that a column without `of` is in. */
  here: Row;
  /** More rows, by the names of `of`: `users`, and those of related tables. */
  rows: ReadonlyMap<string, Row>;
  /** What scimctl writes; absent where nothing is written. */
  field?: (name: FieldName) => string;
  /** The number that was taken from a counter, by the value that names it. */
  counter?: (value: Value) => string;
}

export interface Row {
  table: TableName;
  /** The name of the row in the statement. */
  alias?: string;
  /** How one of its columns is read, where the statement does not have the row by a name. */
  read?: (column: string, type: ColumnFact) => string;
}

/** Rows from which a new row copies, as the query that reads them has them. */
export interface RowsAlike {
  /** The row whose column is copied. */
  row: Row;
  from: string;
  /** By which the newest are found. */
  key?: string;
  conditions: string[];
}

/** The users, for what refers to them or to rows like theirs. */
export interface CompiledUsers {
  table: TableName;
  key: string;
  /** Whether the key has more columns than this one. */
  isOfSeveral: boolean;
  /** The rows that a new row of a table may be like. */
  alike: (table: TableName, where: Condition | undefined) => RowsAlike;
}

/** What makes SQL of the conditions and values of a binding, as far as its parts need it of each other. */
export interface Compiling {
  readonly forms: Forms;
  readonly facts: BindingFacts;
  /** The zone of columns without one. */
  readonly zone: string;
  readonly users: CompiledUsers;
  condition(condition: Condition, scope: Scope): string;
  /** An expression of the type of a column; of text, where no type is given. */
  value(value: Value, scope: Scope, type?: ColumnFact): string;
  /** The type that a value has by itself. */
  typeOf(value: Value, scope: Scope): ColumnFact;
  /** `u."login"`, and what the catalogue says of it. */
  column(reference: ColumnReference, scope: Scope): { sql: string; type: ColumnFact };
  /** The row that `of` names. @throws Problem `binding-unknown-table`. */
  row(of: string, scope: Scope): Row;
  /** A name for a row of a query within. */
  alias(): string;
  /** The rows that a test names: their FROM, and the condition. */
  rowsThat(test: RowTest, outside: Scope): { from: string; condition: string; inside: Scope };
  /** `r1."user_id" = u."id"`, a condition for each column. */
  matches(match: Readonly<Record<string, Value>>, row: Row, outside: Scope): string[];
  /** The rows that make a user a member of a group. */
  member(membership: Membership, scope: Scope): RowTest;
}
