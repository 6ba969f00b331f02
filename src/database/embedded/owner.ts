import { createServer, type Server, type Socket } from 'node:net';
import { makeAddress, noSocket, removeAddress } from './address.js';
import { ClientConnection } from './client-connection.js';
import { withDataDirectory } from './data-directory.js';
import { type Engine, EngineStopped, startEngine } from './engine.js';
import { claimLock, type DirectoryLock, releaseLock } from './lock.js';
import { databaseDamaged, directoryUnusable } from './problems.js';
import { thisProcess } from './process-identity.js';
import { ClientSession } from './session.js';

export interface Owner {
  readonly address: string;
  /**
   * Hands over: takes no more clients and no more transactions, lets the one in flight end, sends the
   * clients away and releases the lock. Idempotent.
   */
  leave(): Promise<void>;
  /** Settles when the lock is released, for whatever reason. */
  readonly left: Promise<void>;
}

/**
 * Becomes the owner of the directory after `previous`, or finds that another process was quicker
 * (undefined). Clients may connect as soon as the lock is there and are answered when PGlite is.
 * @throws Problem `embedded-directory-unusable` or `embedded-database-damaged`; the lock is released again.
 */
export async function becomeOwner(
  directory: string,
  previous: DirectoryLock | undefined,
  idleInTransactionMs: number,
): Promise<Owner | undefined> {
  const address = await makeAddress();
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  let lock: DirectoryLock | undefined;
  try {
    await listen(server, address);
    lock = await claimLock(directory, previous, { owner: await thisProcess(), address });
  } finally {
    if (!lock) await stopListening(server, sockets, address);
  }
  if (!lock) return undefined;
  if (previous && !previous.released) await removeAddress(previous.address);
  try {
    const engine = await withDataDirectory(directory, startEngine);
    return serve(directory, lock, engine, server, sockets, idleInTransactionMs);
  } catch (error) {
    await releaseLock(directory, lock).catch(() => undefined);
    await stopListening(server, sockets, address);
    throw startProblem(directory, error);
  }
}

function serve(
  directory: string,
  lock: DirectoryLock,
  engine: Engine,
  server: Server,
  early: Socket[],
  idleInTransactionMs: number,
): Owner {
  const session = new ClientSession(engine, idleInTransactionMs);
  const connections = new Set<ClientConnection>();
  const accept = (socket: Socket) => {
    if (socket.destroyed) return;
    const connection = new ClientConnection(socket, engine.greeting, session);
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
  };
  server.removeAllListeners('connection');
  server.on('connection', accept);
  for (const socket of early) accept(socket);

  const release = async () => {
    await stopListening(server, [], lock.address);
    await session.leave(connections);
    await engine.close();
    // What the command did is done, and soon this process is gone, which frees the lock as well.
    await releaseLock(directory, lock).catch(() => undefined);
    await Promise.all([...connections].map(({ closed }) => closed));
  };
  let leaving: Promise<void> | undefined;
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

const listen = (server: Server, address: string) =>
  new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => reject(noSocket(address, error));
    server.once('error', fail);
    server.listen(address, () => {
      server.off('error', fail);
      server.on('error', () => undefined);
      resolve();
    });
  });

async function stopListening(server: Server, sockets: Socket[], address: string): Promise<void> {
  // Not awaited: the server counts as open while any of its connections is.
  server.close();
  for (const socket of sockets) socket.destroy();
  await removeAddress(address);
}

function startProblem(directory: string, error: unknown): unknown {
  if (!(error instanceof EngineStopped)) return error;
  return error.diskFull
    ? directoryUnusable(
        directory,
        'the disk is full',
        'Free some disk space, then run the command again.',
        error,
      )
    : databaseDamaged(directory, error.message, error);
}
