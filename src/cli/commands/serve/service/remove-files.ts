import { rm, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { operationProblem } from '../../../../problem.js';

/**
 * Removes files and directories.
 * @param administrator who may do it: `root`.
 * @throws Problem `service-files-unremovable`.
 */
export async function removeFiles(paths: readonly string[], administrator: string): Promise<void> {
  try {
    for (const path of paths) await rm(path, { recursive: true, force: true });
  } catch (cause) {
    const { code, path = '' } = cause as NodeJS.ErrnoException;
    throw operationProblem('service-files-unremovable', `${path} cannot be removed (${code}).`, {
      hint: `Run the command as ${administrator}. If you run it again, it removes what is left.`,
      cause,
    });
  }
}

/** Removes the directories that such files were in, if nothing else is there. */
export async function removeEmptyHomes(paths: readonly string[]): Promise<void> {
  const homes = [...new Set(paths.map((path) => dirname(path)))];
  // Those within others first.
  for (const home of homes.toSorted((a, b) => b.length - a.length)) await rmdir(home).catch(() => undefined);
}

/** Those of the paths where something is. */
export async function thatExist(paths: Iterable<string>): Promise<string[]> {
  const there: string[] = [];
  for (const path of paths) if (await stat(path).catch(() => undefined)) there.push(path);
  return there;
}
