import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { configurationProblem, type Problem } from '../../../problem.js';
import type { Limits } from '../fairness/limits.js';
import { scimError } from './answer.js';
import { type DropReason, limitConnections, parseNoMoreThan, requestsOneByOne } from './connection-limits.js';
import { Connections } from './connections.js';

/**
 * For so long a connection with too many requests ahead stays open, in milliseconds. Node parses what it has read to its
 * end, hundreds of requests, before it can be stopped, and the client would open the next connection at once.
 */
const ABANDONED_MS = 10_000;

export interface ListenOptions {
  host: string;
  /** 0 for any free one. */
  port: number;
  tls?: SecureContextOptions;
  limits: Limits;
  /** A connection that is cut for what it sent, before there was a request to answer. */
  onBadClient: (status: number, code: string) => void;
  /** Whose connections are not counted by address. */
  isExempt: (address: string) => boolean;
  onDrop: (reason: DropReason, source: string) => void;
}

export interface Listening {
  server: Server | SecureServer;
  connections: Connections;
}

/**
 * Listens, with the limits on every connection.
 * @throws Problem `port-in-use`, `port-forbidden`, `address-unavailable`.
 */
export async function listen(listener: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls, limits, isExempt, onDrop } = options;
  const http = {
    maxHeaderSize: limits.maxHeader,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs),
    keepAliveTimeout: limits.keepAliveMs,
    noDelay: true,
  };
  const connections = new Connections();
  const inTurn = requestsOneByOne(listener, limits.maxRequestsPerConnection, {
    isAbandoned: (socket) => connections.isAbandoned(socket),
    abandon: (socket) => {
      onDrop('pipelining', socket.remoteAddress ?? '');
      connections.abandon(socket, ABANDONED_MS);
    },
  });
  const { takesMore } = inTurn;
  const counting = connections.counting((request, response) => {
    if (takesMore(request.socket)) inTurn.listener(request, response);
  });
  const server = tls
    ? createSecureServer({ ...http, ...tls, handshakeTimeout: limits.headersMs }, counting)
    : createServer(http, counting);
  // Only the size of headers is limited, and not their number: Node silently drops those beyond it, so a client could
  // hide a second Authorization, or the headers that a proxy adds, behind many others.
  server.maxHeadersCount = 0;
  parseNoMoreThan(server, tls ? 'secureConnection' : 'connection', takesMore);
  // Node would answer 417 by itself to any other expectation than `100-continue`, past all limits and the log.
  server.on('checkExpectation', counting);
  connections.follow(server, tls !== undefined);
  limitConnections(server, { ...limits, maxPerAddress: limits.maxConnectionsPerAddress, isExempt, onDrop });
  // Nobody reads, or the network is gone.
  server.setTimeout(limits.requestMs + limits.handlerMs, (socket: Socket) => socket.destroy());
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = STATUS_OF[error.code ?? ''] ?? 400;
    if (error.code !== 'ECONNRESET') options.onBadClient(status, error.code ?? 'error');
    answerRaw(socket as Socket, status);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenProblem(error, host, port)));
    server.listen(port, host, resolve);
  });
  return { server, connections };
}

export const portOf = (server: Server | SecureServer): number => (server.address() as AddressInfo).port;

const STATUS_OF: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

const DETAILS: Record<number, string> = {
  400: 'This is not a valid HTTP/1.1 request.',
  408: 'The request took too long to arrive.',
  413: 'The body is too large.',
  431: 'The headers are too large.',
};

/**
 * There is no response to write to: the request did not come that far. A connection that has answered before, and
 * is busy with another answer, is cut: this one would be taken for that.
 */
function answerRaw(socket: Socket & { _httpMessage?: unknown }, status: number): void {
  // Node keeps the response that a connection is busy with here; there is no other way to know.
  if (!socket.writable || (socket.bytesWritten > 0 && socket._httpMessage)) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(scimError(status, DETAILS[status] ?? '').body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nCache-Control: no-store\r\n` +
      `Content-Type: application/scim+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): Problem {
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const [code, message, hint] = LISTEN_FAILURES[error.code ?? '']?.(where) ?? [
    'address-unavailable',
    `The endpoint cannot listen at ${where} (${error.code ?? error.message}).`,
    'Use --host with an address of this machine, or 0.0.0.0 or :: for all addresses.',
  ];
  return configurationProblem(code, message, { hint, cause: error });
}

const LISTEN_FAILURES: Record<string, (where: string) => [code: string, message: string, hint: string]> = {
  EADDRINUSE: (where) => [
    'port-in-use',
    `Another program already listens at ${where}.`,
    'Choose another port with --port, or end the other program.',
  ],
  EACCES: (where) => [
    'port-forbidden',
    `This account is not allowed to listen at ${where}.`,
    process.platform === 'win32'
      ? 'Choose another port: Windows or another program has reserved this one. `netsh http show servicestate` and `netsh int ipv4 show excludedportrange tcp` list such ports.'
      : 'Choose a port from 1024 up, or allow the service to use the port: AmbientCapabilities=CAP_NET_BIND_SERVICE in systemd.',
  ],
};
