import type { InstallScript } from '../dialect/dialect.js';
import { POSTGRES_PATH } from './scaffold/objects.js';

/**
 * Only the owner of a table may change it. Where a role owns the schema, it is to own what is made there too,
 * and not whichever of its members happens to be logged in.
 */
export const ACT_AS_SCHEMA_OWNER = (schema: string): string => `do $$
begin
  perform set_config('role', r.rolname, true)
     from pg_namespace n join pg_roles r on r.oid = n.nspowner
    where n.nspname = '${schema}' and r.rolname <> current_user and pg_has_role(r.oid, 'MEMBER');
end
$$;`;

/** For psql. Conditions are psql's own, so the SQL inside stays plain to read. */
export function postgresInstallScript({ schema, bootstrap, steps, title }: InstallScript): string {
  const history = `${schema}.schema_history`;
  const newest = steps.at(-1)?.version ?? 0;
  const parts = [
    ...title.map((line) => `-- ${line}`),
    '-- Run with: psql --no-psqlrc --dbname DATABASE --file THIS_FILE',
    '\\set ON_ERROR_STOP on',
    'begin transaction isolation level read committed;',
    POSTGRES_PATH,
    `do $$ begin perform pg_advisory_xact_lock(hashtextextended('scimctl schema ${schema}', 0)); end $$;`,
    ACT_AS_SCHEMA_OWNER(schema),
    bootstrap.trim(),
    `do $$
begin
  if exists (select 1 from ${history} where version > ${newest}) then
    raise exception 'scimctl: the schema is newer than this script; nothing was changed';
  end if;
end
$$;`,
  ];
  for (const { version, name, sql, record } of steps) {
    parts.push(
      `\n-- ${String(version).padStart(4, '0')} ${name}`,
      `select not exists (select 1 from ${history} where version = ${version}) as is_missing \\gset`,
      '\\if :is_missing',
      sql.trim(),
      record.trim(),
      '\\endif',
    );
  }
  return `${[...parts, '', 'commit;'].join('\n')}\n`;
}
