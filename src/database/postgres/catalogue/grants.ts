import {
  columnsOf,
  type DatabaseRole,
  type GrantRequest,
  type GrantScript,
  type Grants,
  isHostView,
  type TableRights,
} from '../../dialect/rights.js';
import { POSTGRES_PATH } from '../scaffold/objects.js';

/** GRANT for PostgreSQL. Whoever runs it may make roles and owns the schema, or becomes its owner here. */
export const postgresGrants: Grants = {
  statements,
  script,
  table: (schema, rights, role) => grant(schema, rights, quoted(role)),
};

function statements({ schema, version, roles, login }: GrantRequest): string {
  const parts = [assertOwner(schema)];
  if (roles.some(({ change }) => !change)) parts.push(assertVersion(schema, version));
  const of = roles.map((role) => `-- ${role.name}: ${role.about}.\n${roleStatements(schema, role)}`);
  parts.push(...of);
  if (login !== undefined) {
    parts.push(roles.map(({ name }) => `grant ${quoted(name)} to ${quoted(login)};`).join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function script(request: GrantScript): string {
  const { schema, title, details } = request;
  return `${title.map((line) => `-- ${line}`).join('\n')}
-- Run with: psql --no-psqlrc --dbname DATABASE --file THIS_FILE
\\set ON_ERROR_STOP on
begin;
${POSTGRES_PATH}
do $$ begin perform pg_advisory_xact_lock(hashtextextended('scimctl schema ${schema}', 0)); end $$;

${statements(request)}
-- The trail.
do $$
begin
  if to_regclass(${text(`${schema}.event`)}) is not null then
    insert into ${quoted(schema)}.event (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
    values (gen_random_uuid(), date_trunc('milliseconds', clock_timestamp()), concat('db:', session_user),
            'role.grant', 'schema', null, ${text(schema)}, 'done', ${text(details)});
  end if;
end
$$;

commit;
`;
}

/** A grant by somebody else is no error to PostgreSQL: it warns, and grants nothing. */
const assertOwner = (schema: string): string => `do $$
begin
  if exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = ${text(schema)} and c.relkind in ('r', 'p', 'v') and not pg_has_role(c.relowner, 'MEMBER')) then
    raise exception 'scimctl: run this as the owner of all tables and views in schema ${schema}, or as a superuser'
      using errcode = 'insufficient_privilege';
  end if;
end
$$;`;

const assertVersion = (schema: string, version: number): string => `do $$
begin
  if to_regclass(${text(`${schema}.schema_history`)}) is null
     or not exists (select 1 from ${quoted(schema)}.schema_history where version = ${version}) then
    raise exception 'scimctl: the schema is not at version ${version}; run the script of "scimctl db script" first';
  end if;
end
$$;`;

function roleStatements(schema: string, role: DatabaseRole): string {
  const name = quoted(role.name);
  const own = role.tables.filter(({ table }) => !isHostView(table));
  const hostViews = role.tables.filter(({ table }) => isHostView(table));
  return [
    `do $$
begin
  if not exists (select 1 from pg_roles where rolname = ${text(role.name)}) then
    create role ${name} nologin;
  end if;
end
$$;`,
    ...(role.change
      ? [ownership(schema, role.name)]
      : [
          '-- Exactly the rights below, whatever it had before.',
          `revoke all on all tables in schema ${quoted(schema)} from ${name};`,
          `grant usage on schema ${quoted(schema)} to ${name};`,
          ...own.map((rights) => grant(schema, rights, name)),
        ]),
    `-- The host views, as far as they are there.
do $$
begin
${hostViews
  .map(
    (rights) => `  if to_regclass(${text(`${schema}.${rights.table}`)}) is not null then
    ${grant(schema, rights, name)}
  end if;`,
  )
  .join('\n')}
end
$$;`,
  ].join('\n');
}

/** Only its owner may change a table: so the role is the owner, and whoever is a member of it may. */
const ownership = (schema: string, role: string): string => `do $$
declare
  statement text;
begin
  if not exists (select 1 from pg_namespace where nspname = ${text(schema)}) then
    create schema ${quoted(schema)} authorization ${quoted(role)};
  end if;
  -- The host views stay their DBA's: a view reads with the rights of its owner.
  for statement in
    select format('alter schema %I owner to %I', n.nspname, r.rolname)
      from pg_namespace n join pg_roles r on r.rolname = ${text(role)}
     where n.nspname = ${text(schema)} and n.nspowner <> r.oid
    union all
    select format('alter %s %s owner to %I', case c.relkind when 'v' then 'view' else 'table' end, c.oid::regclass, r.rolname)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.rolname = ${text(role)}
     where n.nspname = ${text(schema)} and c.relkind in ('r', 'p', 'v') and c.relowner <> r.oid
       and not starts_with(c.relname, 'host_')
    union all
    select format('alter function %s owner to %I', p.oid::regprocedure, r.rolname)
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.rolname = ${text(role)}
     where n.nspname = ${text(schema)} and p.proowner <> r.oid and not starts_with(p.proname, 'host_')
  loop
    execute statement;
  end loop;
end
$$;`;

function grant(schema: string, rights: TableRights, role: string): string {
  const list = rights.rights.map((right) => {
    const columns = columnsOf(rights, right);
    return `${right.toLowerCase()}${columns ? ` (${columns.join(', ')})` : ''}`;
  });
  return `grant ${list.join(', ')} on ${quoted(schema)}.${quoted(rights.table)} to ${role};`;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

// Standard strings: a backslash is only a backslash. Nothing here ends a dollar quote: names of ours and JSON.
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
