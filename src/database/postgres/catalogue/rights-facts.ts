import type { Knex } from 'knex';
import type { GrantFact, PowerFact, Revocations, RightsFacts } from '../../dialect/rights-facts.js';

/** See `Dialect.rightsFacts`. */
export async function postgresRightsFacts(knex: Knex, schema: string): Promise<RightsFacts> {
  const ask = async <Row>(sql: string, bindings: Record<string, Knex.RawBinding> = {}) =>
    (await knex.raw<{ rows: Row[] }>(sql, bindings)).rows;
  return {
    memberships: await ask(MEMBERSHIPS),
    grants: await ask<GrantFact>(GRANTS, { schema }),
    owners: await ask(OWNERS, { schema }),
    powers: (await ask<PowerRow>(POWERS)).map(powerOf),
    own: [],
    insertsByColumn: true,
  };
}

interface PowerRow {
  who: string;
  power: 'superuser' | 'createrole' | 'member';
  role: string;
}

function powerOf({ who, power, role }: PowerRow): PowerFact {
  if (power === 'superuser')
    return { who, power: 'is a superuser', statement: `alter role ${quoted(who)} nosuperuser;` };
  if (power === 'createrole')
    return { who, power: 'may create roles', statement: `alter role ${quoted(who)} nocreaterole;` };
  return { who, power: `is a member of ${role}`, statement: postgresRevocations.expel(role, who) };
}

export const postgresRevocations: Revocations = {
  revoke(schema, grants) {
    const [{ to, on, kind } = { to: null, on: '', kind: 'table' as const }] = grants;
    const object =
      kind === 'schema'
        ? `schema ${quoted(on || schema)}`
        : kind === 'database'
          ? `database ${quoted(on)}`
          : `${quoted(schema)}.${quoted(on)}`;
    const list = [...new Set(grants.map(rightText))].join(', ');
    const cascade = grants.some(({ isGrantable }) => isGrantable) ? ' cascade' : '';
    const what = kind === 'sequence' ? `sequence ${object}` : object;
    return `revoke ${list} on ${what} from ${to === null ? 'public' : quoted(to)}${cascade};`;
  },
  reown: (schema, { on, kind }, owner) =>
    kind === 'schema'
      ? `alter schema ${quoted(schema)} owner to ${quoted(owner)};`
      : `alter ${kind} ${quoted(schema)}.${kind === 'function' ? on : quoted(on)} owner to ${quoted(owner)};`,
  expel: (role, member) => `revoke ${quoted(role)} from ${quoted(member)};`,
};

const rightText = ({ right, column }: GrantFact): string =>
  `${right.toLowerCase()}${column === null ? '' : ` (${quoted(column)})`}`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Since PostgreSQL 16 whoever made a role may grant it, without being able to use its rights. */
const MEMBERSHIPS = `
select m.rolname as member, r.rolname as role
  from pg_auth_members a
  join pg_roles m on m.oid = a.member
  join pg_roles r on r.oid = a.roleid
 where coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, true)
    or coalesce((to_jsonb(a) ->> 'set_option')::boolean, true)`;

/**
 * Who may create schemas in the database, or objects in `public`, may plant functions and operators in the search path of
 * others. That everybody may do so in `public`, as before PostgreSQL 15, is met by leaving it out of the path.
 */
const GRANTS = `
select pg_get_userbyid(nullif(a.grantee, 0)) as "to", c.relname as "on",
       case c.relkind when 'S' then 'sequence' else 'table' end as kind,
       a.privilege_type as "right", null::name as "column", a.is_grantable as "isGrantable"
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  cross join aclexplode(c.relacl) a
 where n.nspname = :schema and c.relkind in ('r', 'p', 'v', 'm', 'S') and a.grantee <> c.relowner
union all
select pg_get_userbyid(nullif(a.grantee, 0)), c.relname, 'table', a.privilege_type, t.attname, a.is_grantable
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute t on t.attrelid = c.oid
  cross join aclexplode(t.attacl) a
 where n.nspname = :schema and a.grantee <> c.relowner
union all
select pg_get_userbyid(nullif(a.grantee, 0)), '', 'schema', a.privilege_type, null, a.is_grantable
  from pg_namespace n
  cross join aclexplode(n.nspacl) a
 where n.nspname = :schema and a.grantee <> n.nspowner and a.privilege_type = 'CREATE'
union all
select pg_get_userbyid(a.grantee), n.nspname, 'schema', a.privilege_type, null, a.is_grantable
  from pg_namespace n
  cross join aclexplode(n.nspacl) a
 where n.nspname = 'public' and n.nspname <> :schema and a.grantee not in (0, n.nspowner)
   and a.privilege_type = 'CREATE'
union all
select pg_get_userbyid(nullif(a.grantee, 0)), d.datname, 'database', a.privilege_type, null, a.is_grantable
  from pg_database d
  cross join aclexplode(d.datacl) a
 where d.datname = current_database() and a.grantee <> d.datdba and a.privilege_type = 'CREATE'
 order by 1, 2, 4, 5`;

const OWNERS = `
select pg_get_userbyid(c.relowner) as owner, c.relname as "on",
       case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as kind
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = :schema and c.relkind in ('r', 'p', 'v') and not starts_with(c.relname, 'host_')
union all
select pg_get_userbyid(p.proowner), format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), 'function'
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname = :schema and not starts_with(p.proname, 'host_')
union all
select pg_get_userbyid(nspowner), '', 'schema' from pg_namespace where nspname = :schema
 order by 1, 2`;

/** Until PostgreSQL 15 whoever may create roles may grant himself any. */
const POWERS = `
select rolname as who, 'superuser' as power, '' as role from pg_roles where rolsuper
union all
select rolname, 'createrole', '' from pg_roles
 where rolcreaterole and not rolsuper and current_setting('server_version_num')::int < 160000
union all
select m.rolname, 'member', r.rolname
  from pg_auth_members a
  join pg_roles m on m.oid = a.member
  join pg_roles r on r.oid = a.roleid
 where r.rolname in ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')`;
