import { configurationProblem } from '../../problem.js';
/** Somebody has the database and cannot be reached or must not be disturbed. */
export const databaseInUse = (holder, lockFile) => configurationProblem('database-in-use', `The embedded database is in use: ${holder}.`, {
    hint: `Wait until it is done or end it. If you are sure that it no longer runs, delete ${lockFile}.`,
});
export const databaseClosed = () => configurationProblem('database-closed', 'The embedded database was closed while it was still needed.');
export const directoryUnusable = (directory, why, hint, cause) => configurationProblem('embedded-directory-unusable', `The directory ${directory} cannot hold the embedded database: ${why}.`, { hint, cause });
export const databaseDamaged = (directory, why, cause) => configurationProblem('embedded-database-damaged', `The embedded database in ${directory} does not start: ${why}.`, { hint: 'Put back a copy of the directory, or choose another one for a new database.', cause });
const OTHER_DIRECTORY = 'Choose another directory, or make this one writable for you.';
const WHY = {
    EACCES: ['it is not writable', OTHER_DIRECTORY],
    EPERM: ['it is not writable', OTHER_DIRECTORY],
    EROFS: ['its file system is read-only', OTHER_DIRECTORY],
    ENOSPC: ['the disk is full', 'Free some space (a new database takes 40 MB) and try again.'],
    EDQUOT: ['the disk quota is used up', 'Free some space (a new database takes 40 MB) and try again.'],
    ENOTDIR: ['it is not a directory', 'Choose another directory.'],
    EEXIST: ['it is not a directory', 'Choose another directory.'],
    ENAMETOOLONG: ['its name is too long', 'Choose another directory.'],
};
/** What a failed file operation in the directory means; errors of any other kind as they are. */
export function directoryProblem(directory, error) {
    const { code, message } = error;
    if (typeof code !== 'string' || !('syscall' in error))
        return error;
    const [why, hint] = WHY[code] ?? [message, 'Choose another directory.'];
    return directoryUnusable(directory, why, hint, error);
}
