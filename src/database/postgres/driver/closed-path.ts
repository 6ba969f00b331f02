import type { PooledClient } from './pooled-client.js';

/**
 * A session in whose search path nobody can plant anything. Where everybody may create objects in a schema, as in `public`
 * before PostgreSQL 15, a function or an operator there is chosen before the system's own if it fits the arguments
 * better, as `lower(varchar)` does, and runs with the rights of whoever runs a command: a superuser's, perhaps. Such
 * schemas are left out of the path. It is set as the session begins, so that a pooler hands it to nobody else.
 * @param again connects anew, with such options. Where a pooler refuses them, the session stays as it is.
 */
export async function withClosedPath(
  client: PooledClient,
  again: (options: string) => Promise<PooledClient>,
): Promise<PooledClient> {
  const { rows } = await pathOf(client);
  if (!rows.some(({ is_open }) => is_open)) return client;
  const closed = rows.filter(({ is_open }) => !is_open).map(({ name }) => name);
  try {
    const other = await again(optionsOf(closed.join(',') || 'pg_catalog'));
    void client.end().catch(() => undefined);
    return other;
  } catch {
    return client;
  }
}

async function pathOf(client: PooledClient) {
  try {
    return await client.query<{ name: string; is_open: boolean }>(PATH);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
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
