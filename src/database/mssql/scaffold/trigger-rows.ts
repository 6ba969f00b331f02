import type { Binding, Related } from '../../../binding/binding.js';
import { FIELD_NAMES, type FieldName, type Value } from '../../../binding/value.js';
import { configurationProblem } from '../../../problem.js';
import type { Compiler } from '../../scaffold/compile/compiler.js';
import { firstRowColumn, isFirstRow } from '../../scaffold/compile/first-row.js';
import type { Row, Scope } from '../../scaffold/compile/scope.js';
import { isKeyUnique, isRowOf, keyConstants, SHARED_KEY } from '../../scaffold/compile/user-key.js';
import { countersIn } from '../../scaffold/counters.js';
import type { OccasionWords } from '../../scaffold/occasions.js';
import { planWrites, type TablePlan, type WritePlan } from '../../scaffold/plan.js';
import { COLUMN_OF, fieldsOf, writtenColumn } from '../../scaffold/user-columns.js';
import { relatedRows } from '../../scaffold/view-columns.js';
import { bracketed } from '../script-parts.js';
import { literalMssql } from './forms.js';

/** How the triggers say what has changed: columns of the table variable `@change`, by the name of `c`. */
export const WORDS: OccasionWords = {
  changed: (field) => `c.${COLUMN_OF[field]} = 1`,
  enabling: 'c.enabling = 1',
  disabling: 'c.disabling = 1',
};

/** The rows that the triggers write, as their statements name them. */
export class TriggerRowsMssql {
  readonly plan: WritePlan;
  readonly counters: Map<Value, string>;

  constructor(
    readonly binding: Binding,
    readonly compiler: Compiler,
  ) {
    this.plan = planWrites(binding, compiler.facts);
    const { before, users, after } = this.plan;
    this.counters = countersIn([...before, users, ...after].flatMap(({ insert }) => [...insert.values()]));
  }

  /** Whether new rows are told apart by their logins; if not, one is made at a time. */
  get isSingle(): boolean {
    const written = writtenColumn(this.binding.users.login.read);
    const isOwn = written !== undefined && (written.of ?? 'users') === 'users';
    return !isOwn || this.counters.size > 0 || this.plan.before.length > 0;
  }

  fields(): FieldName[] {
    const names = new Set<FieldName>([...fieldsOf(this.binding.users).map(([name]) => name), 'enabled']);
    return FIELD_NAMES.filter((name) => names.has(name));
  }

  /** `uniqueidentifier`, `nvarchar(450) collate Latin1_General_CI_AS`: a column as a table variable takes it. */
  typeIn(table: string, column: string): string {
    const { cast, collation } = this.compiler.facts.column(table, column);
    return collation === undefined ? cast : `${cast} collate ${collation}`;
  }

  keyOf = (name: string): string => `@key_${this.plan.before.findIndex((one) => one.name === name) + 1}`;

  /** What scimctl writes, as text. */
  private readonly field = (name: FieldName): string => {
    if (name === 'enabled') return 'i.is_enabled';
    if (this.fields().includes(name)) return `cast(i.${COLUMN_OF[name]} as nvarchar(4000))`;
    throw configurationProblem('binding-contradicts', `The binding writes ${name}, which it does not read.`, {
      hint: `Add \`users.${name}\`, or take the field out of what is written.`,
    });
  };

  /** Rows by the key of the user: `n.new_key` of a new one, `c.user_key` of one that is changed. */
  scope(here: Row, isNew: boolean): Scope {
    const { users } = this.binding;
    const { forms } = this.compiler;
    const key = keyIn(isNew);
    const constants = keyConstants(users);
    const ofUser: Row = {
      table: users.table,
      read: (column, type) => {
        if (column === users.key.column) return key;
        const constant = constants.get(column);
        if (constant !== undefined) return forms.literal(constant, type);
        const from = `from ${forms.table(users.table)} u where ${isRowOf(users, this.compiler, 'u', key)}`;
        return forms.first(`u.${bracketed(column)}`, from);
      },
    };
    const rows = new Map<string, Row>([['users', ofUser]]);
    const counter = (value: Value) => `@${this.counters.get(value) ?? ''}`;
    const scope: Scope = { here, rows, field: this.field, counter };
    for (const [name, related] of Object.entries(users.related ?? {})) {
      const read = (column: string) => this.readRelated(name, related, column, scope, isNew);
      rows.set(name, { table: related.table, read });
    }
    return scope;
  }

  private readRelated(name: string, related: Related, column: string, scope: Scope, isNew: boolean): string {
    if (isNew && related.before && related.key?.column === column) return this.keyOf(name);
    return firstRowColumn({ ...related, ...relatedRows(related) }, column, this.compiler, scope);
  }

  /** A row that is not there yet, of which nothing is known but a key that we make, and the constants of a user's key. */
  newRow(table: string, madeKey?: string): Row {
    const { users } = this.binding;
    const constants = table === users.table ? keyConstants(users) : undefined;
    return {
      table,
      read: (column, type) =>
        column === madeKey ? 'n.new_key' : this.compiler.forms.literal(constants?.get(column) ?? null, type),
    };
  }

  /** A condition: the row belongs to the user. */
  own(related: Pick<Related, 'table' | 'match' | 'where'> | undefined, row: Row, isNew: boolean): string {
    const scope = this.scope(row, isNew);
    if (!related) return isRowOf(this.binding.users, this.compiler, row.alias ?? '', keyIn(isNew));
    const { match, where } = relatedRows(related);
    const conditions = this.compiler.matches(match, row, scope);
    if (where) conditions.push(this.compiler.condition(where, { ...scope, here: row }));
    return conditions.join(' and ');
  }

  /** The same of the row that is written: of several rows, the one that is read. */
  written(related: Related | undefined, row: Row, isNew: boolean): string {
    const first = related
      ? isFirstRow({ ...related, ...relatedRows(related) }, row, this.compiler, this.scope(row, isNew))
      : [];
    return [this.own(related, row, isNew), ...first].join(' and ');
  }

  /** Where no unique index says that the key has one row, a write is not to reach a second one. */
  refusedAsShared(isNew: boolean): string {
    const { users } = this.binding;
    if (isKeyUnique(users, this.compiler.facts)) return '';
    const own = this.own(undefined, { table: users.table, alias: 't' }, isNew);
    return `if exists (select 1 from ${this.compiler.forms.table(users.table)} t
            join ${isNew ? '@new n' : '@change c'} on ${own}
           group by ${keyIn(isNew)} having count(*) > 1)
  throw 50001, ${literalMssql(SHARED_KEY)}, 1;`;
  }

  /** The same of the rows that the view shows, before they are taken to be one of each user. */
  refusedAsSharedAmong(rows: string): string {
    if (isKeyUnique(this.binding.users, this.compiler.facts)) return '';
    return `if exists (select 1 from ${rows} group by user_id having count(*) > 1)
  throw 50001, ${literalMssql(SHARED_KEY)}, 1;`;
  }

  /** The values of a new row, by columns. */
  values({ table, insert }: TablePlan, scope: Scope, made?: string): { columns: string; values: string } {
    const values = [...insert].map(([column, value]) =>
      column === made
        ? 'n.new_key'
        : this.compiler.value(value, scope, this.compiler.facts.column(table, column)),
    );
    return { columns: [...insert.keys()].map(bracketed).join(', '), values: values.join(',\n       ') };
  }
}

/** The key of the user whose rows are written. */
const keyIn = (isNew: boolean): string => (isNew ? 'n.new_key' : 'c.user_key');

/** When there is a row of a related table; undefined for always. */
export function presenceMssql({ present }: Related): string | undefined {
  if (present === undefined || present === 'always') return undefined;
  if (present === 'enabled') return 'i.is_enabled = 1';
  if (present === 'disabled') return 'i.is_enabled = 0';
  return `i.${COLUMN_OF[present]} is not null`;
}
