import type { Knex } from 'knex';
import { type Right, type RoleState, rightInWords, type SchemaRights } from '../../dialect/rights.js';

const ask = async <Row>(knex: Knex, sql: string, bindings: Knex.RawBinding[]): Promise<Row[]> =>
  (await knex.raw(sql, bindings)) as unknown as Row[];

/** See `Dialect.missingRights`. */
export async function missingMssqlRights(
  knex: Knex,
  schema: string,
  needed: SchemaRights,
): Promise<string[]> {
  const [server] = await ask<ServerRow>(knex, SERVER, [schema, schema, schema]);
  const beyond = (needed.database ?? []).flatMap((right) => {
    if (right === 'create role') return server?.may_create_roles ? [] : ['CREATE ROLE in the database'];
    return server?.may_create_schemas ? [] : ['CREATE SCHEMA in the database'];
  });
  // That there is no schema is no lack of a right, but to who makes it.
  if (!server?.schema_exists) {
    return server?.may_create_schemas || !needed.change ? beyond : ['CREATE SCHEMA in the database'];
  }
  const wanted = needed.tables.flatMap(({ table, rights, columns }) =>
    rights.flatMap((right): TableRight[] =>
      right === 'UPDATE' && columns
        ? columns.map((column) => ({ table, right, columns: [column] }))
        : [{ table, right }],
    ),
  );
  const found = wanted.length === 0 ? [] : await ask<RightRow>(knex, ...askAll(schema, wanted));
  // What a login has no right on at all it does not see, unless it sees whatever is there.
  const missing = found
    .filter(({ visible, granted }) => !granted && (visible || !server.sees_all))
    .flatMap(({ at }) => wanted[at] ?? [])
    .map(({ right, table, columns }) => `${rightInWords(right, columns)} on ${schema}.${table}`);
  const change = needed.change && !server.may_change ? [`ALTER on schema ${schema}`] : [];
  return [...missing, ...change, ...beyond];
}

/** One statement for all of them. */
function askAll(schema: string, wanted: readonly TableRight[]): [string, Knex.RawBinding[]] {
  const lines = wanted.map(({ table, right, columns }, at) => {
    const name = `${schema}.${table}`;
    const ofColumn = columns ? " or has_perms_by_name(?, 'OBJECT', ?, ?, 'COLUMN') = 1" : '';
    return {
      sql: `select ${at} as at, ${yes('object_id(?) is not null')} as visible,
                   ${yes(`has_perms_by_name(?, 'OBJECT', ?) = 1${ofColumn}`)} as granted`,
      bindings: [name, name, right, ...(columns ? [name, right, columns[0]] : [])],
    };
  });
  return [
    `${lines.map(({ sql }) => sql).join('\nunion all\n')}\norder by at`,
    lines.flatMap(({ bindings }) => bindings),
  ];
}

interface RightRow {
  at: number;
  visible: boolean;
  granted: boolean;
}

interface TableRight {
  table: string;
  right: Right;
  columns?: [string];
}

interface ServerRow {
  schema_exists: boolean;
  sees_all: boolean;
  may_change: boolean;
  may_create_schemas: boolean;
  may_create_roles: boolean;
}

const yes = (condition: string) => `cast(case when ${condition} then 1 else 0 end as bit)`;

// On Babelfish the owner of the database is dbo, but no member of db_owner, and few of these rights are known.
const OWNS = "(is_member('db_owner') = 1 or user_name() = N'dbo')";

const SERVER = `
select ${yes('schema_id(?) is not null')} as schema_exists,
       ${yes(`${OWNS} or has_perms_by_name(?, 'SCHEMA', 'VIEW DEFINITION') = 1`)} as sees_all,
       ${yes(
         `${OWNS} or has_perms_by_name(?, 'SCHEMA', 'ALTER') = 1 and has_perms_by_name(quotename(db_name()), 'DATABASE', 'CREATE TABLE') = 1`,
       )} as may_change,
       ${yes(`${OWNS} or has_perms_by_name(quotename(db_name()), 'DATABASE', 'CREATE SCHEMA') = 1`)} as may_create_schemas,
       ${yes(`${OWNS} or has_perms_by_name(quotename(db_name()), 'DATABASE', 'CREATE ROLE') = 1`)} as may_create_roles`;

/** See `Dialect.memberships`. */
export async function mssqlMemberships(knex: Knex, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const [row] = await ask<{ member: number | null }>(knex, 'select is_member(?) as member', [name]);
    if (row?.member === 1) found.push(name);
  }
  return found;
}

export async function mssqlLoginExists(knex: Knex, login: string): Promise<boolean> {
  const sql = `select ${yes('suser_sid(?) is not null or database_principal_id(?) is not null')} as found`;
  const [row] = await ask<{ found: boolean }>(knex, sql, [login, login]);
  return row?.found === true;
}

/** See `Dialect.roles`. Babelfish keeps no list of rights. */
export async function mssqlRoles(knex: Knex, schema: string, names: readonly string[]): Promise<RoleState[]> {
  const states: RoleState[] = [];
  for (const name of names) {
    const [role] = await ask<{ id: number | null; babelfish: number | null }>(
      knex,
      "select database_principal_id(?) as id, cast(serverproperty('Babelfish') as int) as babelfish",
      [name],
    );
    const members = await ask<{ name: string }>(knex, MEMBERS, [name]);
    const granted = await ask<GrantRow>(knex, GRANTED, [schema, name]);
    const [change] = await ask<{ found: number }>(knex, CHANGE, [schema, name]);
    const told = role?.babelfish !== 1;
    states.push({
      name,
      exists: role?.id !== null,
      members: members.map((member) => member.name),
      tables: told ? byTable(granted) : undefined,
      change: told ? (change?.found ?? 0) > 0 : undefined,
    });
  }
  return states;
}

interface GrantRow {
  table_name: string;
  granted: Right;
  column_name: string | null;
}

function byTable(rows: readonly GrantRow[]): NonNullable<RoleState['tables']> {
  return [...new Set(rows.map(({ table_name }) => table_name))].map((table) => {
    const of = rows.filter(({ table_name }) => table_name === table);
    const columns = of.flatMap(({ column_name }) => column_name ?? []);
    return {
      table,
      rights: [...new Set(of.map(({ granted }) => granted))],
      ...(columns.length > 0 && { columns }),
    };
  });
}

const MEMBERS = `
select cast(m.name as nvarchar(128)) as name
  from sys.database_role_members x
  join sys.database_principals r on r.principal_id = x.role_principal_id
  join sys.database_principals m on m.principal_id = x.member_principal_id
 where r.name = ?
 order by m.name`;

const GRANTED = `
select cast(o.name as nvarchar(128)) as table_name, cast(p.permission_name as nvarchar(128)) as granted,
       cast(c.name as nvarchar(128)) as column_name
  from sys.database_permissions p
  join sys.objects o on o.object_id = p.major_id
  left join sys.columns c on c.object_id = p.major_id and c.column_id = p.minor_id and p.minor_id > 0
 where p.class = 1 and p.state in ('G', 'W') and p.permission_name in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
   and o.schema_id = schema_id(?) and p.grantee_principal_id = database_principal_id(?)
 order by o.name,
          case p.permission_name when 'SELECT' then 1 when 'INSERT' then 2 when 'UPDATE' then 3 else 4 end, c.name`;

const CHANGE = `
select count(*) as found
  from sys.database_permissions p
 where p.class = 3 and p.state in ('G', 'W') and p.permission_name = 'ALTER'
   and p.major_id = schema_id(?) and p.grantee_principal_id = database_principal_id(?)`;
