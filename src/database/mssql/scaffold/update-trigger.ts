import type { EndSessions } from '../../../binding/binding.js';
import { checksOf } from '../../scaffold/checks.js';
import { countersOf } from '../../scaffold/counters.js';
import { type ChangedValue, changedValue, either, occasionOfAll } from '../../scaffold/occasions.js';
import type { TablePlan } from '../../scaffold/plan.js';
import { COLUMN_OF } from '../../scaffold/user-columns.js';
import { bracketed } from '../script-parts.js';
import { indented, takenNumbers, throwing } from './insert-trigger.js';
import { presenceMssql, type TriggerRowsMssql, WORDS } from './trigger-rows.js';

const CHANGED = 'from @change c join inserted i on i.user_id = c.user_key';

/** What is updated in `host_user`, written to the tables of the application: only what changed. */
export function updateTrigger(rows: TriggerRowsMssql, schema: string): string {
  return `create trigger ${schema}.host_user_update on ${schema}.host_user instead of update as
begin
  set nocount on;
  if not exists (select 1 from inserted)
    return;
${indented(body(rows, schema))}
end`;
}

function body(rows: TriggerRowsMssql, schema: string): string {
  const { users } = rows.binding;
  const scope = rows.scope({ table: users.table }, false);
  const refused = (where: string) =>
    users.protected
      ? [`if exists (select 1 from ${where})\n  ${throwing('a protected account is not changed')}`]
      : [];
  return [
    ...refused('deleted where is_protected = 1'),
    rows.refusedAsSharedAmong('deleted'),
    changes(rows),
    ...held(rows),
    rows.refusedAsShared(false),
    ...refused(`${schema}.host_user v join @change c on v.user_id = c.user_key where v.is_protected = 1`),
    ...checksOf(users, rows.compiler, scope, true).map(
      ({ fields, wrong, message }) => `if exists (select 1 ${CHANGED}
            where ${either(fields.map(WORDS.changed))} and (${wrong}))
  ${throwing(message)}`,
    ),
    update(rows, rows.plan.users),
    ...[...rows.plan.before, ...rows.plan.after].flatMap((plan) => related(rows, plan)),
    ...rows.plan.endSessions.map((one) => endSession(rows, one)),
  ]
    .filter(Boolean)
    .join('\n');
}

/** From here on nobody else changes these rows: what the application has committed before counts. */
function held(rows: TriggerRowsMssql): string[] {
  const { users } = rows.binding;
  if (!users.protected) return [];
  const own = rows.own(rows.plan.users.related, { table: users.table, alias: 't' }, false);
  return [
    `declare @held int;
select @held = count(*)
  from ${rows.compiler.forms.table(users.table)} t with (updlock, rowlock)
  join @change c on ${own};`,
  ];
}

/** Which columns have other values than before, to the letter. */
function changes(rows: TriggerRowsMssql): string {
  const { users } = rows.binding;
  const fields = rows.fields();
  const ends =
    users.enabled.temporarily &&
    '((@stated = 1 or i.is_locked_temporarily = 0) and i.is_enabled = 0 and d.is_locked_temporarily = 1)';
  const columns = fields.map((field) => `${COLUMN_OF[field]} bit not null`);
  const flags = fields.map((field) => {
    const text = (row: string) =>
      field === 'enabled'
        ? `${row}.is_enabled`
        : `cast(${row}.${COLUMN_OF[field]} as nvarchar(4000)) collate Latin1_General_BIN2`;
    const isOther = `exists (select ${text('i')} except select ${text('d')})`;
    return `case when ${field === 'enabled' && ends ? `${isOther} or ${ends}` : isOther} then 1 else 0 end`;
  });
  const turned = (to: number) =>
    `case when ${[`i.is_enabled = ${to} and d.is_enabled = ${1 - to}`, ...(to === 0 && ends ? [ends] : [])].join(' or ')} then 1 else 0 end`;
  const stated = ends
    ? `-- An account that is locked for now reads disabled already: disabling it is to state it.
declare @stated bit = 0;
if update(is_enabled)
  set @stated = 1;
`
    : '';
  return `${stated}-- What has changed, of each account.
declare @change table (user_key ${rows.typeIn(users.table, users.key.column)} not null primary key,
  ${columns.join(', ')},
  enabling bit not null, disabling bit not null);
insert into @change
select d.user_id,
       ${flags.join(',\n       ')},
       ${turned(1)},
       ${turned(0)}
  from deleted d
  join inserted i on i.user_id = d.user_id;
delete from @change where ${fields.map((field) => `${COLUMN_OF[field]} = 0`).join(' and ')};`;
}

function update(rows: TriggerRowsMssql, plan: TablePlan, isThere?: string): string {
  if (plan.update.length === 0) return '';
  const row = { table: plan.table, alias: 't' };
  const scope = rows.scope(row, false);
  const context: ChangedValue = {
    ...{ compiler: rows.compiler, words: WORDS, alias: 't', table: plan.table },
    scope: { ...scope, rows: new Map([...scope.rows, [plan.name, row]]) },
  };
  const columns = plan.update.map((one) => `${bracketed(one.column)} = ${changedValue(one, context)}`);
  const conditions = [occasionOfAll(plan.update, WORDS), isThere].filter((one) => one !== undefined);
  return `update t set
  ${columns.join(',\n  ')}
  from ${rows.compiler.forms.table(plan.table)} t
  join @change c on ${rows.written(plan.related, row, false)}
  join inserted i on i.user_id = c.user_key${conditions.length === 0 ? '' : `\n where ${conditions.join(' and ')}`};`;
}

/** The rows of a related table: made where they are to be and are not, changed, and deleted. */
function related(rows: TriggerRowsMssql, plan: TablePlan): string[] {
  const { related: one, table } = plan;
  if (!one) return [];
  const isThere = presenceMssql(one);
  const change = update(rows, plan, isThere);
  if (isThere === undefined || one.present === undefined || one.present === 'always' || one.before)
    return [change];
  const toggled = one.present === 'enabled' || one.present === 'disabled' ? 'enabled' : one.present;
  const needed = plan.update.length === 0 ? undefined : occasionOfAll(plan.update, WORDS);
  const occasions = [WORDS.changed(toggled), ...(needed === undefined ? [] : [needed])];
  const row = { table, alias: 't' };
  const own = rows.own(one, row, false);
  const from = rows.compiler.forms.table(table);
  const missing = `${either([...new Set(occasions)])} and ${isThere}
   and not exists (select 1 from ${from} t where ${own})`;
  return [
    inserted(rows, plan, missing),
    change,
    `delete t
  from ${from} t
  join @change c on ${rows.written(one, row, false)}
  join inserted i on i.user_id = c.user_key
 where ${WORDS.changed(toggled)} and not (${isThere});`,
  ];
}

/** Makes the rows of a related table that are missing. What counts its keys gives one number at a time. */
function inserted(rows: TriggerRowsMssql, plan: TablePlan, missing: string): string {
  const { table, insert } = plan;
  const scope = rows.scope(rows.newRow(table), false);
  const { columns, values } = rows.values(plan, scope);
  const statement = `insert into ${rows.compiler.forms.table(table)} (${columns})
select ${values}
  ${CHANGED}
 where ${missing};`;
  const counters = countersOf(rows.counters, insert.values());
  if (counters.length === 0) return statement;
  const alone = `if (select count(*) ${CHANGED} where ${missing}) > 1
  ${throwing('accounts that get a number are changed one at a time')}`;
  const rest = `cross join @change c join inserted i on i.user_id = c.user_key`;
  const taken = takenNumbers(rows.compiler, counters, scope, { rest, needed: missing });
  return [alone, ...taken, statement].join('\n');
}

function endSession(rows: TriggerRowsMssql, { table, match, where, on = ['disabled'] }: EndSessions): string {
  const row = { table, alias: 't' };
  const own = rows.own({ table, match, ...(where && { where }) }, row, false);
  const occasions = on.map((one) => (one === 'disabled' ? WORDS.disabling : WORDS.changed(one)));
  return `delete t
  from ${rows.compiler.forms.table(table)} t
  join @change c on ${own}
 where ${either(occasions)};`;
}
