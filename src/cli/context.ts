import type { Core } from '../core/core.js';
import type { Database } from '../database/database.js';
import type { ConnectionSettings, ConnectionUse } from '../database/settings/settings.js';
import { Problem } from '../problem.js';
import type { World } from '../world.js';
import type { Globals } from './globals.js';
import { createPrompts } from './input/prompts.js';
import type { Sink } from './output/files/sink.js';
import { createOutput, type Output } from './output/output.js';
import { createTalk } from './output/talk.js';
import { readSettings, type Settings } from './settings/config-settings.js';
import type { SettingSource } from './settings/setting-source.js';

/** What a command works with. Nothing is loaded, read or connected before it is asked for. */
export interface Context extends SettingSource {
  readonly globals: Globals;
  /** stdout, or the file of --out: data. */
  readonly output: Output;
  /** From now on, these are the settings (the wizard and quickstart write the config file on the way). */
  useSettings(settings: Settings): void;
  /** The database as it is, schema or not; connected once. */
  database(use?: ConnectionUse): Promise<Database>;
  /** Whether a database was asked for; it may turn out that there is none. */
  isConnected(): boolean;
  /** Whether a change was committed in the database, or may have been. */
  hasCommitted(): boolean;
  /** The product on a database whose schema is installed and current. */
  core(): Promise<Core>;
  /** From now on, work with this database (the wizard finds out which). */
  useDatabase(settings: ConnectionSettings, schema: string, use?: ConnectionUse): Promise<Database>;
  close(): Promise<void>;
  /** Aborted when the command is interrupted: for what has more to end than connections to the database. */
  readonly interrupted: AbortSignal;
  /** From now on, this is the hint of an interruption; nothing for the usual one. */
  sayWhenInterrupted(hint: string | undefined): void;
  readonly interruptionHint: string | undefined;
  /** From now on signals do not end the command: it sees to them itself. */
  takeSignals(): void;
  /**
   * The product for cleaning up after an interruption: on a connection of its own, which the interruption does not cut,
   * and which ends with the work. Asks nothing.
   */
  cleaningUp<T>(work: (core: Core) => Promise<T>): Promise<T>;
  /** Gives up what is under way: its connections are cut, and the database rolls it back. */
  abandon(): Promise<void>;
  /** Prints the help of the command that these words name, as `--help` does. */
  showHelp(words: readonly string[]): Promise<void>;
}

/** What a context gets from who runs the command. */
export interface Surroundings extends Pick<Context, 'takeSignals' | 'showHelp'> {
  sink: Sink;
}

export function createContext(
  globals: Globals,
  world: World,
  { takeSignals = () => {}, showHelp = async () => {}, sink }: Partial<Surroundings> = {},
): Context {
  const talk = createTalk(globals, world);
  const prompts = createPrompts(globals, world, () => interruptionHint);
  let settings: Promise<Settings> | undefined;
  let database: Promise<Database> | undefined;
  let core: Promise<Core> | undefined;
  let commits: Database['commits'] | undefined;
  let ended = false;
  let interruptionHint: string | undefined;
  const interruption = new AbortController();

  /** An interrupted command goes on until it notices; it must not open anything any more. */
  const assertNotEnded = () => {
    if (ended) throw new Problem('interrupted', 'interrupted', 'Interrupted.');
  };
  const watched = async (opening: Promise<Database>) => {
    const opened = await opening;
    commits = opened.commits;
    return opened;
  };
  const close = async (how: { abandon: boolean }) => {
    const opening = database;
    [database, core] = [undefined, undefined];
    const open = await opening?.catch(() => undefined);
    await open?.close(how);
  };

  const context: Context = {
    world,
    globals,
    output: createOutput(globals, world, sink),
    talk,
    prompts,
    settings: () => {
      settings ??= readSettings(globals, world);
      return settings;
    },
    useSettings: (chosen) => {
      settings = Promise.resolve(chosen);
    },
    database: async (use) => {
      assertNotEnded();
      database ??= watched(connectAsConfigured(context, use));
      return database;
    },
    isConnected: () => database !== undefined && !ended,
    hasCommitted: () => commits?.any === true,
    core: async () => {
      assertNotEnded();
      core ??= context.database().then((open) => openCore(context, open));
      return core;
    },
    cleaningUp: async (work) => {
      const quiet = { ...context, prompts: { ...prompts, available: false } };
      const own = await connectAsConfigured(quiet);
      try {
        return await work(await openCore(quiet, own));
      } finally {
        await own.close({ abandon: false });
      }
    },
    useDatabase: async (chosen, schema, use = {}) => {
      const { timeoutMs } = await context.settings();
      await close({ abandon: false });
      const { openDatabase } = await import('../database/open.js');
      assertNotEnded();
      const opening = openDatabase(chosen, {
        schema,
        jitter: () => jitter(world),
        use: { timeoutMs, ...use },
      });
      database = watched(opening);
      return database;
    },
    close: () => {
      ended = true;
      return close({ abandon: false });
    },
    interrupted: interruption.signal,
    sayWhenInterrupted: (hint) => {
      interruptionHint = hint;
    },
    get interruptionHint() {
      return interruptionHint;
    },
    takeSignals,
    showHelp,
    abandon: () => {
      ended = true;
      interruption.abort();
      return close({ abandon: true });
    },
  };
  return context;
}

async function connectAsConfigured(context: SettingSource, use: ConnectionUse = {}): Promise<Database> {
  const { resolveConnection } = await import('./settings/connection.js');
  const [{ schema, timeoutMs }, connection] = [await context.settings(), await resolveConnection(context)];
  const { openDatabase } = await import('../database/open.js');
  return openDatabase(connection, {
    schema,
    jitter: () => jitter(context.world),
    use: { timeoutMs, ...use },
  });
}

async function openCore(context: SettingSource, database: Database): Promise<Core> {
  const { schemaStatus } = await import('../database/migrator/migrate.js');
  const { assertCurrent } = await import('../database/migrator/plan.js');
  assertCurrent(await schemaStatus(database));
  const { readTokenKeys } = await import('./settings/token-keys.js');
  const { world } = context;
  const { clock, random } = world;
  const tokenKeys = await readTokenKeys(context);
  // Asked for when it is needed: on Windows, another program has to be asked.
  return {
    database,
    clock,
    random,
    get actor() {
      return world.actor;
    },
    tokenKeys,
  };
}

const jitter = (world: World) => (world.random(1)[0] ?? 0) / 256;
