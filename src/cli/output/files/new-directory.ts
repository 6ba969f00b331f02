import { mkdir, readdir, rmdir, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { operationProblem, type Problem } from '../../../problem.js';
import type { World } from '../../../world.js';
import { beginReplacement, type Replacement } from './replacement.js';

/** A directory of files that belong together: all of them get their names at the end, or none. */
export interface NewDirectory {
  path: string;
  write(name: string, data: string | Uint8Array): Promise<void>;
  /** In the order in which the files were begun. */
  keep(): Promise<void>;
  /** Takes away what was made, and the directory where it is new. */
  discard(): Promise<void>;
}

/**
 * Makes a directory, or takes one that is empty.
 * @throws Problem `directory-not-empty` or `directory-unwritable`.
 */
export async function newDirectory(name: string, world: World): Promise<NewDirectory> {
  const path = resolve(world.cwd, name);
  const attempt = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error) => {
      throw unwritable(path, error);
    });
  const isNew = await attempt(() => made(path));
  if (!isNew && (await attempt(() => readdir(path))).length > 0) throw notEmpty(path);
  const files = new Map<string, Replacement>();
  const kept: string[] = [];
  const begun = async (file: string): Promise<Replacement> => {
    const there = files.get(file) ?? (await beginReplacement(join(path, file), { isPrivate: false }, world));
    files.set(file, there);
    return there;
  };
  return {
    path,
    write: (file, data) => attempt(async () => (await begun(file)).handle.writeFile(data)),
    keep: () =>
      attempt(async () => {
        for (const [file, { finish }] of files) {
          await finish();
          kept.push(join(path, file));
        }
      }),
    discard: async () => {
      for (const { discard } of files.values()) await discard();
      for (const file of kept) await unlink(file).catch(() => undefined);
      if (isNew) await rmdir(path).catch(() => undefined);
    },
  };
}

async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const notEmpty = (path: string): Problem =>
  operationProblem('directory-not-empty', `The directory ${path} is not empty and was not changed.`, {
    hint: 'Name a directory that does not exist or is empty.',
  });

const unwritable = (path: string, cause: unknown): Problem => {
  const { code = 'error' } = cause as NodeJS.ErrnoException;
  return operationProblem('directory-unwritable', `The directory ${path} cannot be written (${code}).`, {
    hint: 'Name a directory that does not exist, in a directory that you can write to, on a disk with free space.',
    cause,
  });
};
