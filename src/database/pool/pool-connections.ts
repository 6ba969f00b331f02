import type { Knex } from 'knex';
import { within } from '../../within.js';

/** Takes a connection and gives it back. One that comes later than `milliseconds` is given back all the same. */
export async function acquireWithin(knex: Knex, milliseconds: number): Promise<void> {
  const client = knex.client as Knex.Client;
  const acquired = client
    .acquireConnection()
    .then((connection: unknown) => client.releaseConnection(connection));
  await within(milliseconds, acquired, () => {
    throw Object.assign(new Error('timeout expired'), { code: 'ETIMEDOUT' });
  });
}

/** Cuts the connections that are in use. knex has no word for it, but it ends each of them in this way. */
export function cutConnections(knex: Knex): void {
  const { pool } = knex.client as { pool?: { used: { resource: unknown }[] } };
  for (const { resource } of pool?.used ?? []) {
    knex.client.destroyRawConnection(resource).catch(() => undefined);
  }
}

/**
 * Refuses requests for a connection from now on. A pool that is being destroyed would let them wait until their time is
 * over, and keep the process alive for as long.
 */
export function refuseConnections(knex: Knex): void {
  const client = knex.client as Knex.Client;
  client.acquireConnection = () => Promise.reject(new Error('the database was closed'));
}
