import { connect as connectSocket, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { PooledClient } from './pooled-client.js';

/** A server that has not answered by then will not cancel anything, in milliseconds. */
const PATIENCE_MS = 5_000;

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/** What pg keeps of how it has connected; its types know nothing of it. */
interface Connected {
  host?: string;
  port: number;
  processID: number | null;
  secretKey: number | null;
  ssl?: boolean | ConnectionOptions;
  connection: { stream: Partial<Socket> };
}

/**
 * Asks the server to cancel what the connection runs (PostgreSQL's protocol, "Canceling Requests in Progress"), on a
 * connection of its own to the same server, encrypted where that one is: pg's own `cancel` never is. Fails silently:
 * then the statement ends by its own time-out.
 */
export function cancelRunning(client: PooledClient): void {
  const { host = '', port, processID, secretKey, ssl, connection } = client as unknown as Connected;
  if (!processID || !secretKey) return;
  const message = Buffer.alloc(16);
  for (const [at, value] of [16, CANCEL_REQUEST, processID].entries()) message.writeInt32BE(value, at * 4);
  message.writeInt32BE(secretKey, 12);
  const socket = host.startsWith('/')
    ? connectSocket(`${host}/.s.PGSQL.${port}`)
    : connectSocket({ host: connection.stream.remoteAddress ?? host, port });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  if (!ssl) {
    socket.end(message);
    return;
  }
  const ask = Buffer.alloc(8);
  ask.writeInt32BE(8, 0);
  ask.writeInt32BE(SSL_REQUEST, 4);
  socket.write(ask);
  socket.once('data', (answer) => {
    if (answer.toString('latin1') !== 'S') {
      socket.destroy();
      return;
    }
    // pg has made its own options of them, for this host.
    const options = typeof ssl === 'object' ? ssl : {};
    const secure = connectTls({ ...options, socket, ...(options.servername === undefined && { host }) });
    secure.on('error', () => socket.destroy());
    secure.once('secureConnect', () => secure.end(message));
  });
}
