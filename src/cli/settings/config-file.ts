import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { configurationProblem } from '../../problem.js';
import type { World } from '../../world.js';
import { beginReplacement, type Replacement } from '../output/files/replacement.js';
import type { ConfigFile } from './config-settings.js';

/** A config file as text. */
export const renderConfig = (config: ConfigFile): string => `${JSON.stringify(config, null, 2)}\n`;

/**
 * Writes the config file, whole or not at all, and makes its directory. A new one is for its owner only; one that is
 * replaced keeps its owner and its access rights, among them those that a service has been given.
 * @throws Problem `config-unwritable`.
 */
export async function writeConfigFile(path: string, config: ConfigFile, world: World): Promise<void> {
  let file: Replacement | undefined;
  try {
    await makeDirectory(dirname(path));
    // Where it is a link, what it leads to is replaced, not the link.
    const target = await realpath(path).catch(() => path);
    file = await beginReplacement(target, { isPrivate: true }, world);
    await file.handle.writeFile(renderConfig(config));
    await file.finish({ path: target, strictly: true });
  } catch (error) {
    await file?.discard();
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw configurationProblem('config-unwritable', `The config file ${path} cannot be written (${code}).`, {
      hint: 'Name a file in a directory that you can write to, on a disk with free space.',
      cause: error,
    });
  }
}

/** With all above it, for its owner only. Not Node's `recursive`, which goes round for ever in /proc. */
async function makeDirectory(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await make().catch(unlessThere);
  }
}

/** Somebody else was quicker. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
