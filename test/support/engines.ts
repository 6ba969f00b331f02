import { after, describe } from 'node:test';
import { type EngineAvailability, type EngineName, engineAvailability } from './engines/availability.js';
import { type EngineServer, type TestDatabase, uniqueName } from './engines/database.js';
import { embeddedServer } from './engines/embedded.js';
import { mssqlServer } from './engines/mssql.js';
import { postgresServer } from './engines/postgres.js';

export type { EngineName } from './engines/availability.js';
export type { Row, TestDatabase } from './engines/database.js';

export interface TestEngine {
  readonly name: EngineName;
  /** For people: `PostgreSQL`. */
  readonly label: string;
  /** Makes an empty database, dropped at the end of the suite; with options of the engine's CREATE DATABASE. */
  freshDatabase(options?: string): Promise<TestDatabase>;
}

/**
 * Registers the same suite once for each engine. Where an engine is absent, its suite shows as skipped,
 * with the reason. `only` is for what exists on some engines alone.
 */
export function forEachEngine(
  name: string,
  suite: (engine: TestEngine) => void,
  options: { only?: readonly EngineName[] } = {},
): void {
  for (const available of engineAvailability(process.env)) {
    if (options.only && !options.only.includes(available.name)) continue;
    const title = suiteTitle(name, available.name);
    if (available.skipped !== undefined) describe(title, { skip: available.skipped });
    else describe(title, () => runSuite(available, suite));
  }
}

function runSuite({ name, label, ...rest }: EngineAvailability, suite: (engine: TestEngine) => void): void {
  const server = engineServer({ name, label, ...rest }, process.env);
  const made: TestDatabase[] = [];
  suite({
    name,
    label,
    async freshDatabase(options) {
      const database = await server.create(uniqueName(process.env), options);
      made.push(database);
      return database;
    },
  });
  // Registered last, so that a suite's own hooks, which end what it started, come first.
  after(async () => {
    for (const database of made) await database.drop();
  });
}

/** The server behind an engine that is there. */
export function engineServer({ name, adminUrl }: EngineAvailability, env: NodeJS.ProcessEnv): EngineServer {
  if (name === 'embedded') return embeddedServer(env);
  if (adminUrl === undefined) throw new Error(`there is no server for ${name}`);
  return name === 'postgres' ? postgresServer(adminUrl) : mssqlServer(adminUrl);
}

/** How the suite of one engine is called; the run's report counts by it. */
const suiteTitle = (name: string, engine: EngineName) => `${name} [${engine}]`;
