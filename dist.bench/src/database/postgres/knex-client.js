import { isSilence, isTlsRefusal, isWorthAnotherHost } from './errors.js';
import { isMislaid, isOutdatedPlan } from './prepared.js';
/** Thrown for a server that takes no writes where one is asked for that does. */
export class ReadOnlyServer extends Error {
    code = 'READ_ONLY_SERVER';
}
const FAREWELL_MS = 1_000;
/**
 * knex's PostgreSQL client, connecting in our way: several hosts, `prefer`, and `target_session_attrs`,
 * none of which pg knows.
 */
export async function postgresClient(attempts, writable, names) {
    const { default: pg } = await import('pg');
    // @ts-expect-error: knex ships no types for its dialects
    const { default: dialect } = await import('knex/lib/dialects/postgres/index.js');
    // @ts-expect-error: nor for what makes a knex of a client
    const { default: makeKnex } = await import('knex/lib/knex-builder/make-knex.js');
    class Client extends dialect {
        takesBatches = names !== undefined;
        /** As knex does it for its own transactions: a client that has one connection, and does not give it back. */
        knexOn(connection) {
            const { config, driver, logger, version, valueForUndefined, connectionSettings } = this;
            const bound = Object.assign(Object.create(Client.prototype), {
                ...{ config, driver, logger, version, valueForUndefined, connectionSettings },
                transacting: true,
                acquireConnection: connection,
                releaseConnection: async () => undefined,
            });
            return makeKnex(bound);
        }
        async _acquireOnlyConnection() {
            const errors = [];
            for (const { client, afterTlsRefusal } of attempts) {
                if (afterTlsRefusal) {
                    if (!isTlsRefusal(errors.at(-1)))
                        continue;
                    errors.pop();
                }
                try {
                    return await connect(new pg.Client(client), writable);
                }
                catch (error) {
                    if (!isWorthAnotherHost(error))
                        throw error;
                    errors.push(error);
                }
            }
            throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'No host could be connected to');
        }
        async _query(connection, query) {
            const name = query.sql === undefined ? undefined : names?.of(query.sql);
            if (name !== undefined)
                query.options = { ...query.options, name };
            try {
                return await super._query(connection, query);
            }
            catch (error) {
                // pg would keep the connection, whose next answer belongs to the query it gave up.
                if (isSilence(error)) {
                    connection.__knex__disposed = error;
                    connection.connection?.stream.destroy();
                }
                if (name !== undefined && isMislaid(error))
                    names?.giveUp();
                // Neither can be mended on this connection.
                if (isMislaid(error) || isOutdatedPlan(error))
                    connection.__knex__disposed = error;
                throw error;
            }
        }
        /** Says goodbye, but does not wait long for a server, or a network, that does not answer. */
        async destroyRawConnection(connection) {
            await farewell(connection, super.destroyRawConnection(connection));
        }
    }
    return Client;
}
async function connect(client, writable) {
    client.on('error', (error) => {
        client.__knex__disposed = error;
    });
    client.on('end', () => {
        client.__knex__disposed ??= 'The connection has ended';
    });
    try {
        await client.connect();
    }
    catch (error) {
        // pg's own end() may wait for ever where TLS has ended the connection, as it does for a client certificate.
        client.connection?.stream.destroy();
        throw error;
    }
    try {
        if (writable)
            await proveWritable(client);
        return client;
    }
    catch (error) {
        await farewell(client, client.end());
        throw error;
    }
}
async function farewell(client, ended) {
    const impatience = setTimeout(() => client.connection?.stream.destroy(), FAREWELL_MS);
    await ended.catch(() => undefined);
    clearTimeout(impatience);
}
async function proveWritable(client) {
    const { rows } = await client.query('show transaction_read_only');
    if (rows[0]?.transaction_read_only === 'on') {
        throw new ReadOnlyServer('The server takes no writes');
    }
}
