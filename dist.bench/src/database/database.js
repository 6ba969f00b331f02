import { Problem } from '../problem.js';
import { DatabaseFault, isFault, isPassing, LEAVES_COMMIT_OPEN } from './fault.js';
import { Memory } from './memory.js';
import { spanOf, withRetry } from './retry.js';
/** Puts retry and fault handling around a pool. See `open.ts` for how the parts are made. */
export function createDatabase(parts) {
    const { knex, dialect, settings, schema } = parts;
    let abandoned = false;
    const memory = new Memory();
    const sessionOf = (runner) => ({
        get knex() {
            return runner.knex;
        },
        rows: (sql, bindings) => runner.rows(sql, bindings),
        lookUp: (sql, bindings) => runner.lookUp(sql, bindings),
        dialect,
        schema,
        memory,
    });
    const pooled = sessionOf(dialect.runner(knex));
    const toFault = (error) => {
        if (error instanceof Problem || error instanceof DatabaseFault)
            return error;
        const fault = dialect.classify(error);
        if (fault === 'other' && !isDriverError(error))
            return error;
        return new DatabaseFault(fault, dialect.violatedConstraint(error), error, limitOf(fault, parts.waits));
    };
    const retrying = {
        waits: parts.waits,
        backoff: parts.backoff,
        toFault,
        // Something that is remembered as there is not there: it has changed since, and is asked for anew.
        isOutdated: (fault) => isFault(fault, 'missing-object') && memory.forget(),
        reconnect: (withinMs) => acquireWithin(knex, withinMs),
        assertOpen: () => {
            if (abandoned)
                throw new Error('the database was closed');
        },
    };
    const readIn = (span, work) => withRetry(retrying, span, () => work(pooled));
    return {
        dialect,
        settings,
        schema,
        memory,
        read: (work) => readIn(spanOf(parts.waits), work),
        transaction: async (work, { arrived, locks = [] } = {}) => {
            const span = spanOf(parts.waits);
            // An attempt whose COMMIT got no answer. It may arrive even while the next attempt is under way, which
            // then fails, by whatever is there already.
            let unanswered;
            try {
                return await withRetry(retrying, span, async () => {
                    let worked;
                    try {
                        return await dialect.transaction(knex, schema, locks, async (runner) => {
                            const result = await work(sessionOf(runner));
                            worked = { result };
                            return result;
                        });
                    }
                    catch (error) {
                        if (worked && LEAVES_COMMIT_OPEN.includes(dialect.classify(error)))
                            unanswered = worked;
                        if (unanswered && arrived && (await readIn(withTimeToAsk(span, parts.waits), arrived)))
                            return unanswered.result;
                        throw error;
                    }
                });
            }
            catch (error) {
                if (unanswered && isPassing(error))
                    throw new DatabaseFault('outcome-unknown', undefined, error);
                throw error;
            }
        },
        close: async ({ abandon = false } = {}) => {
            abandoned = abandon;
            if (abandon)
                cutConnections(knex);
            await knex.destroy();
            await parts.dispose?.();
        },
    };
}
/** Finding out what became of a COMMIT may take half as long again: without an answer nobody would know. */
const withTimeToAsk = ({ started, until }, { retryMs }) => ({
    started,
    until: Math.max(until, performance.now() + retryMs / 2),
});
/** The wait that a fault is the end of, in milliseconds. */
function limitOf(fault, waits) {
    if (fault === 'lock-timeout')
        return waits.lockMs;
    if (fault === 'pool-exhausted')
        return waits.acquireMs;
    return fault === 'statement-timeout' || fault === 'unanswered' ? waits.statementMs : undefined;
}
/** Takes a connection and gives it back. One that comes later than `milliseconds` is given back all the same. */
async function acquireWithin(knex, milliseconds) {
    const client = knex.client;
    const acquired = client
        .acquireConnection()
        .then((connection) => client.releaseConnection(connection));
    let timer;
    const late = new Promise((_, reject) => {
        const silence = Object.assign(new Error('timeout expired'), { code: 'ETIMEDOUT' });
        timer = setTimeout(() => reject(silence), milliseconds);
    });
    try {
        await Promise.race([acquired, late]);
    }
    finally {
        clearTimeout(timer);
        acquired.catch(() => undefined);
    }
}
/** Cuts the connections that are in use. knex has no word for it, but it ends each of them in this way. */
function cutConnections(knex) {
    const { pool } = knex.client;
    for (const { resource } of pool?.used ?? []) {
        knex.client.destroyRawConnection(resource).catch(() => undefined);
    }
}
/** Errors of pg, tedious and knex carry a code, a number or a SQLSTATE; programming errors do not. */
const isDriverError = (error) => error instanceof Error &&
    ('code' in error ||
        'number' in error ||
        error.name === 'KnexTimeoutError' ||
        error.name === 'RequestError');
