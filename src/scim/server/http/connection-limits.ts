import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { sourceOf } from '../../../core/authentication/attempts.js';

/** Why a connection was cut: too many from its address, too many in all, or too many requests without an answer. */
export type DropReason = 'address' | 'total' | 'pipelining';

export interface ConnectionLimits {
  /** From all addresses together. */
  maxConnections: number;
  /** From one address, of IPv6 from one /64 network; 0 for no limit. */
  maxPerAddress: number;
  /** Whose connections are not counted by address: this machine's, and a proxy's, which stand for many clients. */
  isExempt: (address: string) => boolean;
  onDrop: (reason: DropReason, source: string) => void;
}

/** Drops connections beyond the limits as soon as they are accepted, before TLS costs anything. */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  const { maxPerAddress, isExempt, onDrop } = limits;
  const open = new Map<string, number>();
  server.maxConnections = limits.maxConnections;
  server.on('drop', (data) => onDrop('total', data?.remoteAddress ?? ''));
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: address = '' } = socket;
    if (maxPerAddress === 0 || isExempt(address)) return;
    const source = sourceOf(address);
    const count = open.get(source) ?? 0;
    if (count >= maxPerAddress) {
      socket.destroy();
      onDrop('address', address);
      return;
    }
    open.set(source, count + 1);
    socket.once('close', () => {
      const left = (open.get(source) ?? 1) - 1;
      if (left > 0) open.set(source, left);
      else open.delete(source);
    });
  });
}

/** Requests that a connection may have sent without an answer to the first of them. */
const MOST_AHEAD = 64;

/**
 * Requests of one connection one after another, also where a client sends the next before it has an answer: it would
 * get the answers in that order anyway, and would have more worked on at once than others. The last of `most` says
 * `Connection: close` and closes it; node's own limit says so and waits for the client.
 */
export function requestsOneByOne(
  listener: RequestListener,
  most: number,
  connections: { abandon: (socket: Socket) => void; isAbandoned: (socket: Socket) => boolean },
): RequestListener {
  const states = new WeakMap<Socket, { count: number; ahead: number; last: Promise<void> }>();
  return (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const state = states.get(socket) ?? { count: 0, ahead: 0, last: Promise.resolve() };
    states.set(socket, state);
    state.count++;
    // Sent too early: it is not worked on, and comes again on another connection.
    if (state.count > most || connections.isAbandoned(socket)) return;
    if (state.ahead >= MOST_AHEAD) return connections.abandon(socket);
    if (state.count === most) response.shouldKeepAlive = false;
    const before = state.ahead > 0 ? state.last : undefined;
    state.ahead++;
    state.last = new Promise<void>((resolve) => {
      response.once('close', () => {
        state.ahead--;
        resolve();
      });
    });
    if (!before) listener(request, response);
    else void before.then(() => connections.isAbandoned(socket) || listener(request, response));
  };
}
