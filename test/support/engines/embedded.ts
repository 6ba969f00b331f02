import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../src/database/open.js';
import { type EngineServer, fillEach, type Row, type TestDatabase } from './database.js';
import { borrowEmbedded } from './embedded-pool.js';
import { copyTemplate } from './embedded-template.js';

/** The embedded engine: each database is a directory of its own. */
export function embeddedServer(environment: NodeJS.ProcessEnv): EngineServer {
  const runDirectory = environment.SCIMCTL_TEST_RUN_DIR;
  const server: EngineServer = {
    version: async () => 'embedded (PGlite)',
    async create(name): Promise<TestDatabase> {
      const lent = await borrowEmbedded(environment);
      if (lent) {
        const { directory, giveBack } = lent;
        return {
          url: `embedded:${directory}`,
          query: (sql, parameters) => query(directory, sql, parameters),
          drop: async () => giveBack(),
        };
      }
      const directory = await mkdtemp(join(runDirectory ?? tmpdir(), `${name}-`));
      if (runDirectory !== undefined) await copyTemplate(runDirectory, directory);
      return {
        url: `embedded:${directory}`,
        query: (sql, parameters) => query(directory, sql, parameters),
        drop: () => rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
      };
    },
    filled: (name, model) => fillEach(server, name, model),
    // They are all in the run's own directory, which goes as a whole.
    dropAll: async () => {},
  };
  return server;
}

/** Through the product's own door: a second way into the directory, beside its lock, would destroy it. */
async function query<T extends Row>(
  directory: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  const database = await openDatabase({ engine: 'embedded', directory }, { schema: 'scim', jitter: () => 0 });
  try {
    const bindings: unknown[] = [];
    const raw = sql.replace(/\?|\$(\d+)/g, (found, number?: string) => {
      if (number === undefined) return `\\${found}`;
      bindings.push(parameters[Number(number) - 1]);
      return '?';
    });
    const { rows } = await database.read(({ knex }) => knex.raw<{ rows: T[] }>(raw, bindings as string[]));
    return rows;
  } finally {
    await database.close();
  }
}
