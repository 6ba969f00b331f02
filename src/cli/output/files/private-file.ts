import { open, unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '../../../problem.js';
import type { World } from '../../../world.js';
import { beginReplacement, type Replacement } from './replacement.js';
import { assertWindowsName } from './windows-name.js';

/** A new file for one secret. No other process could open it before the secret was written. */
export interface PrivateFile {
  path: string;
  write: (text: string) => Promise<void>;
  /** Takes the file away again. */
  discard: () => Promise<void>;
}

/** What to say where the file cannot be made; which secret it is for decides. */
export interface PrivateFileProblems {
  exists: (path: string, cause: unknown) => Problem;
  /** @param code of the system: `ENOENT`. */
  unwritable: (path: string, code: string, cause: unknown) => Problem;
}

/**
 * Creates the file exclusively and for its owner only, before anything else happens. On Windows, what is created first
 * is empty and only keeps the name: the file with the secret takes its place.
 * @throws Problem one of `problems`.
 */
export async function createPrivateFile(
  name: string,
  world: World,
  problems: PrivateFileProblems,
): Promise<PrivateFile> {
  const path = resolve(world.cwd, name);
  const unwritable = (error: unknown) =>
    problems.unwritable(path, (error as NodeJS.ErrnoException).code ?? 'error', error);
  const { handle, finish, discard } = await begin(path, world).catch((error) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? problems.exists(path, error)
      : unwritable(error);
  });
  return {
    path,
    write: async (text) => {
      try {
        await handle.writeFile(text);
        await finish();
      } catch (error) {
        throw unwritable(error);
      }
    },
    discard: async () => {
      await discard();
      await unlink(path).catch(() => undefined);
    },
  };
}

async function begin(path: string, world: World): Promise<Replacement> {
  assertWindowsName(path, world);
  const handle = await open(path, 'wx', 0o600);
  if (world.platform !== 'win32') {
    const finish = async () => {
      await handle.sync();
      await handle.close();
    };
    return { handle, finish, discard: () => handle.close().catch(() => undefined) };
  }
  try {
    await handle.close();
    return await beginReplacement(path, { isPrivate: true }, world);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}
