import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
/** Starts PostgreSQL for a test run, or with options for one test, in the care of a process of its own (see keeper.ts). */
export async function keepPostgres(options = {}) {
    // Detached: an interrupt typed at the terminal ends the tests first, and the server only after them.
    const keeper = fork(fileURLToPath(new URL('./keeper.js', import.meta.url)), [JSON.stringify(options)], {
        detached: true,
        env: keeperEnvironment(),
    });
    const ended = new Promise((resolve) => keeper.once('exit', () => resolve()));
    const answer = await new Promise((resolve) => {
        keeper.once('message', resolve);
        keeper.once('exit', () => resolve({ error: 'the process that starts PostgreSQL ended without an answer' }));
    });
    if (!answer.url)
        throw new Error(answer.error);
    return {
        url: answer.url,
        async stop() {
            if (keeper.connected)
                keeper.disconnect();
            await ended;
        },
        halt: (how) => ordered(keeper, { halt: how }),
        resume: () => ordered(keeper, {}),
    };
}
async function ordered(keeper, order) {
    const answered = once(keeper, 'message');
    keeper.send(order);
    const [{ error }] = (await answered);
    if (error !== undefined)
        throw new Error(error);
}
/** Settings of the person's own PostgreSQL must not reach the programs of this one. */
function keeperEnvironment() {
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PG[A-Z]+$/.test(name)));
}
