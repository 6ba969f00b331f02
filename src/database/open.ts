import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { createDatabase } from './create-database.js';
import type { Database } from './database.js';
import type { Dialect, EngineName } from './dialect/dialect.js';
import type { Fault } from './faults/fault.js';
import { MAX_ATTEMPTS } from './faults/retry.js';
import { isCutOff } from './settings/failure.js';
import type { ConnectionSettings, ConnectionUse } from './settings/settings.js';
import { connectWithin, waitsOf } from './settings/waits.js';

export interface OpenOptions {
  schema: string;
  /** 0 to 1; spreads the retries of rivals. */
  jitter: () => number;
  /** Size of the pool and time-outs, where they differ from the defaults. */
  use?: ConnectionUse;
}

/** The dialect of an engine; loads nothing heavy until it connects. */
export async function loadDialect(engine: EngineName): Promise<Dialect> {
  return engine === 'mssql'
    ? (await import('./mssql/dialect.js')).mssqlDialect
    : (await import('./postgres/dialect.js')).postgresDialect;
}

/**
 * Connects, and proves it with one round trip, so that every way a connection can fail is reported here
 * and not by the first query.
 * @throws Problem of kind `configuration`, worded by the engine.
 */
export async function openDatabase(wanted: ConnectionSettings, options: OpenOptions): Promise<Database> {
  const { use = {} } = options;
  const settings = wanted.engine === 'embedded' ? wanted : connectWithin(wanted, use);
  const dialect = await loadDialect(settings.engine === 'embedded' ? 'postgres' : settings.engine);
  const { config, dispose } = await connectionOf(settings, dialect, use);
  const { default: knexFactory } = await import('knex');
  // @ts-expect-error: knex ships no types for what makes a knex of a client
  const { default: makeKnex } = await import('knex/lib/knex-builder/make-knex.js');
  const knex: Knex = knexFactory(config);
  const backoff = (attempt: number) => 20 * 2 ** attempt * (0.5 + options.jitter());
  const waits = waitsOf(use, settings.engine === 'embedded' ? 0 : settings.connectTimeoutMs);
  const databaseOf = (fitted: Dialect) =>
    createDatabase({
      knex,
      makeKnex,
      dialect: fitted,
      settings,
      schema: options.schema,
      dispose,
      waits,
      backoff,
    });
  if (settings.engine === 'embedded') {
    const database = databaseOf(dialect);
    try {
      // The owner of an embedded database may end at this very moment: then the next one answers.
      await database.read((session) => session.knex.raw('select 1 as one'));
      return database;
    } catch (error) {
      await database.close().catch(() => undefined);
      throw error;
    }
  }
  try {
    return databaseOf(await firstAnswer(() => dialect.fitted(knex), dialect, backoff));
  } catch (error) {
    await knex.destroy().catch(() => undefined);
    throw dialect.connectionProblem(error, settings);
  }
}

/**
 * A connection that is cut while it is made is made again, and a first query that lost against other sessions is asked
 * again; a server that is not there is not waited for.
 */
async function firstAnswer<T>(
  ask: () => Promise<T>,
  { classify }: Dialect,
  backoff: (attempt: number) => number,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const most = isCutOff(error) ? MAX_FIRST_TRIES : CONFLICTS.includes(classify(error)) ? MAX_ATTEMPTS : 0;
      if (tries >= most) throw error;
      await sleep(backoff(tries));
    }
  }
}

const MAX_FIRST_TRIES = 3;
const CONFLICTS: readonly Fault[] = ['deadlock', 'serialization'];

async function connectionOf(
  settings: ConnectionSettings,
  dialect: Dialect,
  use: ConnectionUse,
): Promise<{ config: Knex.Config; dispose?: () => Promise<void> }> {
  if (settings.engine !== 'embedded') {
    return { config: quiet(await dialect.knexConfig(settings, use)) };
  }
  const { openEmbedded, embeddedKnexConfig } = await import('./embedded/index.js');
  const { timeoutMs } = use;
  const embedded = await openEmbedded(
    settings.directory,
    timeoutMs === undefined ? {} : { waitMs: timeoutMs },
  );
  return { config: quiet(await embeddedKnexConfig(embedded, use)), dispose: () => embedded.close() };
}

/** knex writes warnings to the console by itself, and puts bound values into error messages: neither here. */
const quiet = (config: Knex.Config): Knex.Config => {
  const ignore = () => undefined;
  return {
    ...config,
    compileSqlOnError: false,
    log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
  };
};
