import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configurationProblem, Problem } from '../../../problem.js';
import { isUnfinishedConfig, renderConfig, writeConfigFile } from '../../config-file.js';
const CONFIG = 'scimctl.json';
/** Relative to the config file, so that the directory can be moved. */
const CONTENT = { database: 'embedded:database' };
/**
 * Looks at the directory that quickstart is to use, and changes nothing. The config file in it, which is
 * written first of all, tells that it is ours.
 * @throws Problem `quickstart-directory-taken`, `quickstart-directory-unusable`.
 */
export async function inspectDirectory(directory) {
    const config = join(directory, CONFIG);
    try {
        const entries = await readdir(directory);
        if (entries.every((name) => isUnfinishedConfig(name, CONFIG)))
            return { directory, config, isNew: true };
        const isOurs = entries.includes(CONFIG) && (await readFile(config, 'utf8')) === renderConfig(CONTENT);
        if (isOurs)
            return { directory, config, isNew: false };
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return { directory, config, isNew: true };
        throw unusable(directory, error);
    }
    throw configurationProblem('quickstart-directory-taken', `The directory ${directory} holds something else; it was left as it is.`, { hint: 'Name an empty or a new directory with --dir.' });
}
/** Makes the directory and its config file. @throws Problem `quickstart-directory-unusable`. */
export async function claimDirectory({ directory, config, isNew }, world) {
    if (!isNew)
        return;
    try {
        await writeConfigFile(config, CONTENT, world);
    }
    catch (error) {
        throw error instanceof Problem ? unusable(directory, error.cause) : error;
    }
}
const WHY = {
    EACCES: 'you may not read or write it',
    EPERM: 'you may not read or write it',
    EROFS: 'its file system is read-only',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'it is, or is below, something that is not a directory',
    EEXIST: 'it is, or is below, something that is not a directory',
    ENOENT: 'it cannot be made there',
    ENAMETOOLONG: 'its name is too long',
};
function unusable(directory, cause) {
    const { code = 'error' } = cause;
    return configurationProblem('quickstart-directory-unusable', `The directory ${directory} cannot be used: ${WHY[code] ?? code}.`, { hint: 'Name another directory with --dir.', cause });
}
