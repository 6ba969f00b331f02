import { HOST_VIEW_NAMES } from '../../../words/host-views.js';
import type { UninstallScript } from '../../dialect/scripts.js';
import { schemaLock } from '../script.js';
import {
  BEGIN_SCRIPT,
  bracketed,
  guarded,
  inLiteral,
  joinBatches,
  literal,
  NOTHING_CHANGED,
  SET_OPTIONS,
  STOP_AT_ERRORS,
} from '../script-parts.js';

/** In an order in which nothing depends on what is dropped before it. */
const VIEWS = ['live_group_member', 'live_token'];
const TABLES = [
  ...['event_no_truncate', 'event_seal_no_truncate', 'event_void_no_truncate', 'event_prune_no_truncate'],
  ...['idp_group_member', 'idp_group', 'identity', 'access_token', 'token', 'service_account'],
  ...['event_receiver', 'event_prune', 'event_void', 'event_seal', 'event', 'installation', 'schema_history'],
];

/**
 * For sqlcmd and SSMS. As in the install script, each batch does nothing once an error has ended the transaction, so
 * that it takes away all or nothing in any client.
 */
export function mssqlUninstallScript({ schema, title, version, head, roles }: UninstallScript): string {
  const own = bracketed(schema);
  const named = literal(schema);
  const list = roles.map(literal).join(', ');
  return joinBatches([
    [...title.map((line) => `-- ${line}`), ...STOP_AT_ERRORS].join('\n'),
    `${SET_OPTIONS}
set transaction isolation level read committed;
set lock_timeout 30000;`,
    `${BEGIN_SCRIPT}
if object_id(${literal(`${schema}.schema_history`)}) is null
  throw 50005, N'scimctl: the schema is not installed here; nothing was changed', 1;
declare @result int;
exec @result = sp_getapplock @Resource = ${literal(schemaLock(schema))}, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000;
if @result < 0
  throw 50001, N'scimctl: another session is changing the schema', 1;`,
    `-- Changing the tables locks them until the end, whatever the isolation of the others: no event can be added.
${guarded(`alter table ${own}.event add uninstalling bit null;
alter table ${own}.event_seal add uninstalling bit null;`)}`,
    guarded(guards({ own, named, version, head })),
    `-- What uses an object without SCHEMABINDING would not keep it from being dropped.
${guarded(`if serverproperty('Babelfish') is null exec(N'${inLiteral(usedByOthers(named))}');`)}`,
    ...VIEWS.map((view) => guarded(`drop view ${own}.${bracketed(view)};`)),
    guarded(`drop function ${own}.[link_is_sure];`),
    ...TABLES.map((table) => guarded(`drop table ${own}.${bracketed(table)};`)),
    `-- The schema goes if nothing else is in it.\n${guarded(dropSchema(own, named, list))}`,
    guarded(revokeRights(own, named, roles)),
    `-- Members leave our roles; their users stay, since the application may use them.\n${guarded(dropRoles(named, roles))}`,
    `if @@trancount = 0
begin
  throw ${NOTHING_CHANGED};
end
commit transaction;
print N'scimctl: the schema is uninstalled.';`,
  ]);
}

function guards({
  own,
  named,
  version,
  head,
}: Pick<UninstallScript, 'version' | 'head'> & { own: string; named: string }): string {
  const views = HOST_VIEW_NAMES.map(literal).join(', ');
  return `if (select max([version]) from ${own}.schema_history) <> ${version}
  throw 50006, N'scimctl: the schema is not at version ${version}, which this script is for; nothing was changed', 1;
if exists (select 1 from ${own}.service_account where is_enabled = 1 and removed_at is null)
  throw 50007, N'scimctl: an IdP is enabled. Run "scimctl idp disable NAME" for each, and export the head of the audit trail again; nothing was changed', 1;
if exists (select 1 from sys.objects o join sys.sql_modules m on m.object_id = o.object_id
            where o.schema_id = schema_id(${named}) and o.name in (${views}) and m.definition like N'%/* scimctl {%')
  throw 50008, N'scimctl: the host views that scimctl made are still here. Run "scimctl host remove", and export the head of the audit trail again; nothing was changed', 1;
if not exists (select 1 from ${own}.event_seal where seal_no = ${head.sealNo} and digest = 0x${Buffer.from(head.digest).toString('hex')})
   or (select max(seal_no) from ${own}.event_seal) <> ${head.sealNo}
   or exists (select 1 from ${own}.event where seq > ${head.lastSeq})
  throw 50009, N'scimctl: the audit trail does not end with the head that this script was made for. Seal, verify and export it, and make the script again; nothing was changed', 1;`;
}

/** Babelfish does not have this list. */
const usedByOthers = (named: string): string => `if exists (select 1 from sys.sql_expression_dependencies d
             join sys.objects o on o.object_id = d.referencing_id
            where o.schema_id <> schema_id(${named}) and d.referenced_schema_name = ${named}
              and d.referenced_database_name is null)
  throw 50010, N'scimctl: a view, function, procedure or trigger of the application uses an object of scimctl (see sys.sql_expression_dependencies); nothing was changed', 1;`;

/** Runs a statement for each row of a query with one column, `@one`. */
const forEach = (
  query: string,
  body: string,
): string => `declare each_one cursor local static forward_only for
  ${query};
open each_one;
fetch next from each_one into @one;
while @@fetch_status = 0
begin
${body}
  fetch next from each_one into @one;
end;
close each_one;
deallocate each_one;`;

const dropSchema = (
  own: string,
  named: string,
  roles: string,
): string => `declare @one nvarchar(300), @left nvarchar(4000) = N'';
${forEach(
  `select o.name from sys.objects o where o.schema_id = schema_id(${named}) and o.parent_object_id = 0
  union all select t.name from sys.types t where t.schema_id = schema_id(${named}) and t.is_user_defined = 1`,
  "  set @left = left(@left + N' ' + quotename(@one), 4000);",
)}
if @left = N''
  exec(N'drop schema ${own}');
else
begin
  print N'scimctl: the schema stays, because this is in it and is not of scimctl:' + @left;
  if exists (select 1 from sys.schemas s join sys.database_principals p on p.principal_id = s.principal_id
              where s.name = ${named} and p.name in (${roles}))
    exec(N'alter authorization on schema::${own} to [dbo]');
end;`;

/** SQL Server takes rights away with their role; Babelfish drops no role that has one. */
const revokeRights = (own: string, named: string, roles: readonly string[]): string =>
  roles
    .map(
      (role) => `if schema_id(${named}) is not null and database_principal_id(${literal(role)}) is not null
  exec(N'revoke select, insert, update, delete, references on schema::${own} from ${inLiteral(bracketed(role))}');`,
    )
    .join('\n');

const dropRoles = (
  named: string,
  roles: readonly string[],
): string => `declare @one nvarchar(300), @run nvarchar(1000);
${roles
  .map((role) => {
    const id = `database_principal_id(${literal(role)})`;
    return `${forEach(
      `select m.name from sys.database_role_members x join sys.database_principals m on m.principal_id = x.member_principal_id
   where x.role_principal_id = ${id}`,
      `  print N'scimctl: the user ' + quotename(@one) + N' leaves the role ${inLiteral(role)}, and stays in the database.';
  set @run = N'alter role ${inLiteral(bracketed(role))} drop member ' + quotename(@one);
  exec(@run);`,
    )}
if ${id} is not null
begin
  if exists (select 1 from sys.schemas where principal_id = ${id})
     or exists (select 1 from sys.objects where principal_id = ${id})
     or exists (select 1 from sys.database_permissions p join sys.objects o on o.object_id = p.major_id
                 where p.class = 1 and p.grantee_principal_id = ${id} and (schema_id(${named}) is null or o.schema_id <> schema_id(${named})))
    print N'scimctl: the role ${inLiteral(role)} stays, because it has objects or rights outside of the schema.';
  else
    exec(N'drop role ${inLiteral(bracketed(role))}');
end;`;
  })
  .join('\n')}`;
