import {
  type DatabaseRole,
  type GrantRequest,
  type GrantScript,
  type Grants,
  isHostView,
  rightInWords,
  type TableRights,
} from '../../dialect/rights.js';
import { schemaLock } from '../script.js';
import { asciiLiteral, BEGIN_SCRIPT, bracketed, inLiteral, literal, SET_OPTIONS } from '../script-parts.js';

/** GRANT for SQL Server 2016 and later. Whoever runs it is a member of db_owner. */
export const mssqlGrants: Grants = {
  statements,
  script,
  table: (schema, rights, role) => grant(schema, rights, bracketed(role)).replaceAll('\n', ' '),
};

function statements({ schema, version, roles, login }: GrantRequest): string {
  const parts = roles.some(({ change }) => !change) ? [assertVersion(schema, version)] : [];
  parts.push(...roles.map((role) => `-- ${role.name}: ${role.about}.\n${roleStatements(schema, role)}`));
  if (login !== undefined) parts.push(membership(roles, login));
  return `declare @revoke nvarchar(max);\n${parts.join('\n\n')}\n`;
}

/** One batch in one transaction: an error, of whatever kind, ends it and takes all of it back. */
function script(request: GrantScript): string {
  const { schema, title, details } = request;
  return `${title.map((line) => `-- ${line}`).join('\n')}
-- Run with: sqlcmd -b -d DATABASE -i THIS_FILE
${SET_OPTIONS}
GO
${BEGIN_SCRIPT}
declare @result int;
exec @result = sp_getapplock @Resource = ${literal(schemaLock(schema))}, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000;
if @result < 0
  throw 50001, N'scimctl: another session is changing the schema', 1;

${statements(request)}
-- The trail.
if object_id(${literal(`${schema}.event`)}) is not null
  insert into ${bracketed(schema)}.event (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
  values (newid(), sysutcdatetime(), concat(N'db:', suser_sname()), N'role.grant', N'schema', null, ${literal(schema)}, N'done', ${asciiLiteral(details)});
commit transaction;
print N'scimctl: the roles have their rights.';
GO
`;
}

const assertVersion = (
  schema: string,
  version: number,
): string => `if object_id(${literal(`${schema}.schema_history`)}) is null
  throw 50001, N'scimctl: the schema is not installed; run the script of "scimctl db script" first', 1;
if not exists (select 1 from ${bracketed(schema)}.schema_history where [version] = ${version})
  throw 50001, N'scimctl: the schema is not at version ${version}; run the script of "scimctl db script" first', 1;`;

function roleStatements(schema: string, role: DatabaseRole): string {
  const name = bracketed(role.name);
  const on = `schema::${bracketed(schema)}`;
  const own = role.tables.filter(({ table }) => !isHostView(table));
  const hostViews = role.tables.filter(({ table }) => isHostView(table));
  const create = `if database_principal_id(${literal(role.name)}) is null exec(N'create role ${inLiteral(name)}');`;
  if (role.change) {
    return [
      // Of dbo, so that a host view reads the tables of dbo by ownership, whoever looks at it.
      `if schema_id(${literal(schema)}) is null exec(N'create schema ${inLiteral(bracketed(schema))} authorization [dbo]');`,
      create,
      `grant select, insert, update, delete, references on ${on} to ${name};`,
      ...unlessBabelfish([
        `grant alter, view definition on ${on} to ${name};`,
        `grant create table, create view, create function to ${name};`,
      ]),
    ].join('\n');
  }
  return [
    create,
    revokeAll(schema, role.name),
    ...own.map((rights) => grant(schema, rights, name)),
    '-- To see triggers and constraints, which db verify compares.',
    ...unlessBabelfish([`grant view definition on ${on} to ${name};`]),
    '-- The host views, as far as they are there.',
    ...hostViews.map(
      (rights) => `if object_id(${literal(`${schema}.${rights.table}`)}) is not null
begin
  ${grant(schema, rights, name)}
end;`,
    ),
  ].join('\n');
}

/** Babelfish for PostgreSQL does not have these rights; it must not even see the words. */
const unlessBabelfish = (lines: readonly string[]): string[] =>
  lines.map((line) => `if serverproperty('Babelfish') is null exec(N'${inLiteral(line)}');`);

/** The login's user of this database, made where it has none; a contained user is known by its name alone. */
function membership(roles: readonly DatabaseRole[], login: string): string {
  return `declare @login sysname = ${asciiLiteral(login)}, @user sysname, @join nvarchar(500);
select @user = name from sys.database_principals where sid = suser_sid(@login);
if @user = N'dbo' or @login = N'dbo'
  throw 50013, N'scimctl: this login owns the database, and has every right in it; name a login of its own for scimctl', 1;
if @user is null and serverproperty('Babelfish') is null and suser_sid(@login) is not null
   and exists (select 1 from sys.database_principals where name = @login and type = N'S')
  throw 50014, N'scimctl: the database has a user of this name that belongs to another login, as after a restore; give it to this login with ALTER USER ... WITH LOGIN, and run this again', 1;
if @user is null
  select @user = name from sys.database_principals where name = @login;
if @user is null
begin
  -- A Windows account may have no login of its own, but come in through that of a group.
  set @join = N'create user ' + quotename(@login);
  if suser_id(@login) is not null or @login not like N'%\\%'
    set @join = @join + N' for login ' + quotename(@login);
  exec(@join);
  set @user = @login;
end;
${roles
  .map(
    ({ name }) => `set @join = N'alter role ${inLiteral(bracketed(name))} add member ' + quotename(@user);
exec(@join);`,
  )
  .join('\n')}`;
}

/** By the server's own list, which Babelfish keeps empty; there, revoking on the schema reaches what is in it. */
const revokeAll = (
  schema: string,
  role: string,
): string => `-- Exactly the rights below, whatever it had before.
revoke select, insert, update, delete on schema::${bracketed(schema)} from ${bracketed(role)};
set @revoke = N'';
select @revoke = @revoke + N'revoke ' + p.permission_name collate database_default + N' on ' + quotename(s.name) + N'.' + quotename(o.name)
                 + coalesce(N' (' + quotename(c.name) + N')', N'') + N' from ${inLiteral(bracketed(role))} cascade; '
  from sys.database_permissions p
  join sys.objects o on o.object_id = p.major_id
  join sys.schemas s on s.schema_id = o.schema_id
  left join sys.columns c on c.object_id = p.major_id and c.column_id = p.minor_id
 where p.class = 1 and s.name = ${literal(schema)} and p.grantee_principal_id = database_principal_id(${literal(role)});
exec(@revoke);`;

const objectOf = (schema: string, table: string): string => `${bracketed(schema)}.${bracketed(table)}`;

function grant(schema: string, { table, rights, columns }: TableRights, role: string): string {
  const whole = rights.filter((right) => right !== 'UPDATE' || !columns);
  const object = objectOf(schema, table);
  const lines = [`grant ${whole.join(', ').toLowerCase()} on ${object} to ${role};`];
  if (columns)
    lines.push(
      `grant ${rightInWords('UPDATE', columns.map(bracketed)).toLowerCase()} on ${object} to ${role};`,
    );
  return lines.join('\n');
}
