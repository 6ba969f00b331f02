import { randomBytes } from 'node:crypto';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { Problem } from '../../src/problem.js';
import { openTestDatabase } from '../support/product.js';
// A process that provisions: `provisioning-child.js URL CONCURRENCY`. It connects, says that it is ready, does the
// tasks it is sent, so many at a time, and says what came of each.
const [url = '', concurrency = ''] = process.argv.slice(2);
const database = await openTestDatabase(url);
const core = { database, clock: () => new Date(), random: randomBytes, actor: `idp:child-${process.pid}` };
async function outcomeOf(task) {
    try {
        if ('create' in task)
            return (await createUser(core, task.idp, task.create)).how;
        await changeUser(core, task.idp, task.enable, (user) => ({ ...user, active: true }));
        return 'enabled';
    }
    catch (error) {
        if (error instanceof Problem)
            return error.code;
        return `failed: ${error instanceof Error ? error.stack : error}`;
    }
}
process.once('message', async (tasks) => {
    let next = 0;
    const work = async () => {
        for (let task = tasks[next++]; task; task = tasks[next++]) {
            process.send?.({ outcome: await outcomeOf(task) });
        }
    };
    await Promise.all(Array.from({ length: Number(concurrency) }, work));
    await database.close();
    process.disconnect();
});
process.send?.({ ready: true });
