import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
/** What the directory holds besides locks. */
const DATA = 'data';
const INCOMPLETE = 'data.incomplete';
/**
 * Runs `start` on PGlite's own directory. The first start writes a thousand files; a mark beside them says
 * that they are not complete, so that a crash in the middle costs the next start some time and nothing
 * else: nobody has used that database yet. Only the owner of the lock may call this.
 */
export async function withDataDirectory(directory, start) {
    const data = join(directory, DATA);
    const mark = join(directory, INCOMPLETE);
    const remove = () => rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    if (await exists(mark))
        await remove();
    if (await exists(data))
        return start(data);
    await writeFile(mark, 'The database beside this file was never completed and may be deleted.\n');
    try {
        const started = await start(data);
        await rm(mark);
        return started;
    }
    catch (error) {
        // A full disk is not to stay full of half a database.
        await remove()
            .then(() => rm(mark, { force: true }))
            .catch(() => undefined);
        throw error;
    }
}
/** Whether a database was made, or begun, in this directory. */
export async function holdsData(directory) {
    return (await exists(join(directory, INCOMPLETE))) || (await exists(join(directory, DATA, 'PG_VERSION')));
}
const exists = (path) => access(path).then(() => true, () => false);
