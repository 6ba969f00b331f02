import { HOST_VIEW_NAMES } from '../../words/host-views.js';
import type { UninstallScript } from '../dialect/scripts.js';
import { literalPostgres, quotedPostgres } from './scaffold/forms.js';

/** In an order in which nothing depends on what is dropped before it. */
const VIEWS = ['live_group_member', 'live_token'];
const TABLES = [
  ...['idp_group_member', 'idp_group', 'identity', 'access_token', 'token', 'service_account'],
  ...['event_receiver', 'event_prune', 'event_void', 'event_seal', 'event', 'installation', 'schema_history'],
];
const FUNCTIONS = [
  ...['link_is_sure(uuid)', 'last_event_seq()', 'refuse_ignored_write(text)', 'refuse_event_change()'],
  ...['refuse_event_seal_change()', 'refuse_event_void_change()', 'refuse_event_prune_change()'],
  ...['bound_event_seal()', 'bound_event_prune()'],
];

/**
 * For psql. Without CASCADE: whatever of the application depends on an object of ours stops it, and the server names it.
 * https://www.postgresql.org/docs/current/catalog-pg-shdepend.html tells whether another database uses a role.
 */
export function postgresUninstallScript({ schema, title, version, head, roles }: UninstallScript): string {
  const own = quotedPostgres(schema);
  const name = literalPostgres(schema);
  const refuse = (condition: string, message: string) =>
    `  if ${condition} then\n    raise exception ${literalPostgres(`scimctl: ${message}; nothing was changed`)};\n  end if;`;
  const marked = `exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = ${name} and c.relname in (${HOST_VIEW_NAMES.map(literalPostgres).join(', ')})
                and obj_description(c.oid, 'pg_class') like 'scimctl {%')`;
  return `${title.map((line) => `-- ${line}`).join('\n')}
-- Run with: psql --no-psqlrc --dbname DATABASE --file THIS_FILE
\\set ON_ERROR_STOP on
begin transaction isolation level read committed;
set local lock_timeout = '30s';
set local search_path = pg_catalog;
do $$ begin perform pg_advisory_xact_lock(hashtextextended('scimctl schema ${schema}', 0)); end $$;

do $$
begin
${refuse(`to_regclass(${literalPostgres(`${own}.schema_history`)}) is null`, `the schema ${schema} is not installed here`)}
end
$$;

-- From here on, no event can be added.
lock table ${own}.event, ${own}.event_seal in access exclusive mode;
do $$
begin
${refuse(`(select max(version) from ${own}.schema_history) <> ${version}`, `the schema is not at version ${version}, which this script is for`)}
${refuse(`exists (select 1 from ${own}.service_account where is_enabled and removed_at is null)`, 'an IdP is enabled. Run "scimctl idp disable NAME" for each, and export the head of the audit trail again')}
${refuse(marked, 'the host views that scimctl made are still here. Run "scimctl host remove", and export the head of the audit trail again')}
${refuse(
  `not exists (select 1 from ${own}.event_seal where seal_no = ${head.sealNo} and digest = '\\x${hex(head.digest)}'::bytea)
     or (select max(seal_no) from ${own}.event_seal) <> ${head.sealNo}
     or exists (select 1 from ${own}.event where seq > ${head.lastSeq})`,
  'the audit trail does not end with the head that this script was made for. Seal, verify and export it, and make the script again',
)}
end
$$;

${VIEWS.map((view) => `drop view ${own}.${view};`).join('\n')}
${TABLES.map((table) => `drop table ${own}.${quotedPostgres(table)};`).join('\n')}
${FUNCTIONS.map((one) => `drop function ${own}.${one};`).join('\n')}

-- The schema goes if nothing else is in it, and a role if nothing else uses it, in this database or another.
do $$
declare
  one record;
  left_over text;
begin
  select string_agg(what, ', ' order by what) into left_over from (
    select c.relname::text as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = ${name} and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select p.proname || '()' from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = ${name}
    union all
    select t.typname::text from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where n.nspname = ${name} and t.typtype in ('d', 'e', 'r') ) found;
  if left_over is null then
    drop schema ${own};
  else
    raise notice 'scimctl: the schema % stays, because this is in it and is not of scimctl: %', ${name}, left_over;
    if exists (select 1 from pg_namespace n where n.nspname = ${name} and pg_get_userbyid(n.nspowner) in (${roles.map(literalPostgres).join(', ')})) then
      execute format('alter schema %I owner to %I', ${name}, current_user);
    end if;
    for one in select rolname from pg_roles where rolname in (${roles.map(literalPostgres).join(', ')}) loop
      execute format('revoke all on all tables in schema %I from %I', ${name}, one.rolname);
      execute format('revoke all on schema %I from %I', ${name}, one.rolname);
    end loop;
  end if;
  for one in
    select r.oid, r.rolname,
           (select string_agg(pg_get_userbyid(m.member)::text, ', ' order by 1) from pg_auth_members m where m.roleid = r.oid) as members,
           (select count(distinct d.dbid) from pg_shdepend d join pg_database b on b.oid = d.dbid
             where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and b.datname <> current_database()) as elsewhere,
           exists (select 1 from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid
                      and (d.dbid = 0 or d.dbid = (select b.oid from pg_database b where b.datname = current_database()))) as here
      from pg_roles r
     where r.rolname in (${roles.map(literalPostgres).join(', ')})
     order by r.rolname
  loop
    if one.elsewhere > 0 then
      raise notice 'scimctl: the role % stays, because another database uses it', one.rolname;
    elsif one.here then
      raise notice 'scimctl: the role % stays, because it has objects or rights outside of the schema', one.rolname;
    else
      begin
        execute format('drop role %I', one.rolname);
        raise notice 'scimctl: the role % is gone%', one.rolname,
          coalesce('; these logins were its members, and stay: ' || one.members, '');
      exception when insufficient_privilege then
        raise notice 'scimctl: the role % stays, because this login may not drop it', one.rolname;
      end;
    end if;
  end loop;
end
$$;

commit;
`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
