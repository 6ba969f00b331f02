import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
/**
 * PostgreSQL refuses to run as root. Started by root (usual in a container), it runs as `postgres` or
 * `nobody` instead: initdb needs a user that the password file knows.
 */
export async function serverUser() {
    if (process.getuid?.() !== 0)
        return undefined;
    const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
    for (const wanted of ['postgres', 'nobody']) {
        const account = accounts.find(([name]) => name === wanted);
        if (account)
            return { uid: Number(account[2]), gid: Number(account[3]) };
    }
    throw new Error('PostgreSQL cannot run as root, and there is neither a user postgres nor nobody');
}
/** Whether every directory on the way to a path, and the path itself, is open to all users. */
export async function isOpenToAll(path) {
    for (let current = resolve(path);; current = dirname(current)) {
        if (((await stat(current)).mode & 0o001) === 0)
            return false;
        if (current === dirname(current))
            return true;
    }
}
/** Where a temporary directory can be made that the given user can reach. */
export async function temporaryRoot(user) {
    return !user || (await isOpenToAll(tmpdir())) ? tmpdir() : '/tmp';
}
