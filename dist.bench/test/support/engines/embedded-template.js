import { constants } from 'node:fs';
import { access, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../../src/database/open.js';
/** Longest time to wait for another test process that makes the template. */
const patienceMs = 120_000;
/**
 * Puts an empty database into a directory. PGlite takes seconds to make one, so the first test process that
 * needs one makes it for the whole run, and the rest is copying.
 */
export async function copyTemplate(runDirectory, directory) {
    const template = join(runDirectory, 'embedded-template');
    await makeOnce(template, async () => {
        const options = { schema: 'scim', jitter: () => 0 };
        await (await openDatabase({ engine: 'embedded', directory: template }, options)).close();
    });
    // Without the lock file that lies beside the data.
    await cp(join(template, 'data'), join(directory, 'data'), {
        recursive: true,
        mode: constants.COPYFILE_FICLONE,
    });
}
/** Runs `make` in one process; the others wait until it is done. A directory is made by one process alone. */
async function makeOnce(template, make) {
    const [lock, ready] = [`${template}.lock`, `${template}.ready`];
    const until = Date.now() + patienceMs;
    while (!(await exists(ready))) {
        if (Date.now() > until)
            throw new Error('the template of the embedded database is not getting ready');
        const mine = await mkdir(lock).then(() => true, () => false);
        if (!mine) {
            await delay(100);
            continue;
        }
        try {
            await make();
            await writeFile(ready, '');
        }
        catch (error) {
            await rm(lock, { recursive: true });
            throw error;
        }
    }
}
const exists = (path) => access(path).then(() => true, () => false);
