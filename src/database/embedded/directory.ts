import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { holdsData } from './data-directory.js';
import { isLockEntry } from './lock.js';
import { directoryProblem, directoryUnusable, notADirectory } from './problems.js';

/**
 * Makes sure of a directory that belongs to us alone. PGlite makes files that everybody may read, so it is
 * the directory that protects them: mode 0700. (On Windows it inherits the protection of its parent.)
 * @throws Problem `embedded-directory-unusable`.
 */
export async function prepareDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory);
    const { uid, mode } = await stat(directory);
    if (process.geteuid && uid !== process.geteuid()) {
      throw directoryUnusable(
        directory,
        `it belongs to another user (uid ${uid})`,
        'Run the command as that user, or choose another directory.',
      );
    }
    const entries = await readdir(directory);
    if (entries.length > 0 && !entries.some(isLockEntry) && !(await holdsData(directory))) {
      throw directoryUnusable(
        directory,
        'it contains files that do not belong to an embedded database',
        'Choose an empty directory or a new directory.',
      );
    }
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) await chmod(directory, 0o700);
  } catch (error) {
    throw directoryProblem(directory, error);
  }
}

/**
 * Like `mkdir -p`. Node's own `recursive` never ends where a file system answers ENOENT although the parent
 * is there (/proc), and hides the real reason on a read-only one.
 */
async function makeDirectory(directory: string): Promise<void> {
  const exists = await stat(directory).catch(() => undefined);
  if (exists?.isDirectory()) return;
  // Windows reports a path below a file as missing.
  if (exists) throw notADirectory(directory);
  const parent = dirname(directory);
  if (parent !== directory) await makeDirectory(parent);
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // A rival may have made it meanwhile; a file of that name is found out by whoever uses it next.
    if (error.code !== 'EEXIST') throw error;
  });
}
