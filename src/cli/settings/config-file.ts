import { mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { configurationProblem } from '../../problem.js';
import type { World } from '../../world.js';
import type { ConfigFile } from './config-settings.js';

/** A config file as text. */
export const renderConfig = (config: ConfigFile): string => `${JSON.stringify(config, null, 2)}\n`;

/** Whether a name is that of a config file that was being written when the process ended. */
export const isUnfinishedConfig = (name: string, config: string): boolean =>
  name.startsWith(`${config}.`) && name.endsWith('.tmp');

/**
 * Writes the config file, whole or not at all, for its owner only, and makes its directory.
 * @throws Problem `config-unwritable`.
 */
export async function writeConfigFile(path: string, config: ConfigFile, world: World): Promise<void> {
  let unfinished: string | undefined;
  try {
    await makeDirectory(dirname(path));
    // Where it is a link, what it leads to is replaced, not the link.
    const target = await realpath(path).catch(() => path);
    unfinished = `${target}.${Buffer.from(world.random(6)).toString('hex')}.tmp`;
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(renderConfig(config));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, target);
  } catch (error) {
    if (unfinished !== undefined) await unlink(unfinished).catch(() => undefined);
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
