import { configurationProblem, type Problem } from '../../problem.js';

/** Somebody has the database and cannot be reached or must not be disturbed. */
export const databaseInUse = (holder: string, lockFile: string) =>
  configurationProblem('database-in-use', `The embedded database is in use: ${holder}.`, {
    hint: `Wait until this process has finished, or end it. If you are sure that it no longer runs, delete ${lockFile}.`,
  });

export const databaseClosed = () =>
  configurationProblem('database-closed', 'The embedded database was closed while it was still in use.');

export const directoryUnusable = (directory: string, why: string, hint: string, cause?: unknown) =>
  configurationProblem(
    'embedded-directory-unusable',
    `The directory ${directory} cannot be used for the embedded database: ${why}.`,
    { hint, cause },
  );

export const databaseDamaged = (directory: string, why: string, cause?: unknown) =>
  configurationProblem(
    'embedded-database-damaged',
    `The embedded database in ${directory} does not start: ${why}.`,
    { hint: 'Restore a copy of the directory, or choose another directory for a new database.', cause },
  );

const OTHER_DIRECTORY = 'Choose another directory, or make this directory writable for your account.';

const NOT_A_DIRECTORY: [why: string, hint: string] = ['it is not a directory', 'Choose another directory.'];

export const notADirectory = (directory: string) => directoryUnusable(directory, ...NOT_A_DIRECTORY);

const WHY: Record<string, [why: string, hint: string]> = {
  EACCES: ['it is not writable', OTHER_DIRECTORY],
  EPERM: ['it is not writable', OTHER_DIRECTORY],
  EROFS: ['its file system is read-only', OTHER_DIRECTORY],
  ENOSPC: [
    'the disk is full',
    'Free some disk space (a new database needs 40 MB), then run the command again.',
  ],
  EDQUOT: [
    'the disk quota is used up',
    'Free some disk space (a new database needs 40 MB), then run the command again.',
  ],
  ENOTDIR: NOT_A_DIRECTORY,
  EEXIST: NOT_A_DIRECTORY,
  ENAMETOOLONG: ['its name is too long', 'Choose another directory.'],
};

/** What a failed file operation in the directory means; errors of any other kind as they are. */
export function directoryProblem(directory: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !('syscall' in (error as object))) return error;
  const [why, hint] = WHY[code] ?? [message, 'Choose another directory.'];
  return directoryUnusable(directory, why, hint, error) satisfies Problem;
}
