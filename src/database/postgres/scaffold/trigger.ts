import type { Binding, EndSessions } from '../../../binding/binding.js';
import type { Value } from '../../../binding/value.js';
import { CREATES_ITSELF } from '../../../words/host-views.js';
import { type Check, checksOf } from '../../scaffold/checks.js';
import type { Compiler } from '../../scaffold/compile/compiler.js';
import type { Row, Scope } from '../../scaffold/compile/scope.js';
import { behindOf, counterOf, countersOf } from '../../scaffold/counters.js';
import { partsOf } from '../../scaffold/facts.js';
import {
  type ChangedValue,
  changedValue,
  disablingOnly,
  either,
  occasionOfAll,
} from '../../scaffold/occasions.js';
import type { ColumnUpdate, TablePlan } from '../../scaffold/plan.js';
import { COLUMN_OF } from '../../scaffold/user-columns.js';
import { operator, quotedPostgres } from './forms.js';
import {
  comment,
  indentedBy,
  isChanged,
  lockEnds,
  noteStatement,
  noteTriggers,
  raiseIf,
  when,
} from './plpgsql.js';
import { presencePostgres, ROW_WORDS, TriggerRowsPostgres } from './trigger-rows.js';

/** The function that writes what is inserted into `host_user` and updated in it, and its trigger. */
export function postgresTrigger(binding: Binding, compiler: Compiler, schema: string): string[] {
  const writer = new TriggerWriter(binding, compiler);
  // Not a schema in which others may create: what they plant there would run with the rights of the owner, where a
  // trigger of the application calls a function or an operator without its schema.
  const closed = writer.tables().filter((table) => !compiler.facts.table(table).isOpen);
  const schemas = [...new Set(closed.map((table) => partsOf(table).schema))];
  const path = [
    'pg_catalog',
    ...schemas.filter((one) => one !== 'pg_catalog').map(quotedPostgres),
    'pg_temp',
  ].join(', ');
  const body = writer.body();
  const tag = body.includes('$host$') ? '$host_user$' : '$host$';
  if (body.includes(tag)) throw new Error('the binding has both quotes of the function in it');
  return [
    `create function ${schema}.host_user_write() returns trigger language plpgsql
-- With the rights of the owner, who may write the tables. The schemas at the end of the path are for the
-- application's own triggers; everything below is named with its schema.
security definer set search_path = ${path} as ${tag}
${body}
${tag};`,
    `revoke execute on function ${schema}.host_user_write() from public;`,
    `create trigger host_user_write instead of insert or update on ${schema}.host_user
  for each row execute function ${schema}.host_user_write();`,
    ...(binding.users.enabled.temporarily ? noteTriggers(schema) : []),
  ];
}

class TriggerWriter extends TriggerRowsPostgres {
  tables(): string[] {
    const { before, users, after, endSessions } = this.plan;
    return [users, ...before, ...after, ...endSessions].map(({ table }) => table);
  }

  body(): string {
    const { users } = this.binding;
    const changes = this.fields().map((field) => `  ${COLUMN_OF[field]}_changed pg_catalog.bool := true;`);
    const keys = this.plan.before.map(({ name, related }) => {
      const key = related?.key?.column ?? '';
      return `  ${this.keyOf(name)} ${this.compiler.facts.column(related?.table ?? '', key).cast};`;
    });
    const counters = [...this.counters.values()].map((name) => `  ${name} pg_catalog.int8;`);
    const insert = users.create === 'enable-only' ? this.refusedInsert() : this.insert();
    return `#variable_conflict use_variable
declare
${[...changes, '  enabling pg_catalog.bool := false;', '  disabling pg_catalog.bool := false;', '  seen pg_catalog.record;', ...keys, ...counters].join('\n')}
begin
${
  users.enabled.temporarily
    ? `${indentedBy(noteStatement, 2)}
`
    : ''
}  if ${operator('tg_op', '=', "'INSERT'")} then
${indentedBy(insert, 4)}
    return new;
  end if;

${indentedBy(this.update(), 2)}
  return new;
end`;
  }

  private refusedInsert(): string {
    const reason = this.binding.users.createReason ?? 'rows alone make no working account';
    return raiseIf('true', `${CREATES_ITSELF}: ${reason}`, 'check');
  }

  private insert(): string {
    const { users } = this.binding;
    const { before, users: own, after } = this.plan;
    const scope = this.scope(this.newRow(), true);
    const parts = this.checks(scope, false).map(({ wrong, message, kind }) => raiseIf(wrong, message, kind));
    for (const [value, name] of this.counters) parts.push(this.takeNumber(value, name, scope));
    for (const one of before) parts.push(this.insertBefore(one, scope));
    if (users.key.made !== 'database') {
      const type = this.compiler.facts.column(users.table, users.key.column);
      parts.push(`new.user_id := ${this.compiler.value(users.key.made, scope, type)};`);
    }
    parts.push(this.insertUser(own, scope), this.refusedAsShared(true));
    for (const one of after) parts.push(this.insertAfter(one));
    parts.push(this.disableNew(), this.assertOrdinary());
    return parts.filter(Boolean).join('\n');
  }

  private takeNumber(value: Value, name: string, scope: Scope): string {
    const counter = counterOf(value);
    const { table, column, where, step = 1 } = counter;
    const row = { table, alias: 'c' };
    const type = this.compiler.facts.column(table, column);
    const own = `c.${quotedPostgres(column)}`;
    const next = operator(own, '+', this.compiler.forms.literal(step, type));
    const behind = behindOf(counter);
    const taken = behind === 0 ? own : operator(own, '-', this.compiler.forms.literal(behind, type));
    const condition = this.compiler.matches(where, row, scope).join(' and ') || 'true';
    return `update ${this.compiler.forms.table(table)} c set ${quotedPostgres(column)} = ${next} where ${condition}
  returning ${taken} into strict ${name};`;
  }

  private insertBefore(plan: TablePlan, scope: Scope): string {
    const { name, table, related } = plan;
    const key = related?.key;
    const here: Row = { table, read: (_, type) => this.compiler.forms.literal(null, type) };
    return `${comment(`The row of ${table}, to which the row of the user refers.`)}
${this.insertValues(plan, { ...scope, here })}
returning ${quotedPostgres(key?.column ?? '')} into ${this.keyOf(name)};`;
  }

  private insertUser(plan: TablePlan, scope: Scope): string {
    const key = this.binding.users.key.column;
    const values = new Map(plan.insert);
    // Made before, so that it is made once.
    const made = values.has(key) ? { key, sql: 'new.user_id' } : undefined;
    return `${this.insertValues({ ...plan, insert: values }, scope, made)}
returning ${quotedPostgres(key)} into new.user_id;`;
  }

  private insertValues(
    { table, insert }: TablePlan,
    scope: Scope,
    made?: { key: string; sql: string },
  ): string {
    const columns = [...insert.keys()];
    const values = [...insert].map(([column, value]) =>
      column === made?.key
        ? made.sql
        : this.compiler.value(value, scope, this.compiler.facts.column(table, column)),
    );
    if (columns.length === 0) return `insert into ${this.compiler.forms.table(table)} default values`;
    return `insert into ${this.compiler.forms.table(table)} (${columns.map(quotedPostgres).join(', ')})
values (${values.join(',\n        ')})`;
  }

  /** A row of a related table, where there is to be one. */
  private insertAfter(plan: TablePlan): string {
    const { table, related } = plan;
    if (related?.present === undefined) return '';
    const here: Row = { table, read: (_, type) => this.compiler.forms.literal(null, type) };
    const statement = `${this.insertValues(plan, this.scope(here, true))};`;
    const isThere = presencePostgres(related);
    return isThere === undefined ? statement : when(isThere, statement);
  }

  /** Enabled and then disabled, so that what disabling writes is in one place. */
  private disableNew(): string {
    const statements = [this.plan.users, ...this.plan.before, ...this.plan.after].flatMap((plan) => {
      const updates = disablingOnly(plan.update);
      return updates.length === 0 ? [] : [this.updateStatement(plan, updates, true)];
    });
    return statements.length === 0 ? '' : when('not new.is_enabled', statements.join('\n'));
  }

  private update(): string {
    const fields = this.fields();
    const scope = this.scope({ table: this.binding.users.table }, false);
    const changed = fields.map(
      (field) => `${COLUMN_OF[field]}_changed := ${isChanged(COLUMN_OF[field], field === 'enabled')};`,
    );
    const parts = [
      ...this.refusedAsProtected('old.is_protected'),
      ...changed,
      ...(this.binding.users.enabled.temporarily ? [lockEnds(ROW_WORDS.changed('enabled'))] : []),
      `enabling := is_enabled_changed and new.is_enabled;`,
      `disabling := is_enabled_changed and not new.is_enabled;`,
      when(`not ${either(fields.map((field) => ROW_WORDS.changed(field)))}`, 'return new;'),
      this.holdRow(),
      ...this.checks(scope, true).map(({ fields: about, wrong, message, kind }) =>
        raiseIf(`${either(about.map(ROW_WORDS.changed))} and (${wrong})`, message, kind),
      ),
      this.updateUser(),
      ...[...this.plan.before, ...this.plan.after].map((plan) => this.updateRelated(plan)),
      ...this.plan.endSessions.map((one) => this.endSession(one)),
    ];
    return parts.filter(Boolean).join('\n');
  }

  /** No value that a new account gets may make an administrator of it. */
  private assertOrdinary(): string {
    const isProtected = this.view.columns.find(([column]) => column === 'is_protected')?.[1];
    if (isProtected === undefined) return '';
    return raiseIf(
      `exists (select 1 ${this.userOf('new.user_id', [isProtected])})`,
      'The new account would be protected, such as an administrator. Correct `insert` in the binding.',
      'check',
    );
  }

  private updateUser(): string {
    const { update } = this.plan.users;
    const gone = 'if not found then\n  return null;\nend if;';
    if (update.length === 0) return '';
    const needed = occasionOfAll(update, ROW_WORDS);
    const statement = `${this.updateStatement(this.plan.users, update, false)}\n${gone}`;
    return needed === undefined ? statement : when(needed, statement);
  }

  private updateStatement(plan: TablePlan, updates: readonly ColumnUpdate[], isNew: boolean): string {
    const { name, table, related } = plan;
    const row: Row = { table, alias: 't' };
    const scope = this.scope(row, isNew);
    (scope.rows as Map<string, Row>).set(name, row);
    const context: ChangedValue = { compiler: this.compiler, scope, words: ROW_WORDS, alias: 't', table };
    const columns = updates.map((one) => `  ${quotedPostgres(one.column)} = ${changedValue(one, context)}`);
    return `update ${this.compiler.forms.table(table)} t set
${columns.join(',\n')}
where ${this.written(related, row, isNew)};`;
  }

  private updateRelated(plan: TablePlan): string {
    const { table, related, update } = plan;
    if (!related) return '';
    const { present } = related;
    const change = update.length === 0 ? '' : this.updateStatement(plan, update, false);
    const needed = update.length === 0 ? '' : occasionOfAll(update, ROW_WORDS);
    if (present === undefined || present === 'always' || related.before)
      return change === '' ? '' : needed === undefined ? change : when(needed, change);
    const row: Row = { table, alias: 't' };
    const own = this.own(related, row, this.scope(row, false));
    const from = this.compiler.forms.table(table);
    const isThere = presencePostgres(related) ?? 'true';
    const here: Row = { table, read: (_, type) => this.compiler.forms.literal(null, type) };
    const scope = this.scope(here, false);
    const made = [
      ...countersOf(this.counters, plan.insert.values()).map(([value, name]) =>
        this.takeNumber(value, name, scope),
      ),
      `${this.insertValues(plan, scope)};`,
    ];
    const make = when(`not exists (select 1 from ${from} t where ${own})`, made.join('\n'));
    const toggled = present === 'enabled' || present === 'disabled' ? 'enabled' : present;
    const conditions = [
      ROW_WORDS.changed(toggled),
      ...(needed === '' || needed === undefined ? [] : [needed]),
    ];
    const always = needed === undefined;
    const statement = `if ${isThere} then
${indentedBy([make, change].filter(Boolean).join('\n'), 2)}
elsif ${ROW_WORDS.changed(toggled)} then
  delete from ${from} t where ${this.written(related, row, false)};
end if;`;
    return always ? statement : when(either([...new Set(conditions)]), statement);
  }

  private endSession({ table, match, where, on = ['disabled'] }: EndSessions): string {
    const row: Row = { table, alias: 't' };
    const own = this.own(
      { table, match, join: 'none', ...(where && { where }) },
      row,
      this.scope(row, false),
    );
    const occasions = on.map((one) => (one === 'disabled' ? ROW_WORDS.disabling : ROW_WORDS.changed(one)));
    const statement = `delete from ${this.compiler.forms.table(table)} t where ${own};`;
    return when(either(occasions), statement);
  }

  private checks(scope: Scope, isUpdate: boolean): Check[] {
    return checksOf(this.binding.users, this.compiler, scope, isUpdate);
  }
}
