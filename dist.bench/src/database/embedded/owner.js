import { createServer } from 'node:net';
import { makeAddress, noSocket, removeAddress } from './address.js';
import { ClientConnection } from './client-connection.js';
import { withDataDirectory } from './data-directory.js';
import { EngineStopped, startEngine } from './engine.js';
import { claimLock, releaseLock } from './lock.js';
import { databaseDamaged, directoryUnusable } from './problems.js';
import { thisProcess } from './process-identity.js';
import { Session } from './session.js';
/**
 * Becomes the owner of the directory after `previous`, or finds that another process was quicker
 * (undefined). Clients may connect as soon as the lock is there and are answered when PGlite is.
 * @throws Problem `embedded-directory-unusable` or `embedded-database-damaged`; the lock is released again.
 */
export async function becomeOwner(directory, previous, idleInTransactionMs) {
    const address = await makeAddress();
    const sockets = [];
    const server = createServer((socket) => {
        socket.on('error', () => undefined);
        sockets.push(socket);
    });
    let lock;
    try {
        await listen(server, address);
        lock = await claimLock(directory, previous, { owner: await thisProcess(), address });
    }
    finally {
        if (!lock)
            await stopListening(server, sockets, address);
    }
    if (!lock)
        return undefined;
    if (previous && !previous.released)
        await removeAddress(previous.address);
    try {
        const engine = await withDataDirectory(directory, startEngine);
        return serve(directory, lock, engine, server, sockets, idleInTransactionMs);
    }
    catch (error) {
        await releaseLock(directory, lock).catch(() => undefined);
        await stopListening(server, sockets, address);
        throw startProblem(directory, error);
    }
}
function serve(directory, lock, engine, server, early, idleInTransactionMs) {
    const session = new Session(engine, idleInTransactionMs);
    const connections = new Set();
    const accept = (socket) => {
        if (socket.destroyed)
            return;
        const connection = new ClientConnection(socket, engine.greeting, session);
        connections.add(connection);
        void connection.closed.then(() => connections.delete(connection));
    };
    server.removeAllListeners('connection');
    server.on('connection', accept);
    for (const socket of early)
        accept(socket);
    const release = async () => {
        await stopListening(server, [], lock.address);
        await session.leave(connections);
        await engine.close();
        // What the command did is done, and soon this process is gone, which frees the lock as well.
        await releaseLock(directory, lock).catch(() => undefined);
        await Promise.all([...connections].map(({ closed }) => closed));
    };
    let leaving;
    const leave = () => {
        leaving ??= release();
        return leaving;
    };
    const left = engine.stopped.then((stopped) => {
        // 53100: disk full. 57P02: crash shutdown.
        const sqlState = stopped.diskFull ? '53100' : '57P02';
        for (const connection of connections) {
            connection.dismiss(sqlState, `the embedded database stopped: ${stopped.message}`);
        }
        return leave().catch(() => undefined);
    });
    return { address: lock.address, leave, left };
}
const listen = (server, address) => new Promise((resolve, reject) => {
    const fail = (error) => reject(noSocket(address, error));
    server.once('error', fail);
    server.listen(address, () => {
        server.off('error', fail);
        server.on('error', () => undefined);
        resolve();
    });
});
async function stopListening(server, sockets, address) {
    // Not awaited: the server counts as open while any of its connections is.
    server.close();
    for (const socket of sockets)
        socket.destroy();
    await removeAddress(address);
}
function startProblem(directory, error) {
    if (!(error instanceof EngineStopped))
        return error;
    return error.diskFull
        ? directoryUnusable(directory, 'the disk is full', 'Free some space and try again.', error)
        : databaseDamaged(directory, error.message, error);
}
