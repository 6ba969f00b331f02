import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { operationProblem } from '../../../problem.js';
import type { World } from '../../../world.js';
import { beginReplacement } from './replacement.js';
import type { Sink } from './sink.js';
import { assertWindowsName } from './windows-name.js';

/** A sink that also takes bytes. */
export interface KeptFile extends Sink {
  write(data: string | Uint8Array): Promise<boolean>;
}

/**
 * A file for `--out`. It is written beside the one there may be already and takes its place at the end, as it takes
 * its mode and owner: a command that fails leaves what there was. What is no plain file, such as a device or a
 * pipe, is written to directly.
 * @throws Problem `out-unwritable`.
 */
export async function keptFile(name: string, world: World): Promise<KeptFile> {
  const path = resolve(world.cwd, name);
  const unwritable = (error: unknown) => {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return operationProblem('out-unwritable', `The file ${path} cannot be written (${code}).`, {
      hint: 'Name a file that no other program has open, in a directory that you can write to, on a disk with free space.',
      cause: error,
    });
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unwritable(error);
    }
  };
  const { target, handle, finish, discard } = await attempt(() => begin(path, world));
  // One after the other, whoever waits for them.
  let written: Promise<void> = Promise.resolve();
  return {
    isFile: true,
    isTerminal: false,
    width: Number.POSITIVE_INFINITY,
    write: async (data) => {
      written = written.then(() => handle.writeFile(data));
      written.catch(() => undefined);
      await attempt(() => written);
      return true;
    },
    keep: () =>
      attempt(async () => {
        try {
          await written;
          await finish();
        } catch (error) {
          await discard();
          throw error;
        }
      }).then(() => void target),
    discard: async () => {
      await written.catch(() => undefined);
      await discard();
    },
  };
}

interface Begun {
  target: string;
  handle: FileHandle;
  finish: () => Promise<void>;
  discard: () => Promise<void>;
}

async function begin(path: string, world: World): Promise<Begun> {
  assertWindowsName(path, world);
  // Where it is a link, what it leads to is replaced, not the link.
  const target = await realpath(path).catch(() => path);
  const there = await stat(target).catch(() => undefined);
  if (there?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  if (there && !there.isFile()) {
    const handle = await open(target, 'w');
    const close = () => handle.close();
    return { target, handle, finish: close, discard: close };
  }
  // Only this user can read the new file until it has the permissions of the file that it replaces.
  const { handle, finish, discard } = await beginReplacement(target, { isPrivate: !!there }, world);
  return { target, handle, finish: () => finish({ path: target, strictly: false }), discard };
}
