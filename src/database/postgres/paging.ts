import type { Knex } from 'knex';
import type { Fragment } from '../sql/fragment.js';
import type { PageSizes, Paging } from '../sql/paging.js';
import type { PostgresClient } from './driver/knex-client.js';
import { numbered } from './driver/placeholders.js';
import type { PooledClient } from './driver/pooled-client.js';

const CURSOR = 'scimctl_list';

export const postgresPaging: Paging = {
  key: (sql, kind) => {
    if (kind === 'hostText') return `cast(${sql} as text)`;
    // As fine as what a Date holds.
    return kind === 'hostInstant' ? `cast(${sql} as timestamptz(3))` : sql;
  },
  cursor: cursorPages,
};

/**
 * A cursor in a transaction of its own, so that a pooler in transaction mode keeps it. All of the answer will be
 * wanted, so it is planned for that, and not for the first rows.
 */
async function* cursorPages(
  pool: Knex,
  { sql, bindings }: Fragment,
  { first, next }: PageSizes,
): AsyncGenerator<Record<string, unknown>[]> {
  const client = pool.client as unknown as PostgresClient;
  const connection = await client.acquireConnection();
  const say = (text: string, values?: readonly unknown[]) =>
    client._query(connection, { sql: text, ...(values && { bindings: values }) });
  let isOpen = false;
  try {
    await say('begin transaction isolation level read committed read only');
    isOpen = true;
    await say('set local cursor_tuple_fraction = 1');
    await say(`declare ${CURSOR} no scroll cursor for ${numbered(sql)}`, bindings);
    for (let size = first; ; size = next) {
      const { response } = await say(`fetch ${size} from ${CURSOR}`);
      const rows = response.rows as Record<string, unknown>[];
      if (rows.length > 0) yield rows;
      if (rows.length < size) break;
    }
  } finally {
    // Also where the reader went away in the middle.
    if (isOpen) await end(connection, say);
    await client.releaseConnection(connection);
  }
}

async function end(connection: PooledClient, say: (text: string) => Promise<unknown>): Promise<void> {
  try {
    await say('rollback');
  } catch (error) {
    connection.__knex__disposed ??= error;
  }
}
