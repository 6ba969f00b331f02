import type { Knex } from 'knex';
import { type ConnectionUse, DEFAULT_MAX_CONNECTIONS, type ServerSettings } from '../../settings/settings.js';
import { readTlsMaterial } from '../../settings/tls/tls-files.js';
import { graceOf, waitsOf } from '../../settings/waits.js';
import { attemptsOf } from './attempts.js';
import { postgresClient } from './knex-client.js';
import { StatementNames } from './prepared.js';

/**
 * What knex needs to connect to PostgreSQL: hosts in their order, TLS as the settings say, bounded waits.
 * Loads the driver; reads the TLS files.
 * @throws Problem `tls-file-unreadable`
 */
export async function postgresKnexConfig(
  settings: ServerSettings,
  use: ConnectionUse = {},
): Promise<Knex.Config> {
  const connectMs = settings.connectTimeoutMs * settings.hosts.length;
  const waits = waitsOf(use, connectMs);
  const material = await readTlsMaterial(settings.tls);
  const attempts = attemptsOf(settings, material, waits, { pipeline: use.repeatsStatements ?? false });
  return {
    // At least; knex would ask every server, and does not need to know more.
    version: '14.0',
    client: await postgresClient(attempts, {
      writable: settings.targetSessionAttributes === 'read-write',
      ...(use.repeatsStatements && { names: new StatementNames() }),
      keepsSearchPath: use.keepsSearchPath ?? false,
    }),
    // knex starts its pool only where there is something here; the attempts are what is used.
    connection: { host: settings.hosts[0]?.host ?? '', database: settings.database },
    pool: {
      min: 0,
      max: use.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
      createTimeoutMillis: connectMs + graceOf(connectMs),
    },
    acquireConnectionTimeout: waits.acquireMs,
    // Errors then show placeholders, not the values of the statement.
    compileSqlOnError: false,
  };
}
