import { type FileHandle, open, unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { operationProblem } from '../../../problem.js';
import type { World } from '../../../world.js';

/** A file made for one secret: nobody else could have opened it before us. */
export interface TokenFile {
  write: (token: string) => Promise<void>;
  /** Takes the file away again. */
  discard: () => Promise<void>;
}

/**
 * Creates the file exclusively and for its owner only, before anything else happens.
 * @throws Problem `token-file-exists` or `token-file-unwritable`.
 */
export async function createTokenFile(name: string, world: World): Promise<TokenFile> {
  const path = resolve(world.cwd, name);
  const handle = await createPrivate(path);
  if (world.platform === 'win32') await restrictToOwner(path, world);
  return {
    write: async (token) => {
      try {
        await handle.writeFile(`${token}\n`);
        await handle.sync();
        await handle.close();
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    discard: async () => {
      await handle.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
    },
  };
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

/** Windows has no modes: everything inherited is taken off the file's ACL and its owner alone put on it. */
async function restrictToOwner(path: string, world: World): Promise<void> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const user = world.env.USERDOMAIN
    ? `${world.env.USERDOMAIN}\\${world.env.USERNAME}`
    : `${world.env.USERNAME}`;
  try {
    await promisify(execFile)('icacls', [path, '/inheritance:r', '/grant:r', `${user}:F`]);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw unwritable(path, error);
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
