import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import type { World } from '../../../world.js';

/** A file that replaces another, or is new, once it is complete. */
export interface Replacement {
  handle: FileHandle;
  /**
   * Writes everything to the disk and moves the file to its place.
   * @param beforehand what to do with the temporary file before others see it.
   */
  finish: (beforehand?: (unfinished: string) => Promise<void>) => Promise<void>;
  /** Removes the temporary file; an existing target stays as it is. */
  discard: () => Promise<void>;
}

/** Whether a name is that of a temporary file, left by a process that ended before it was complete. */
export const isUnfinished = (name: string, of: string): boolean =>
  name.startsWith(`${of}.`) && name.endsWith('.tmp');

/** Creates a new file in the directory of `target`. It fails if the name is taken, so no other process has it open. */
export async function beginReplacement(target: string, mode: number, world: World): Promise<Replacement> {
  const unfinished = `${target}.${Buffer.from(world.random(6)).toString('hex')}.tmp`;
  const handle = await open(unfinished, 'wx', mode);
  const discard = async () => {
    await handle.close().catch(() => undefined);
    await unlink(unfinished).catch(() => undefined);
  };
  const finish: Replacement['finish'] = async (beforehand) => {
    await handle.sync();
    await handle.close();
    await beforehand?.(unfinished);
    await rename(unfinished, target);
  };
  return { handle, finish, discard };
}
