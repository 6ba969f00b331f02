import type { Binding, Related } from '../../../binding/binding.js';
import { FIELD_NAMES, type FieldName, type Value } from '../../../binding/value.js';
import { configurationProblem } from '../../../problem.js';
import type { Compiler } from '../../scaffold/compile/compiler.js';
import { firstRowColumn, isFirstRow } from '../../scaffold/compile/first-row.js';
import type { Row, Scope } from '../../scaffold/compile/scope.js';
import { isKeyUnique, isRowOf, keyConstants, SHARED_KEY } from '../../scaffold/compile/user-key.js';
import { countersIn } from '../../scaffold/counters.js';
import type { OccasionWords } from '../../scaffold/occasions.js';
import { planWrites, type WritePlan } from '../../scaffold/plan.js';
import { COLUMN_OF, fieldsOf } from '../../scaffold/user-columns.js';
import { FIXED, relatedRows, type ViewParts } from '../../scaffold/view-columns.js';
import { operator, quotedPostgres } from './forms.js';
import { raiseIf, when } from './plpgsql.js';
import { userParts } from './views.js';

/** How the trigger says what has changed: by its variables. */
export const ROW_WORDS: OccasionWords = {
  changed: (field) => `${COLUMN_OF[field]}_changed`,
  enabling: 'enabling',
  disabling: 'disabling',
};

/** The rows that the trigger writes, as its statements name them: by the key of the user. */
export class TriggerRowsPostgres {
  protected readonly plan: WritePlan;
  protected readonly counters: Map<Value, string>;
  /** What `host_user` reads: the owner of the trigger may read these tables, and not the view. */
  protected readonly view: ViewParts;

  constructor(
    protected readonly binding: Binding,
    protected readonly compiler: Compiler,
  ) {
    this.plan = planWrites(binding, compiler.facts);
    this.view = userParts(binding, compiler);
    const { before, users, after } = this.plan;
    this.counters = countersIn([...before, users, ...after].flatMap(({ insert }) => [...insert.values()]));
  }

  /** FROM and WHERE that give the row of a user as the view has it, with a condition more. */
  protected userOf(key: string, more: readonly string[] = []): string {
    const { columns, from, where } = this.view;
    const id = columns.find(([column]) => column === 'user_id')?.[1] ?? '';
    const conditions = [...(where ? [`(${where})`] : []), operator(id, '=', key), ...more];
    return `from ${from.join('\n')}\n where ${conditions.join(' and ')}`;
  }

  protected fields(): FieldName[] {
    const names = new Set<FieldName>([...fieldsOf(this.binding.users).map(([name]) => name), 'enabled']);
    return FIELD_NAMES.filter((name) => names.has(name));
  }

  protected keyOf(name: string): string {
    const at = this.plan.before.findIndex((one) => one.name === name);
    return `key_${at + 1}`;
  }

  /** What scimctl writes, as text. */
  private readonly field = (name: FieldName): string => {
    if (name === 'enabled') return 'new.is_enabled';
    if (!this.fields().includes(name)) throw unknownField(name);
    return `cast(new.${COLUMN_OF[name]} as pg_catalog.text)`;
  };

  /** The rows as a trigger knows them: by the key of the user. */
  protected scope(here: Row, isNew: boolean): Scope {
    const { users } = this.binding;
    const { forms } = this.compiler;
    const ofRow = isNew ? 'new.user_id' : 'old.user_id';
    // As the column is, so that its index serves.
    const isFixed = FIXED.test(this.compiler.facts.column(users.table, users.key.column).type);
    const key = isFixed ? `cast(${ofRow} as pg_catalog.bpchar)` : ofRow;
    const constants = keyConstants(users);
    const ofUser: Row = {
      table: users.table,
      read: (column, type) => {
        if (column === users.key.column) return key;
        const constant = constants.get(column);
        if (constant !== undefined) return forms.literal(constant, type);
        const from = `from ${forms.table(users.table)} u where ${isRowOf(users, this.compiler, 'u', key)}`;
        return forms.first(`u.${quotedPostgres(column)}`, from);
      },
    };
    const rows = new Map<string, Row>([['users', ofUser]]);
    const scope: Scope = {
      here,
      rows,
      field: this.field,
      counter: (value) => this.counters.get(value) ?? '',
    };
    for (const [name, related] of Object.entries(users.related ?? {})) {
      rows.set(name, {
        table: related.table,
        read: (column) => this.readRelated(name, related, column, scope, isNew),
      });
    }
    return scope;
  }

  private readRelated(name: string, related: Related, column: string, scope: Scope, isNew: boolean): string {
    if (isNew && related.before && related.key?.column === column) return this.keyOf(name);
    return firstRowColumn({ ...related, ...relatedRows(related) }, column, this.compiler, scope);
  }

  /** The row of the user that is not there yet: nothing of it is known but a key that we make, and its constants. */
  protected newRow(): Row {
    const { table, key } = this.binding.users;
    const constants = keyConstants(this.binding.users);
    return {
      table,
      read: (column, type) =>
        column === key.column && key.made !== 'database'
          ? 'new.user_id'
          : this.compiler.forms.literal(constants.get(column) ?? null, type),
    };
  }

  /** A condition: the row belongs to the user. */
  protected own(related: Related | undefined, row: Row, scope: Scope): string {
    const { users } = this.binding;
    if (!related) {
      const key = scope.rows.get('users')?.read?.(users.key.column, this.compiler.forms.types.text);
      return isRowOf(users, this.compiler, row.alias ?? '', key ?? '');
    }
    const { match, where } = relatedRows(related);
    const conditions = this.compiler.matches(match, row, scope);
    if (where) conditions.push(this.compiler.condition(where, { ...scope, here: row }));
    return conditions.join(' and ');
  }

  /** The same of the row that is written: of several rows, the one that is read. */
  protected written(related: Related | undefined, row: Row, isNew: boolean): string {
    const scope = this.scope(row, isNew);
    const first = related
      ? isFirstRow({ ...related, ...relatedRows(related) }, row, this.compiler, scope)
      : [];
    return [this.own(related, row, scope), ...first].join(' and ');
  }

  /**
   * `old` and `new` are of what the statement saw when it began. What the application has committed since counts, too: who
   * is protected now is not changed, and what scimctl does not change is not written as it was then. The key stays, so rows
   * that refer to the user may be inserted meanwhile.
   */
  protected holdRow(): string {
    const { table } = this.binding.users;
    const row: Row = { table, alias: 't' };
    const own = this.own(this.plan.users.related, row, this.scope(row, false));
    const used = new Set([...this.fields().map((field) => COLUMN_OF[field]), 'is_protected']);
    const columns = this.view.columns.filter(([column]) => used.has(column));
    const kept = this.fields().map((field) =>
      when(`not ${ROW_WORDS.changed(field)}`, `new.${COLUMN_OF[field]} := seen.${COLUMN_OF[field]};`),
    );
    const read = columns.map(([column, expression]) => `${expression} as ${column}`).join(',\n       ');
    return `perform 1 from ${this.compiler.forms.table(table)} t where ${own} for no key update;
select ${read}
  into seen ${this.userOf('old.user_id')};
${when('not found', 'return null;')}
${[this.refusedAsShared(false), ...this.refusedAsProtected('seen.is_protected'), ...kept].filter(Boolean).join('\n')}`;
  }

  /** Where no unique index says that the key has one row, a write is not to reach a second one. */
  protected refusedAsShared(isNew: boolean): string {
    const { users } = this.binding;
    if (isKeyUnique(users, this.compiler.facts)) return '';
    const row: Row = { table: users.table, alias: 't' };
    const own = this.own(undefined, row, this.scope(row, isNew));
    const from = `${this.compiler.forms.table(users.table)} t`;
    return raiseIf(`exists (select 1 from ${from} where ${own} offset 1)`, SHARED_KEY, 'check');
  }

  protected refusedAsProtected(condition: string): string[] {
    return this.binding.users.protected
      ? [raiseIf(condition, 'a protected account is not changed', 'check')]
      : [];
  }
}

/** When there is a row; undefined for always. */
export function presencePostgres({ present }: Related): string | undefined {
  if (present === undefined || present === 'always') return undefined;
  if (present === 'enabled') return 'new.is_enabled';
  if (present === 'disabled') return 'not new.is_enabled';
  return `new.${COLUMN_OF[present]} is not null`;
}

const unknownField = (name: FieldName) =>
  configurationProblem('binding-contradicts', `The binding writes ${name}, which it does not read.`, {
    hint: `Add \`users.${name}\`, or take the field out of what is written.`,
  });
