import { dirname, resolve } from 'node:path';
import { parseConnectionSetting } from '../../../../database/settings/parse.js';
import { fileAndName, followReferences } from '../../../../database/settings/sources/references.js';
import type { NeededFile } from '../../../../installation/service/plan.js';
import { configurationProblem, Problem } from '../../../../problem.js';
import type { Settings } from '../../../settings/config-settings.js';
import { SERVE_SETTINGS, type ServeSettings } from '../declared.js';

/** The files that options of `serve` name, wherever they were given. */
export const filesOfServe = (settings: Partial<ServeSettings>): NeededFile[] =>
  SERVE_SETTINGS.flatMap(({ name, env: variable, flags, isPath }) => {
    const path = settings[name];
    if (!isPath || typeof path !== 'string') return [];
    return [{ id: flags.replace(/^--| .*$/g, ''), path, variable }];
  });

/** The files that the config file names for every command: the connection setting, the password, the keys. */
export function filesOfConfig(settings: Settings): NeededFile[] {
  const { databasePasswordFile, tokenKeysFile, database, baseDirectory } = settings;
  const named = (id: string, file: string | undefined, variable: string): NeededFile[] =>
    file ? [{ id, path: resolve(baseDirectory, file), variable }] : [];
  return [
    ...fileOfSetting(database, baseDirectory),
    ...named('database-password', databasePasswordFile, 'SCIMCTL_DATABASE_PASSWORD_FILE'),
    ...named('token-keys', tokenKeysFile, 'SCIMCTL_TOKEN_KEYS_FILE'),
  ];
}

/** Of `@FILE` and `@FILE#NAME`. */
function fileOfSetting(database: string | undefined, directory: string): NeededFile[] {
  const [, reference] = /^\s*@([^\n]+?)\s*$/.exec(database ?? '') ?? [];
  if (reference === undefined) return [];
  const { file, name } = fileAndName(reference, directory);
  return [
    {
      id: 'database',
      path: resolve(directory, file),
      variable: 'SCIMCTL_DATABASE',
      before: '@',
      after: name === undefined ? '' : `#${name}`,
    },
  ];
}

/**
 * A setting that works in the shell of an administrator and not in a service is refused now, and not at the first start.
 * @returns files of other users' making that the service must be able to read itself.
 * @throws Problem `database-not-set`, `service-database-unsuitable`, and those of the connection setting.
 */
export async function assertSuitable({
  database,
  baseDirectory,
  configFile = '',
}: Settings): Promise<string[]> {
  if (!database) {
    throw configurationProblem('database-not-set', `The config file ${configFile} names no database.`, {
      hint: 'Add the field "database" to it. The service does not see the environment variables of your shell.',
    });
  }
  const unsuitable = (why: string, hint: string) =>
    configurationProblem('service-database-unsuitable', `The database in ${configFile} ${why}.`, { hint });
  if (/^\s*env:/.test(database)) {
    throw unsuitable(
      'is an environment variable, which the service does not have',
      'Write the setting into a file that only administrators can read, and name it with "database": "@FILE".',
    );
  }
  const found = await followReferences(database, baseDirectory, {}, configFile);
  const parsedIn = async (directory: string) =>
    (await parseConnectionSetting(found.text, { cwd: directory, env: {}, homeDirectory: '/' })).settings;
  const settings = await parsedIn(found.directory);
  if (!('tls' in settings)) {
    throw unsuitable(
      'is an embedded database, which is for evaluation and not for a service',
      'Name a database on PostgreSQL or SQL Server in the config file.',
    );
  }
  // The files are read at another place, where relative paths lead nowhere.
  const elsewhere = await parsedIn(resolve(dirname(found.directory), 'elsewhere')).catch(unlessRefused);
  if (JSON.stringify(settings) !== JSON.stringify(elsewhere)) {
    throw unsuitable(
      'has a relative path in it, such as sslrootcert=ca.pem',
      'Write the whole path: the service reads the setting at another place.',
    );
  }
  const { caFile, certFile, keyFile } = settings.tls;
  return [caFile, certFile, keyFile].filter((file) => file !== undefined);
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}
