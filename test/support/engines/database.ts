import { randomBytes } from 'node:crypto';

export type Row = Record<string, unknown>;

/** An empty database of its own for one test. */
export interface TestDatabase {
  /** The connection setting, as given to `--database`. */
  readonly url: string;
  /**
   * Runs one statement through the engine's driver, independent of the code under test, on a connection of
   * its own. Parameters are `$1`, `$2` … on every engine.
   */
  query<T extends Row = Row>(sql: string, parameters?: unknown[]): Promise<T[]>;
  /** Removes the database; happens by itself at the end of the suite that made it. */
  drop(): Promise<void>;
}

/** One database server (or none, for the embedded engine), as the tests use it. */
export interface EngineServer {
  /** What answers there, for the report: `PostgreSQL 18.4`. */
  version(): Promise<string>;
  /** `options` is what follows in the engine's CREATE DATABASE: `collate Latin1_General_BIN2`. */
  create(name: string, options?: string): Promise<TestDatabase>;
  /** The same, filled. A server that can copy a database fills one only, for the whole run. */
  filled(name: string, model: Model): Promise<TestDatabase>;
  /** Drops every database whose name begins with the prefix: what a run that was cut short left behind. */
  dropAll(prefix: string): Promise<void>;
}

/** What many databases of a run begin with. */
export interface Model {
  /** For the name of a database. */
  name: string;
  fill(database: TestDatabase): Promise<void>;
}

/** Makes each from nothing. */
export async function fillEach(server: EngineServer, name: string, { fill }: Model): Promise<TestDatabase> {
  const database = await server.create(name);
  await fill(database);
  return database;
}

/** What the names of all databases of one run begin with. */
export function runPrefix(environment: NodeJS.ProcessEnv): string {
  return `scimctl_test_${environment.SCIMCTL_TEST_RUN ?? 'alone'}_`;
}

/** A database name that no other test, process or run uses. */
export function uniqueName(environment: NodeJS.ProcessEnv): string {
  return runPrefix(environment) + randomBytes(6).toString('hex');
}
