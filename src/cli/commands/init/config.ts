import { isDeepStrictEqual } from 'node:util';
import { composeSetting } from '../../../database/settings/compose.js';
import { type ParseOptions, parseConnectionSetting } from '../../../database/settings/parse.js';
import type { ConnectionSettings } from '../../../database/settings/settings.js';
import { storableSetting } from '../../../database/settings/storable.js';
import { readTextFile } from '../../../files/text-file.js';
import { Problem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { writeConfigFile } from '../../settings/config-file.js';
import { type ConfigFile, configPath } from '../../settings/config-settings.js';
import type { InitAnswers } from './answers.js';
import type { Connected } from './connection/connector.js';
import type { InitFlags } from './flags.js';

export interface ConfigPlan {
  path: string;
  /** Nothing where the file holds all of this already, or is to be left as it is. */
  content?: ConfigFile;
  /** The setting that leads to the database, without its password. */
  database: string;
  /** Whether the file will hold it. */
  holdsDatabase: boolean;
  /** Later commands will have to be told the password, which is not written. */
  lacksPassword: boolean;
}

/** Works out what the config file is to hold, and asks before another database is put into it. */
export async function askConfig(
  connected: Connected,
  flags: InitFlags,
  answers: InitAnswers,
  context: Context,
): Promise<ConfigPlan> {
  const { connection, text, baseDirectory, isCorrected } = connected;
  const { world, globals } = context;
  const path = configPath(globals, world);
  const { databaseFrom, databasePasswordFile, schema } = await context.settings();
  if (databaseFrom === 'config file' && !isCorrected) {
    return { path, database: text, holdsDatabase: true, lacksPassword: false };
  }
  const options = { ...world, cwd: baseDirectory };
  const before = await currentContent(path);
  const database = await stored(text, connection, options, answers);
  const { settings: kept } = await parseConnectionSetting(database, options);
  const isKnown =
    databasePasswordFile ?? world.env.SCIMCTL_DATABASE_PASSWORD ?? world.env.SCIMCTL_DATABASE_PASSWORD_FILE;
  const lacksPassword = isKnown === undefined && hasPassword(connection) && !hasPassword(kept);
  const content: ConfigFile = { ...before, database, ...(schema !== 'scim' && { schema }) };
  if (isDeepStrictEqual(before, content)) return { path, database, holdsDatabase: true, lacksPassword };
  const overwrite =
    before?.database === undefined ||
    (await answers.yesNo({
      what: `whether to write another database to ${path}`,
      flag: '--force',
      given: flags.force || globals.yes || undefined,
      ask: { label: 'Config file', question: `${path} names another database. Overwrite it?` },
      initial: false,
    }));
  return {
    path,
    ...(overwrite && { content }),
    database,
    holdsDatabase: overwrite === true,
    lacksPassword,
  };
}

/** The setting as it was given; where that cannot be kept, one of ours that leads to the same place. */
async function stored(
  text: string,
  connection: ConnectionSettings,
  options: ParseOptions,
  { interactive }: InitAnswers,
): Promise<string> {
  try {
    return await storableSetting(text, options);
  } catch (error) {
    if (!interactive || !(error instanceof Problem)) throw error;
    return composeSetting(connection);
  }
}

export async function applyConfig({ talk, world }: Context, plan: ConfigPlan): Promise<void> {
  if (plan.content) await writeConfigFile(plan.path, plan.content, world);
  talk.done(`Config file: ${plan.content ? 'written to' : 'unchanged,'} ${plan.path}.`);
  if (!plan.lacksPassword) return;
  talk.warn(
    'The database password is not in the config file. For later commands, set SCIMCTL_DATABASE_PASSWORD, or databasePasswordFile in the config file.',
  );
}

const hasPassword = (settings: ConnectionSettings) =>
  'password' in settings && settings.password !== undefined;

/** The settings have been read from it before, so it is sound. */
async function currentContent(path: string): Promise<ConfigFile | undefined> {
  const text = await readTextFile(path).catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
