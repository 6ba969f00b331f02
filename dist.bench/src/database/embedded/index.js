import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_MAX_CONNECTIONS } from '../settings/settings.js';
import { assertPrivate } from './address.js';
import { prepareDirectory } from './directory.js';
import { greet } from './greet.js';
import { readLock } from './lock.js';
import { becomeOwner } from './owner.js';
import { OwnerStream } from './owner-stream.js';
import { databaseClosed, databaseInUse, directoryProblem } from './problems.js';
import { livenessOf } from './process-identity.js';
const POLL_MS = 25;
/**
 * Opens the database in `directory`, making it if need be (3 s the first time).
 * @throws Problem `embedded-directory-unusable`, `embedded-database-damaged`, `database-in-use`.
 */
export async function openEmbedded(directory, options = {}) {
    const access = new Access(resolve(directory), options.waitMs ?? 60_000, options.idleInTransactionMs ?? 60_000);
    await prepareDirectory(access.directory);
    (await access.reach()).destroy();
    return access;
}
/** knex's configuration: above this line the embedded database is just PostgreSQL. */
export async function embeddedKnexConfig(database, { timeoutMs, maxConnections = DEFAULT_MAX_CONNECTIONS } = {}) {
    const { postgresClient } = await import('../postgres/knex-client.js');
    // Everything is said here, so that pg's environment variables (PGHOST, PGSSLMODE …) say nothing.
    const client = {
        host: 'localhost',
        user: 'postgres',
        database: 'postgres',
        ssl: false,
        stream: () => database.stream(),
        // There is one session for all, which cannot be interrupted: whoever gives up waiting hangs up.
        ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs }),
    };
    return {
        version: '14.0',
        client: await postgresClient([{ client, afterTlsRefusal: false }], false),
        connection: { host: 'localhost', database: 'postgres' },
        acquireConnectionTimeout: database.patienceMs,
        pool: { min: 0, max: maxConnections, createTimeoutMillis: database.patienceMs },
    };
}
class Access {
    directory;
    waitMs;
    idleInTransactionMs;
    #owner;
    #becoming = Promise.resolve();
    #closed = false;
    constructor(directory, waitMs, idleInTransactionMs) {
        this.directory = directory;
        this.waitMs = waitMs;
        this.idleInTransactionMs = idleInTransactionMs;
    }
    get patienceMs() {
        // A connection's first query may have to wait for somebody else's transaction, and the engine to start.
        return this.waitMs + this.idleInTransactionMs + 5_000;
    }
    stream() {
        return new OwnerStream(() => this.reach());
    }
    async close() {
        this.#closed = true;
        await this.#becoming;
        await this.#owner?.leave();
    }
    /** A connection to the owner, whoever that is by then. */
    async reach() {
        const deadline = performance.now() + this.waitMs;
        for (;;) {
            if (this.#closed)
                throw databaseClosed();
            const lock = await readLock(this.directory).catch((error) => {
                throw directoryProblem(this.directory, error);
            });
            if (!lock || (await this.#isFree(lock))) {
                await this.#become(lock);
                continue;
            }
            const left = deadline - performance.now();
            if (left <= 0)
                throw databaseInUse(`process ${lock.owner.pid} has it and does not answer`, lock.file);
            await assertPrivate(lock.address);
            const socket = await greet(lock.address, left).catch(() => undefined);
            if (socket)
                return socket;
            // It is leaving, or has just died.
            await sleep(POLL_MS);
        }
    }
    async #isFree(lock) {
        if (lock.released)
            return true;
        const liveness = await livenessOf(lock.owner);
        if (liveness === 'elsewhere') {
            throw databaseInUse(`process ${lock.owner.pid} on ${lock.owner.host} has it, out of reach from here`, lock.file);
        }
        return liveness === 'dead';
    }
    async #become(previous) {
        const becoming = becomeOwner(this.directory, previous, this.idleInTransactionMs).catch((error) => {
            throw directoryProblem(this.directory, error);
        });
        this.#becoming = Promise.allSettled([this.#becoming, becoming]);
        const owner = await becoming;
        if (!owner)
            return;
        this.#owner = owner;
        void owner.left.then(() => {
            if (this.#owner === owner)
                this.#owner = undefined;
        });
    }
}
