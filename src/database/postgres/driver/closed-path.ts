import type { PooledClient } from './pooled-client.js';

/**
 * A session in whose search path nobody can plant anything. Where everybody may create objects in a schema, as in `public`
 * before PostgreSQL 15, a function or an operator there is chosen before the system's own if it fits the arguments
 * better, as `lower(varchar)` does, and runs with the rights of whoever runs a command: a superuser's, perhaps. Such
 * schemas are left out of the path. A start-up option sets it, so that a pooler does not pass it on to other clients.
 * @param reach connects, with such options. If a pooler refuses them, the session keeps its path.
 * @throws what `reach` throws for any other reason: an attacker who takes the last connections is not to decide this.
 */
export async function withClosedPath(
  reach: (options?: string) => Promise<PooledClient>,
  leave: (client: PooledClient) => Promise<void>,
): Promise<PooledClient> {
  const client = await reach();
  const path = await pathOf(client).catch(async (error: unknown) => {
    await leave(client);
    throw error;
  });
  if (!path.some(({ is_open }) => is_open)) return client;
  // Before the next: the login may have one connection only.
  await leave(client);
  const closed = path.filter(({ is_open }) => !is_open).map(({ name }) => name);
  return reach(optionsOf(closed.join(',') || 'pg_catalog')).catch((error) => {
    if (isUnknownParameter(error)) return reach();
    throw error;
  });
}

/** Whether PgBouncer refuses a start-up parameter, or one in `options`. It has one code for all that it says itself. */
const isUnknownParameter = ({ code, message }: { code?: unknown; message: string }): boolean =>
  code === '08P01' && /^unsupported startup parameter/.test(message);

async function pathOf(client: PooledClient): Promise<{ name: string; is_open: boolean }[]> {
  return (await client.query<{ name: string; is_open: boolean }>(PATH)).rows;
}

/** As libpq has them: a blank or a backslash within a value has a backslash in front. */
const optionsOf = (path: string): string =>
  [process.env.PGOPTIONS, `-c search_path=${path.replaceAll(/[\\\s]/g, String.raw`\$&`)}`]
    .filter(Boolean)
    .join(' ');

/** Every function and operator with its schema: the path is not to be trusted yet. */
const PATH = `
select pg_catalog.quote_ident(s.name) as name,
       exists (select from pg_catalog.aclexplode(n.nspacl) a
                where a.grantee operator(pg_catalog.=) 0::pg_catalog.oid
                  and a.privilege_type operator(pg_catalog.=) 'CREATE'::pg_catalog.text) as is_open
  from pg_catalog.unnest(pg_catalog.current_schemas(false)) with ordinality s (name, place)
  join pg_catalog.pg_namespace n on n.nspname operator(pg_catalog.=) s.name
 order by s.place`;
