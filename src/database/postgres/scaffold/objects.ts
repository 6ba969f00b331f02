import { HOST_VIEW_NAMES as VIEWS } from '../../../words/host-views.js';
import type { Runner } from '../../pool/runner.js';
import { type HostObject, type Mark, markText, parseMark, stateOf } from '../../scaffold/mark.js';
import type { Ownership } from '../../scaffold/scaffold.js';
import { literalPostgres, quotedPostgres } from './forms.js';

const FUNCTION = 'host_user_write';

/**
 * The host views with their triggers, and our function: kind, name, definition. The definition of a view depends on the
 * search path, which must be `pg_catalog` where this runs.
 */
const objects = (schema: string): string => `
  select case c.relkind when 'v' then 'view' else 'table' end as kind, c.relname::text as name, c.oid as oid,
         pg_catalog.pg_get_userbyid(c.relowner)::text as owner, pg_catalog.obj_description(c.oid, 'pg_class') as mark,
         coalesce(pg_catalog.pg_get_viewdef(c.oid), '') || coalesce((
           select pg_catalog.string_agg(E'\\n' || pg_catalog.pg_get_triggerdef(t.oid), '' order by t.tgname)
             from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal), '') as definition
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = ${literalPostgres(schema)} and c.relname in (${VIEWS.map(literalPostgres).join(', ')})
     and c.relkind in ('v', 'r', 'p', 'm', 'f')
  union all
  select 'function', p.proname::text, p.oid, pg_catalog.pg_get_userbyid(p.proowner)::text, pg_catalog.obj_description(p.oid, 'pg_proc'),
         pg_catalog.pg_get_functiondef(p.oid)
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
   where n.nspname = ${literalPostgres(schema)} and p.proname = ${literalPostgres(FUNCTION)} and p.pronargs = 0`;

const DIGEST = `pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(definition, 'UTF8')), 'hex')`;

interface Row {
  kind: HostObject['kind'];
  name: string;
  owner: string;
  mark: string | null;
  definition: string;
  digest: string;
}

export async function postgresHostObjects(
  { rows }: Pick<Runner, 'rows'>,
  schema: string,
): Promise<HostObject[]> {
  const [before] = await rows<{ path: string }>("select pg_catalog.current_setting('search_path') as path");
  // Of this statement alone, outside of a transaction; inside of one it is put back.
  const found = await rows<Row>(
    `with path as materialized (select pg_catalog.set_config('search_path', 'pg_catalog', true) as path)
     select kind, name, owner, mark, definition, ${DIGEST} as digest
       from path cross join lateral (${objects(schema)}) o where path.path is not null order by kind desc, name`,
  );
  await rows(`select pg_catalog.set_config('search_path', ?, true)`, [before?.path ?? '']);
  return found.map(({ kind, name, owner, mark: text, definition, digest }) => {
    const mark = parseMark(text);
    const create = kind === 'function' || kind === 'table' ? '' : `create view ${schema}.${name} as\n`;
    return {
      ...{ kind, name, owner, definition: `${create}${definition}`, state: stateOf(mark, digest) },
      ...(mark && { mark }),
    };
  });
}

/**
 * Whoever runs this may be a superuser, and a schema of the search path may hold functions of others that fit better
 * than the system's own.
 */
export const POSTGRES_PATH = 'set local search_path = pg_catalog;';

/** The objects as they are now, with their digests, get the mark. */
export function postgresMarked(
  statements: readonly string[],
  schema: string,
  mark: Omit<Mark, 'digest'>,
): string[] {
  const placeholder = '<digest>';
  const [before = '', after = ''] = markText({ ...mark, digest: placeholder }).split(placeholder);
  return [
    ...statements,
    `-- The mark by which scimctl knows what it has made, and whether it was edited since.
do $mark$
declare
  path text := pg_catalog.current_setting('search_path');
  one record;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog', true);
  for one in select kind, name, ${DIGEST} as digest from (${objects(schema)}) o loop
    execute pg_catalog.format('comment on %s %I.%I%s is %L', one.kind, ${literalPostgres(schema)}, one.name,
      case one.kind when 'function' then '()' else '' end, ${literalPostgres(before)} || one.digest || ${literalPostgres(after)});
  end loop;
  perform pg_catalog.set_config('search_path', path, true);
end
$mark$;`,
  ];
}

export const postgresDrop = (existing: readonly HostObject[], schema: string): string[] => [
  ...existing
    .filter(({ kind }) => kind !== 'function')
    .map(({ kind, name }) => `drop ${kind} ${quotedPostgres(schema)}.${quotedPostgres(name)};`),
  ...existing
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => `drop function ${quotedPostgres(schema)}.${quotedPostgres(name)}();`),
];

/** A new owner must be able to create in the schema, but only for the moment. */
export function postgresHandOver(owner: string, schema: string): string[] {
  const to = quotedPostgres(owner);
  const own = quotedPostgres(schema);
  return [
    `do $owner$
declare
  may boolean := pg_catalog.has_schema_privilege(${literalPostgres(owner)}, ${literalPostgres(schema)}, 'CREATE');
begin
  if not may then
    execute pg_catalog.format('grant create on schema %I to %I', ${literalPostgres(schema)}, ${literalPostgres(owner)});
  end if;
  ${[
    ...VIEWS.map((view) => `alter view ${own}.${view} owner to ${to};`),
    `alter function ${own}.${FUNCTION}() owner to ${to};`,
  ].join('\n  ')}
  if not may then
    execute pg_catalog.format('revoke create on schema %I from %I', ${literalPostgres(schema)}, ${literalPostgres(owner)});
  end if;
end
$owner$;`,
  ];
}

export async function postgresOwnership(
  { rows }: Pick<Runner, 'rows'>,
  schema: string,
  owner: string,
): Promise<Ownership> {
  const [found] = await rows<{ schema_owner: string; powerful: boolean }>(
    `select pg_catalog.pg_get_userbyid(n.nspowner)::text as schema_owner,
            coalesce((select r.rolsuper from pg_roles r where r.rolname = ?), false) as powerful
       from pg_namespace n where n.nspname = ?`,
    [owner, schema],
  );
  return {
    schemaOwner: found?.schema_owner ?? '',
    isPowerful: found?.powerful === true,
    followsSchema: false,
  };
}

export async function postgresActAs(
  { rows }: Pick<Runner, 'rows'>,
  role: string,
  schema: string,
): Promise<string | undefined> {
  const [found] = await rows(
    `select 1 from pg_catalog.pg_roles r
      where r.rolname = ? and pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER')
        and pg_catalog.has_schema_privilege(r.oid, ?, 'USAGE')`,
    [role, schema],
  );
  return found === undefined ? undefined : `set local role ${quotedPostgres(role)}`;
}

export const postgresScript = (statements: readonly string[], title: readonly string[]): string =>
  `${title.map((line) => `-- ${line}`).join('\n')}
-- Run with: psql --no-psqlrc --dbname DATABASE --file THIS_FILE
\\set ON_ERROR_STOP on
begin;

${statements.join('\n\n')}

commit;
`;
