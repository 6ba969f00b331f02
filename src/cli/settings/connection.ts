import { resolve } from 'node:path';
import { parseConnectionSetting } from '../../database/settings/parse.js';
import type { ConnectionSettings } from '../../database/settings/settings.js';
import { exposedWarning, isExposed } from '../../files/exposed-file.js';
import { NotText, readTextFile } from '../../files/text-file.js';
import { configurationProblem } from '../../problem.js';
import type { SettingSource } from './setting-source.js';

export interface SettingOrigin {
  /** What relative paths in the setting are relative to. */
  baseDirectory: string;
  /** The file that it stands in. */
  file?: string;
  /** Given on the command line, where others can read it. */
  isFlag: boolean;
}

/** The connection the user means, its password found: in the setting, a variable, a file, or asked for. */
export async function resolveConnection(context: SettingSource): Promise<ConnectionSettings> {
  const [text, origin] = await configuredSetting(context);
  return parseDatabaseSetting(context, text, origin);
}

/** The engine of the connection the user means; needs no password. */
export async function resolveEngine(context: SettingSource): Promise<ConnectionSettings['engine']> {
  const [text, origin] = await configuredSetting(context);
  return (await parseSetting(context, text, origin)).engine;
}

/** Parses one connection setting and finds its password. */
export async function parseDatabaseSetting(
  context: SettingSource,
  text: string,
  origin: SettingOrigin,
): Promise<ConnectionSettings> {
  const settings = await parseSetting(context, text, origin);
  if (!('user' in settings) || settings.password !== undefined || !settings.user) return settings;
  // A Unix socket's server knows who is asking, mostly; where it does not, it says so.
  if (settings.hosts.every(({ host }) => host.startsWith('/'))) return settings;
  const { prompts } = context;
  const password =
    (await knownPassword(context)) ??
    (prompts.available ? await prompts.password(`Password of ${settings.user}:`) : undefined);
  return password === undefined ? settings : { ...settings, password };
}

async function configuredSetting(context: SettingSource): Promise<[string, SettingOrigin]> {
  const { database, databaseFrom, baseDirectory, configFile } = await context.settings();
  if (database) {
    const file = databaseFrom === 'config file' ? configFile : undefined;
    return [database, { baseDirectory, isFlag: databaseFrom === '--database', file }];
  }
  throw configurationProblem('database-not-set', 'No database is configured.', {
    hint: 'Add --database, set SCIMCTL_DATABASE, or run `scimctl init`. To try scimctl out, run `scimctl quickstart`.',
  });
}

/** Understands a connection setting, and warns of what is doubtful about it. */
export async function parseSetting(
  context: SettingSource,
  text: string,
  origin: SettingOrigin,
): Promise<ConnectionSettings> {
  const { world, talk } = context;
  const { settings, warnings, passwordInText } = await parseConnectionSetting(text, {
    cwd: origin.baseDirectory,
    file: origin.file,
    env: world.env,
    homeDirectory: world.homeDirectory,
    platform: world.platform,
  });
  for (const warning of warnings) talk.warn(warning);
  if (origin.isFlag && passwordInText) {
    talk.warn(
      'The password is on the command line, where other users of this machine can read it. Use @FILE, env:NAME or SCIMCTL_DATABASE_PASSWORD instead.',
    );
  }
  return settings;
}

/**
 * The password of the database that a variable or a file holds.
 * @throws Problem `password-file-unreadable`.
 */
export async function knownPassword(context: SettingSource): Promise<string | undefined> {
  const { world } = context;
  const { env } = world;
  if (env.SCIMCTL_DATABASE_PASSWORD !== undefined) return env.SCIMCTL_DATABASE_PASSWORD;
  const { databasePasswordFile, configFile } = await context.settings();
  const named = env.SCIMCTL_DATABASE_PASSWORD_FILE
    ? resolve(world.cwd, env.SCIMCTL_DATABASE_PASSWORD_FILE)
    : databasePasswordFile && resolve(configFile ?? world.cwd, '..', databasePasswordFile);
  if (named) {
    if (await isExposed(named, world.platform)) context.talk.warn(exposedWarning('password', named));
    try {
      return (await readTextFile(named)).replace(/\r?\n$/, '');
    } catch (error) {
      const why = error instanceof NotText ? `: it is ${error.code}` : '';
      throw configurationProblem(
        'password-file-unreadable',
        `The password file ${named} cannot be read${why}.`,
        {
          hint: 'Check SCIMCTL_DATABASE_PASSWORD_FILE, databasePasswordFile in the config file, and the file permissions.',
          cause: error,
        },
      );
    }
  }
  return undefined;
}
