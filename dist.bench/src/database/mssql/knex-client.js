import { guardedDriver } from './driver.js';
/**
 * knex's SQL Server client on our driver, with a queue of requests for each connection.
 *
 * knex 3.3's own queue is one for all connections of all instances, so that a query can run on another
 * connection than its transaction's, or wait for ever on one that is closed.
 */
export async function mssqlClient(options) {
    // @ts-expect-error: knex ships no types for its dialects
    const { default: dialect } = await import('knex/lib/dialects/mssql/index.js');
    const driver = await guardedDriver(options);
    const queues = new WeakMap();
    class MssqlClient extends dialect {
        _driver() {
            return driver;
        }
        async acquireRawConnection() {
            const connection = await super.acquireRawConnection();
            // As a batch: what sp_executesql sets is undone at its end.
            await runBatch(this._driver(), connection, `set lock_timeout ${Math.ceil(options.lockTimeoutMs)}`);
            return connection;
        }
        /** knex would wait for the end of a connection that has ended already. */
        async destroyRawConnection(connection) {
            if (!connection.closed)
                await super.destroyRawConnection(connection);
        }
        _enqueueRequest(request, connection) {
            const queue = queues.get(connection) ?? [];
            queues.set(connection, [...queue, request]);
            // Also after a failure, which knex does not go on from.
            request.once('requestCompleted', () => setImmediate(() => this._chomp(connection)));
            this._chomp(connection);
        }
        /** Runs the next request if the connection is free; on a closed one it fails at once. */
        _chomp(connection) {
            if (connection.state.name !== 'LoggedIn' && !connection.closed)
                return;
            const [next, ...rest] = queues.get(connection) ?? [];
            queues.set(connection, rest);
            if (next)
                connection.execSql(next);
        }
    }
    return MssqlClient;
}
async function runBatch(driver, connection, sql) {
    try {
        await new Promise((resolve, reject) => {
            connection.execSqlBatch(new driver.Request(sql, (error) => (error ? reject(error) : resolve())));
        });
    }
    catch (error) {
        connection.close();
        throw error;
    }
}
