import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '../../src/database/embedded/index.js';
import { copyTemplate } from '../support/engines/embedded-template.js';
const CHILD = fileURLToPath(new URL('./embedded-child.js', import.meta.url));
/** A process of its own that uses the database in a directory. It is killed at the end of the test. */
export class EmbeddedProcess {
    #child;
    #open = new Map();
    #exited;
    /** The highest number that `insert for ever` saw committed. */
    acknowledged = 0;
    #lastId = 0;
    constructor(context, directory, options = {}) {
        this.#child = fork(CHILD, [directory, JSON.stringify(options)], {
            execArgv: [],
            // A killed owner leaves its socket behind; it goes with the rest of the test's files.
            env: { ...process.env, TMPDIR: dirname(directory) },
        });
        this.#exited = once(this.#child, 'exit');
        this.#child.on('message', (message) => {
            if ('acknowledged' in message) {
                this.acknowledged = message.acknowledged;
                this.#child.emit('acknowledged');
            }
            else
                this.#open.get(message.id)?.(message);
        });
        context.after(() => this.kill());
    }
    get pid() {
        return this.#child.pid;
    }
    /** Fails, where the child does, with its error's code and message. */
    async order(deed) {
        const id = ++this.#lastId;
        const answered = new Promise((resolve) => this.#open.set(id, resolve));
        this.#child.send({ ...deed, id });
        const { error, result } = await Promise.race([answered, this.#diedAt(id)]);
        this.#open.delete(id);
        if (error)
            throw Object.assign(new Error(error.message), { code: error.code });
        return result;
    }
    open = () => this.order({ do: 'open' });
    query = (sql) => this.order({ do: 'query', sql });
    /** Closes the database and waits until the process has ended by itself. */
    async end() {
        await this.order({ do: 'close' });
        this.#child.disconnect();
        await this.#exited;
        assert.equal(this.#child.exitCode, 0);
    }
    /** Stops the process where it stands, as Ctrl-Z does, or lets it go on. */
    signal(signal) {
        this.#child.kill(signal);
    }
    /** Waits until `insert for ever` has seen so high a number committed. */
    async hasAcknowledged(number) {
        while (this.acknowledged < number)
            await once(this.#child, 'acknowledged');
    }
    /** `kill -9` */
    async kill() {
        this.#child.kill('SIGKILL');
        await this.#exited;
    }
    async #diedAt(id) {
        await this.#exited;
        return { id, error: { code: 'DIED', message: 'the process has died' } };
    }
}
/** A process with the database open. */
export async function openIn(context, directory, options) {
    const process = new EmbeddedProcess(context, directory, options);
    await process.open();
    return process;
}
/** A path that does not exist yet, taken away at the end of the test. */
export async function newDirectory(context) {
    return join(await temporaryDirectory(context), 'database');
}
/** An empty database that nobody has open; within a test run, without the seconds it takes to make one. */
export async function madeDirectory(context) {
    const directory = await newDirectory(context);
    const run = process.env.SCIMCTL_TEST_RUN_DIR;
    if (run)
        await copyTemplate(run, directory);
    else
        await (await openEmbedded(directory)).close();
    return directory;
}
async function temporaryDirectory(context) {
    const directory = await mkdtemp(join(tmpdir(), 'scimctl-test-embedded-'));
    context.after(() => rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
    return directory;
}
