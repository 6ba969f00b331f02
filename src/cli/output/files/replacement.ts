import { chmod, chown, type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { renameOver } from '../../../files/rename-over.js';
import type { World } from '../../../world.js';
import { assertWindowsName } from './windows-name.js';
import { insideOf, privatePlace, restrictToUser, takeRights } from './windows-rights.js';

/** A file that replaces another, or is new, once it is complete. */
export interface Replacement {
  handle: FileHandle;
  /**
   * Writes everything to the disk and moves the file to its place.
   * @param like a file whose owner, mode and access rights it gets before others see it.
   */
  finish: (like?: Like) => Promise<void>;
  /** Removes the temporary file; an existing target stays as it is. */
  discard: () => Promise<void>;
}

/** A file that another is to be like, if it exists. */
export interface Like {
  path: string;
  /** Whether to fail where the owner cannot be kept, which only a privileged user may do. */
  strictly: boolean;
}

/** Whether a name is that of a temporary file, left by a process that ended before it was complete. */
export const isUnfinished = (name: string, of: string): boolean =>
  name.startsWith(`${of}.`) && name.endsWith('.tmp');

/**
 * Creates a new file in the directory of `target`. It fails if the name is taken, so no other process has it open.
 * @param isPrivate whether only this user can read the file, from the moment it exists.
 */
export async function beginReplacement(
  target: string,
  { isPrivate }: { isPrivate: boolean },
  world: World,
): Promise<Replacement> {
  assertWindowsName(target, world);
  const place = isPrivate && world.platform === 'win32' ? await privatePlace(target, world) : undefined;
  const unfinished = place
    ? insideOf(place, target)
    : `${target}.${Buffer.from(world.random(6)).toString('hex')}.tmp`;
  let handle: FileHandle | undefined;
  const discard = async () => {
    await handle?.close().catch(() => undefined);
    await unlink(unfinished).catch(() => undefined);
    await place?.remove();
  };
  try {
    handle = await open(unfinished, 'wx', isPrivate ? 0o600 : 0o666);
    if (place) await restrictToUser(unfinished, world);
  } catch (error) {
    await discard();
    throw error;
  }
  const file = handle;
  const finish: Replacement['finish'] = async (like) => {
    await file.sync();
    await file.close();
    if (like !== undefined) await makeLike(like, unfinished, world);
    await renameOver(unfinished, target, world.platform);
    await place?.remove();
  };
  return { handle: file, finish, discard };
}

async function makeLike({ path, strictly }: Like, unfinished: string, world: World): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (!there) return;
  if (world.platform === 'win32') return takeRights(path, unfinished, world);
  await chown(unfinished, there.uid, there.gid).catch((error) => {
    if (strictly) throw error;
  });
  await chmod(unfinished, there.mode & 0o7777);
}
