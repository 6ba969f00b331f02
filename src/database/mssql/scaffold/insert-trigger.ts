import type { Value } from '../../../binding/value.js';
import { CREATES_ITSELF } from '../../../words/host-views.js';
import { checksOf } from '../../scaffold/checks.js';
import type { Compiler } from '../../scaffold/compile/compiler.js';
import type { Scope } from '../../scaffold/compile/scope.js';
import { behindOf, counterOf } from '../../scaffold/counters.js';
import { type ChangedValue, changedValue, disablingOnly } from '../../scaffold/occasions.js';
import type { TablePlan } from '../../scaffold/plan.js';
import { writtenColumn } from '../../scaffold/user-columns.js';
import { bracketed } from '../script-parts.js';
import { literalMssql } from './forms.js';
import { presenceMssql, type TriggerRowsMssql, WORDS } from './trigger-rows.js';

/** What is inserted into `host_user`, written to the tables of the application. */
export function insertTrigger(rows: TriggerRowsMssql, schema: string): string {
  return `create trigger ${schema}.host_user_insert on ${schema}.host_user instead of insert as
begin
  set nocount on;
  if not exists (select 1 from inserted)
    return;
${indented(body(rows, schema))}
end`;
}

function body(rows: TriggerRowsMssql, schema: string): string {
  const { users } = rows.binding;
  if (users.create === 'enable-only') {
    const reason = users.createReason ?? 'rows alone make no working account';
    return throwing(`${CREATES_ITSELF}: ${reason}`);
  }
  const { before, users: own, after } = rows.plan;
  const scope = rows.scope(rows.newRow(users.table), true);
  return [
    ...checksOf(users, rows.compiler, scope, false).map(
      ({ wrong, message }) => `if exists (select 1 from inserted i where ${wrong})\n  ${throwing(message)}`,
    ),
    ...(rows.isSingle
      ? [`if (select count(*) from inserted) > 1\n  ${throwing('accounts are created one at a time')}`]
      : []),
    ...takenNumbers(rows.compiler, rows.counters, scope, { rest: 'cross join inserted i' }),
    ...before.flatMap((plan) => insertBefore(rows, plan)),
    ...insertUsers(rows, own),
    rows.refusedAsShared(true),
    ...after.map((plan) => insertAfter(rows, plan)),
    ...[own, ...before, ...after].map((plan) => disableNew(rows, plan)),
    // No value that a new account gets may make an administrator of it.
    ...(users.protected
      ? [
          `if exists (select 1 from ${schema}.host_user v join @new n on v.user_id = n.new_key where v.is_protected = 1)
  ${throwing('The new account would be protected, such as an administrator. Correct `insert` in the binding.')}`,
        ]
      : []),
  ]
    .filter(Boolean)
    .join('\n');
}

/**
 * Takes a number of each of the counters.
 * @param rest what follows the counter's table in FROM: the row that the number is for.
 * @param needed a condition on that row.
 */
export function takenNumbers(
  compiler: Compiler,
  counters: Iterable<[Value, string]>,
  scope: Scope,
  { rest, needed }: { rest: string; needed?: string },
): string[] {
  return [...counters].map(([value, name]) => {
    const counter = counterOf(value);
    const { table, column, where, step = 1 } = counter;
    const behind = behindOf(counter);
    const conditions = compiler.matches(where, { table, alias: 't' }, scope);
    if (needed !== undefined) conditions.push(`(${needed})`);
    const from = `from ${compiler.forms.table(table)} t ${rest} where ${conditions.join(' and ') || '1 = 1'}`;
    // The row stays locked, so that it still holds the number that was taken.
    return `declare @${name} bigint;
update t set ${bracketed(column)} = t.${bracketed(column)} + ${step} ${from};
select @${name} = t.${bracketed(column)}${behind === 0 ? '' : ` - ${behind}`} ${from};`;
  });
}

/** The row of a table that the row of the user refers to. */
function insertBefore(rows: TriggerRowsMssql, plan: TablePlan): string[] {
  const { name, table, related } = plan;
  const key = related?.key;
  if (!key) return [];
  const type = rows.typeIn(table, key.column).replace(/ collate .*/, '');
  const variable = rows.keyOf(name);
  const scope = rows.scope(rows.newRow(table), true);
  const into = `${variable.replace('@key', '@made')}`;
  const { columns, values } = rows.values(plan, scope);
  return [
    `declare ${variable} ${type};`,
    `declare ${into} table (made ${rows.typeIn(table, key.column)});`,
    `insert into ${rows.compiler.forms.table(table)} (${columns})
output inserted.${bracketed(key.column)} into ${into} (made)
select ${values}
  from inserted i;`,
    `select ${variable} = made from ${into};`,
  ];
}

/** New rows find theirs of `inserted` again by what is written for a login. */
function correlation(rows: TriggerRowsMssql): string {
  if (rows.isSingle) return '1 = 1';
  return `n.row_login = ${writtenLogin(rows)} collate database_default`;
}

function writtenLogin(rows: TriggerRowsMssql): string {
  const { users } = rows.binding;
  const { compiler } = rows;
  const written = writtenColumn(users.login.read);
  const value = rows.plan.users.insert.get(written?.column ?? '') ?? { field: 'login' as const };
  return compiler.value(value, rows.scope(rows.newRow(users.table), true));
}

function insertUsers(rows: TriggerRowsMssql, plan: TablePlan): string[] {
  const { users } = rows.binding;
  const { compiler } = rows;
  const { column, made } = users.key;
  const table = compiler.forms.table(users.table);
  const login = writtenColumn(users.login.read)?.column ?? '';
  const declare = `declare @new table (row_login nvarchar(4000) collate database_default, new_key ${rows.typeIn(users.table, column)});`;
  if (made === 'database') {
    const { columns, values } = rows.values(plan, rows.scope(rows.newRow(users.table), true));
    const row = rows.isSingle ? `null` : `inserted.${bracketed(login)}`;
    return [
      declare,
      `insert into ${table} (${columns})
output ${row}, inserted.${bracketed(column)} into @new (row_login, new_key)
select ${values}
  from inserted i;`,
    ];
  }
  const scope = rows.scope(rows.newRow(users.table), true);
  const key = compiler.value(made, scope, compiler.facts.column(users.table, column));
  const { columns, values } = rows.values(plan, rows.scope(rows.newRow(users.table, column), true), column);
  return [
    declare,
    `insert into @new (row_login, new_key)
select ${writtenLogin(rows)}, ${key}
  from inserted i;`,
    `insert into ${table} (${columns})
select ${values}
  from inserted i
  join @new n on ${correlation(rows)};`,
  ];
}

function insertAfter(rows: TriggerRowsMssql, plan: TablePlan): string {
  const { table, related } = plan;
  if (related?.present === undefined) return '';
  const { columns, values } = rows.values(plan, rows.scope(rows.newRow(table), true));
  const isThere = presenceMssql(related);
  return `insert into ${rows.compiler.forms.table(table)} (${columns})
select ${values}
  from inserted i
  join @new n on ${correlation(rows)}${isThere === undefined ? '' : `\n where ${isThere}`};`;
}

/** A new account that is disabled is made enabled and then disabled, so that what disabling writes is in one place. */
function disableNew(rows: TriggerRowsMssql, plan: TablePlan): string {
  const updates = disablingOnly(plan.update);
  if (updates.length === 0) return '';
  const row = { table: plan.table, alias: 't' };
  const scope = rows.scope(row, true);
  const context: ChangedValue = {
    ...{ compiler: rows.compiler, words: WORDS, alias: 't', table: plan.table },
    scope: { ...scope, rows: new Map([...scope.rows, [plan.name, row]]) },
  };
  const columns = updates.map((one) => `${bracketed(one.column)} = ${changedValue(one, context)}`);
  return `update t set ${columns.join(',\n  ')}
  from ${rows.compiler.forms.table(plan.table)} t
  join @new n on ${rows.written(plan.related, row, true)}
  join inserted i on ${correlation(rows)}
 where i.is_enabled = 0;`;
}

export const throwing = (message: string): string => `throw 50001, ${literalMssql(message)}, 1;`;

export const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n');
