/** Reads it off the pool itself; no connection is used. */
export const poolState = (database) => database.read(async ({ knex }) => {
    const { pool } = knex.client;
    return {
        used: pool?.numUsed() ?? 0,
        free: pool?.numFree() ?? 0,
        waiting: pool?.numPendingAcquires() ?? 0,
    };
});
