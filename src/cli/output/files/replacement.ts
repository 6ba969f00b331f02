import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import type { World } from '../../../world.js';

/** A file that is being written and takes the place of another, or of none, when it is whole. */
export interface Replacement {
  handle: FileHandle;
  /**
   * Puts the file in its place, with everything on the disk.
   * @param beforehand what to do with the file, by its name of now, before others see it.
   */
  finish: (beforehand?: (unfinished: string) => Promise<void>) => Promise<void>;
  /** Takes it away again; what was there stays. */
  discard: () => Promise<void>;
}

/** Whether a name is that of a file that was being written for this one when the process ended. */
export const isUnfinished = (name: string, of: string): boolean =>
  name.startsWith(`${of}.`) && name.endsWith('.tmp');

/** Begins a file beside `target`, where nobody else could have opened it before us. */
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
