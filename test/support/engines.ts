import { after, afterEach, beforeEach, describe } from 'node:test';
import { isRunNow } from '../extents.js';
import { type EngineAvailability, type EngineName, engineAvailability } from './engines/availability.js';
import { type EngineServer, type Model, type TestDatabase, uniqueName } from './engines/database.js';
import { embeddedServer } from './engines/embedded.js';
import { withoutPool } from './engines/embedded-pool.js';
import { mssqlServer } from './engines/mssql.js';
import { postgresServer } from './engines/postgres.js';

export type { EngineName } from './engines/availability.js';
export type { Row, TestDatabase } from './engines/database.js';

/** What keeps a process alive after its last test takes the place of other tests: a pool that nobody closed, a timer. */
const LINGERING_MS = 15_000;
after(() => {
  setTimeout(() => {
    console.error(`This file has not ended after its tests: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, LINGERING_MS).unref();
});

export interface TestEngine {
  readonly name: EngineName;
  /** For people: `PostgreSQL`. */
  readonly label: string;
  /** Makes an empty database, dropped at the end of the test or suite that made it; with options of the engine's CREATE DATABASE. */
  freshDatabase(options?: string): Promise<TestDatabase>;
  /** The same, with what the model fills in. */
  filledDatabase(model: Model): Promise<TestDatabase>;
}

/**
 * Registers the same suite once for each engine. Where an engine is absent, its suite shows as skipped,
 * with the reason. `only` is for what exists on some engines alone; `unshared` for what looks at an embedded
 * database's directory or at the process that holds it, and cannot have one from the run's pool.
 */
export function forEachEngine(
  name: string,
  suite: (engine: TestEngine) => void,
  options: { only?: readonly EngineName[]; unshared?: boolean } = {},
): void {
  for (const available of engineAvailability(process.env)) {
    if (options.only && !options.only.includes(available.name)) continue;
    if (!isRunNow(available.name, options.only?.length !== 1)) continue;
    const title = suiteTitle(name, available.name);
    if (available.skipped !== undefined) describe(title, { skip: available.skipped });
    else describe(title, () => runSuite(available, suite, options.unshared));
  }
}

function runSuite(
  { name, label, ...rest }: EngineAvailability,
  suite: (engine: TestEngine) => void,
  unshared?: boolean,
): void {
  const env = unshared ? withoutPool(process.env) : process.env;
  const server = engineServer({ name, label, ...rest }, env);
  const ofSuite: TestDatabase[] = [];
  const ofTest: TestDatabase[] = [];
  let inTest = false;
  // First and last, so that a suite's own hooks, which make databases and end what uses them, come in between.
  beforeEach(() => {
    inTest = true;
  });
  const kept = async (making: Promise<TestDatabase>) => {
    const database = await making;
    (inTest ? ofTest : ofSuite).push(database);
    return database;
  };
  suite({
    name,
    label,
    freshDatabase: (options) => kept(server.create(uniqueName(process.env), options)),
    filledDatabase: (model) => kept(server.filled(uniqueName(process.env), model)),
  });
  const drop = async (made: TestDatabase[]) => {
    for (const database of made.splice(0)) await database.drop();
  };
  afterEach(() => {
    inTest = false;
    return drop(ofTest);
  });
  after(() => drop(ofSuite));
}

/** The server behind an engine that is there. */
export function engineServer({ name, adminUrl }: EngineAvailability, env: NodeJS.ProcessEnv): EngineServer {
  if (name === 'embedded') return embeddedServer(env);
  if (adminUrl === undefined) throw new Error(`there is no server for ${name}`);
  return name === 'postgres' ? postgresServer(adminUrl, env) : mssqlServer(adminUrl);
}

/** How the suite of one engine is called; the run's report counts by it. */
const suiteTitle = (name: string, engine: EngineName) => `${name} [${engine}]`;
