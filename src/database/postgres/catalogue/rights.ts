import type { Knex } from 'knex';
import {
  columnsOf,
  isHostView,
  type Right,
  type RoleState,
  rightInWords,
  type SchemaRights,
} from '../../dialect/rights.js';

/** See `Dialect.missingRights`. */
export async function missingPostgresRights(
  knex: Knex,
  schema: string,
  needed: SchemaRights,
): Promise<string[]> {
  const ask = async <Row>(sql: string, bindings: Knex.RawBinding[]) =>
    (await knex.raw<{ rows: Row[] }>(sql, bindings)).rows;
  const [server] = await ask<Record<string, boolean>>(SERVER, [schema, schema, schema, schema]);
  const beyond = (needed.database ?? []).flatMap((right) => {
    if (right === 'create role') {
      if (!server?.may_create_roles) return ['CREATEROLE'];
      return server.owns_all ? [] : [`ownership of all tables and views in schema ${schema}`];
    }
    return server?.may_create_schemas ? [] : ['CREATE on the database'];
  });
  // That there is no schema is no lack of a right, but to who makes it.
  if (!server?.schema_exists) {
    return server?.may_create_schemas || !needed.change ? beyond : ['CREATE on the database'];
  }
  if (!server.may_use) return [`USAGE on schema ${schema}`, ...beyond];
  const change = needed.change && !server.may_change ? [`CREATE on schema ${schema}`] : [];
  const wanted = needed.tables.flatMap((of) =>
    of.rights.map((right) => ({ table: of.table, right, columns: columnsOf(of, right) })),
  );
  const found = await ask<{ at: number }>(TABLES, [JSON.stringify(wanted), schema]);
  const missing = found.map(({ at }) => wanted[Number(at) - 1]).filter((each) => each !== undefined);
  return [
    ...missing.map(({ right, table, columns }) => `${rightInWords(right, columns)} on ${schema}.${table}`),
    ...change,
    ...beyond,
  ];
}

const SERVER = `
select exists (select 1 from pg_namespace where nspname = ?) as schema_exists,
       coalesce((select has_schema_privilege(oid, 'USAGE') from pg_namespace where nspname = ?), false) as may_use,
       coalesce((select has_schema_privilege(oid, 'CREATE') and pg_has_role(nspowner, 'MEMBER')
                   from pg_namespace where nspname = ?), false) as may_change,
       has_database_privilege(current_database(), 'CREATE') as may_create_schemas,
       (select r.rolsuper or r.rolcreaterole from pg_roles r where r.rolname = current_user) as may_create_roles,
       not exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = ? and c.relkind in ('r', 'p', 'v')
                      and not pg_has_role(c.relowner, 'MEMBER')) as owns_all`;

/** The numbers, from 1, of those that are lacking; tables that are not there have no rights to lack. */
const TABLES = `
select wanted.at
  from jsonb_array_elements(cast(? as jsonb)) with ordinality as wanted (item, at)
  join pg_class c on c.relname = wanted.item ->> 'table'
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = ?
 where not has_table_privilege(c.oid, wanted.item ->> 'right')
   and (wanted.item -> 'columns' is null
        or exists (select 1 from jsonb_array_elements_text(wanted.item -> 'columns') as col (name)
                    where not has_column_privilege(c.oid, col.name, wanted.item ->> 'right')))
 order by wanted.at`;

/** See `Dialect.memberships`. */
export async function postgresMemberships(knex: Knex, names: readonly string[]): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { rolname: string }[] }>(
    `select rolname from pg_roles
      where rolname in (select jsonb_array_elements_text(cast(? as jsonb))) and pg_has_role(oid, 'USAGE')`,
    [JSON.stringify(names)],
  );
  return rows.map(({ rolname }) => rolname);
}

export async function postgresLoginExists(knex: Knex, login: string): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>('select 1 from pg_roles where rolname = ?', [login]);
  return rows.length > 0;
}

/** See `Dialect.roles`. */
export async function postgresRoles(
  knex: Knex,
  schema: string,
  names: readonly string[],
): Promise<RoleState[]> {
  const wanted = JSON.stringify(names);
  const { rows } = await knex.raw<{ rows: RoleRow[] }>(ROLES, [schema, wanted]);
  const { rows: granted } = await knex.raw<{ rows: GrantRow[] }>(GRANTED, [schema, schema, wanted]);
  return names.map((name) => {
    const row = rows.find(({ role }) => role === name);
    const own = granted.filter(({ role, table }) => role === name && (!row?.change || isHostView(table)));
    const tables = [...new Set(own.map(({ table }) => table))].map((table) => {
      const of = own.filter((each) => each.table === table);
      const columns = of.flatMap(({ right, column }) => (right === 'UPDATE' && column) || []);
      return {
        table,
        rights: [...new Set(of.map(({ right }) => right))],
        ...(columns.length > 0 && { columns }),
      };
    });
    return {
      name,
      exists: row !== undefined,
      members: row?.members ?? [],
      tables,
      change: row?.change ?? false,
    };
  });
}

interface RoleRow {
  role: string;
  change: boolean;
  members: string[];
}

interface GrantRow {
  role: string;
  table: string;
  right: Right;
  column: string | null;
}

const ROLES = `
select r.rolname as role,
       exists (select 1 from pg_namespace n where n.nspname = ? and n.nspowner = r.oid) as change,
       to_json(array(select m.rolname from pg_auth_members a join pg_roles m on m.oid = a.member
                      where a.roleid = r.oid order by m.rolname)) as members
  from pg_roles r
 where r.rolname in (select jsonb_array_elements_text(cast(? as jsonb)))`;

const GRANTED = `
select r.rolname as role, g.name as table, g.right, g.column
  from (select c.relname as name, a.grantee, a.privilege_type as right, null::name as column
          from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
         where n.nspname = ?
        union all
        select c.relname, a.grantee, a.privilege_type, t.attname
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
         where n.nspname = ?) g
  join pg_roles r on r.oid = g.grantee
 where r.rolname in (select jsonb_array_elements_text(cast(? as jsonb)))
 order by 1, 2, array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], g.right), 4`;
