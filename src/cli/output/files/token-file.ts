import { type FileHandle, open, unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { operationProblem } from '../../../problem.js';
import type { World } from '../../../world.js';
import { beginReplacement, type Replacement } from './replacement.js';

/** A file made for one secret: nobody else could have opened it before us. */
export interface TokenFile {
  write: (token: string) => Promise<void>;
  /** Takes the file away again. */
  discard: () => Promise<void>;
}

/**
 * Creates the file exclusively and for its owner only, before anything else happens. On Windows, what is created first
 * is empty and only keeps the name: the file with the secret takes its place.
 * @throws Problem `token-file-exists` or `token-file-unwritable`.
 */
export async function createTokenFile(name: string, world: World): Promise<TokenFile> {
  const path = resolve(world.cwd, name);
  const { handle, finish, discard } = await begin(path, world);
  return {
    write: async (token) => {
      try {
        await handle.writeFile(`${token}\n`);
        await finish();
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    discard: async () => {
      await discard();
      await unlink(path).catch(() => undefined);
    },
  };
}

async function begin(path: string, world: World): Promise<Replacement> {
  const handle = await createPrivate(path);
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
    throw unwritable(path, error);
  }
}

async function createPrivate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(path, error);
    throw operationProblem('token-file-exists', `The file ${path} already exists and was not changed.`, {
      hint: 'Name a file that does not exist.',
      cause: error,
    });
  }
}

const unwritable = (path: string, cause: unknown) =>
  operationProblem(
    'token-file-unwritable',
    `The token file ${path} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'error'}).`,
    {
      hint: 'No token was created. Name a file in a directory that you can write to, on a disk with free space.',
      cause,
    },
  );
