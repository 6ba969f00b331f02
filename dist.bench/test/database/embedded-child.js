import knexFactory, {} from 'knex';
import { embeddedKnexConfig, openEmbedded, } from '../../src/database/embedded/index.js';
/**
 * A process that uses an embedded database as its parent bids it. Start with `fork(…, [directory])`; see
 * `embedded-process.ts` for the parent's side.
 */
const [directory = '', options = '{}'] = process.argv.slice(2);
let database;
let knex;
let transaction;
/** Lost connections: the owner was killed, or has left. */
const worthRetrying = (error) => /^(57P01|57P02|57P03|08\w+|ECONN\w+|EPIPE)$/.test(String(error.code)) ||
    /Connection (terminated|ended)|not queryable/i.test(String(error));
async function retry(work) {
    for (let tries = 1;; tries++) {
        try {
            return await work();
        }
        catch (error) {
            if (tries >= 20 || !worthRetrying(error))
                throw error;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }
}
async function obey(order) {
    if (order.do === 'open') {
        database = await openEmbedded(directory, JSON.parse(options));
        knex = knexFactory({ ...(await embeddedKnexConfig(database)), log: { warn: () => undefined } });
        return undefined;
    }
    if (!knex)
        throw new Error('not open');
    switch (order.do) {
        case 'query':
            return (await knex.raw(order.sql)).rows;
        case 'begin':
            transaction = await knex.transaction();
            return undefined;
        case 'in transaction':
            return (await transaction?.raw(order.sql))?.rows;
        case 'commit':
            return void (await transaction?.commit());
        case 'increment':
            return increment(knex, order.times);
        case 'add':
            // Not tried again: nothing may go wrong, and nothing may be done twice.
            for (let time = 0; time < order.times; time++)
                await knex.raw('update counter set value = value + 1');
            return undefined;
        case 'insert for ever':
            return insertForEver(knex);
        case 'close':
            await knex.destroy();
            return database?.close();
        case 'leave':
            return database?.close();
    }
}
/** Reads the counter and writes it back, one higher, each time leaving a mark that says it was done. */
async function increment(pool, times) {
    for (let time = 1; time <= times; time++) {
        await retry(() => pool.transaction(async (trx) => {
            // A COMMIT whose answer was lost may have worked: the mark tells.
            const done = await trx('mark').where({ pid: process.pid, time });
            if (done.length > 0)
                return;
            const { value } = await trx('counter').first('value');
            await trx('counter').update({ value: value + 1 });
            await trx('mark').insert({ pid: process.pid, time });
        }));
    }
}
async function insertForEver(pool) {
    const row = await pool('number').max('n as last').first();
    for (let n = (row?.last ?? 0) + 1;; n++) {
        await pool('number').insert({ n });
        process.send?.({ acknowledged: n });
    }
}
process.on('message', (order) => {
    obey(order).then((result) => answer({ id: order.id, result }), (error) => answer({ id: order.id, error: { code: error.code, message: error.message } }));
});
function answer(message) {
    // Where nobody listens any more, the test is over.
    if (process.connected)
        process.send?.(message);
}
