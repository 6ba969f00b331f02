import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configurationProblem, Problem } from '../../../problem.js';
import type { World } from '../../../world.js';
import { isUnfinished } from '../../output/files/replacement.js';
import { renderConfig, writeConfigFile } from '../../settings/config-file.js';
import type { ConfigFile } from '../../settings/config-settings.js';

const CONFIG = 'scimctl.json';

/** Relative to the config file, so that the directory can be moved. */
const CONTENT: ConfigFile = { database: 'embedded:database' };

export interface QuickstartDirectory {
  /** Absolute paths. */
  directory: string;
  config: string;
  isNew: boolean;
}

/**
 * Looks at the directory that quickstart is to use, and changes nothing. The config file in it, which is
 * written first of all, tells that it is ours.
 * @throws Problem `quickstart-directory-taken`, `quickstart-directory-unusable`.
 */
export async function inspectDirectory(directory: string): Promise<QuickstartDirectory> {
  const config = join(directory, CONFIG);
  try {
    const entries = await readdir(directory);
    if (entries.every((name) => isUnfinished(name, CONFIG))) return { directory, config, isNew: true };
    const isOurs = entries.includes(CONFIG) && (await readFile(config, 'utf8')) === renderConfig(CONTENT);
    if (isOurs) return { directory, config, isNew: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { directory, config, isNew: true };
    throw unusable(directory, error);
  }
  throw configurationProblem(
    'quickstart-directory-taken',
    `The directory ${directory} contains other files. Nothing in it was changed.`,
    { hint: 'Name an empty or new directory with --dir.' },
  );
}

/** Makes the directory and its config file. @throws Problem `quickstart-directory-unusable`. */
export async function claimDirectory({ directory, config, isNew }: QuickstartDirectory, world: World) {
  if (!isNew) return;
  try {
    await writeConfigFile(config, CONTENT, world);
  } catch (error) {
    throw error instanceof Problem ? unusable(directory, error.cause) : error;
  }
}

const WHY: Record<string, string> = {
  EACCES: 'you may not read or write it',
  EPERM: 'you may not read or write it',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'it is, or is below, something that is not a directory',
  EEXIST: 'it is, or is below, something that is not a directory',
  ENOENT: 'it cannot be created there',
  ENAMETOOLONG: 'its name is too long',
};

function unusable(directory: string, cause: unknown) {
  const { code = 'error' } = cause as NodeJS.ErrnoException;
  return configurationProblem(
    'quickstart-directory-unusable',
    `The directory ${directory} cannot be used: ${WHY[code] ?? code}.`,
    { hint: 'Name another directory with --dir.', cause },
  );
}
