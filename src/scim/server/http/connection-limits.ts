import type { IncomingMessage, RequestListener } from 'node:http';
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
): { listener: RequestListener; takesMore: (socket: Socket) => boolean } {
  const states = new WeakMap<Socket, { count: number; ahead: number; last: Promise<void> }>();
  const inTurn: RequestListener = (request, response) => {
    const { socket } = request;
    const state = states.get(socket) ?? { count: 0, ahead: 0, last: Promise.resolve() };
    states.set(socket, state);
    state.count++;
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
  return {
    listener: inTurn,
    takesMore: (socket) => {
      const { count = 0, ahead = 0 } = states.get(socket) ?? {};
      // Sent too early: it is not worked on, and comes again on another connection.
      if (count >= most || connections.isAbandoned(socket)) return false;
      if (ahead < MOST_AHEAD) return true;
      connections.abandon(socket);
      return false;
    },
  };
}

/** What a request is to node's parser when it has read its headers; 2 ends the parsing, as before another protocol. */
type OnIncoming = (request: IncomingMessage, keepAlive: boolean) => number;
const NO_MORE = 2;

/**
 * Stops reading requests of a connection that takes no more. Node parses what it has received to its end, thousands of
 * requests in 64 KiB, and to make an object of each and to abort them all takes ten times as long as to answer them.
 */
export function parseNoMoreThan(server: Server, event: string, takesMore: (socket: Socket) => boolean): void {
  server.on(event, (socket: Socket & { parser?: { onIncoming?: OnIncoming } }) => {
    const { parser } = socket;
    const take = parser?.onIncoming;
    // There is no public way to stop it. Where this one is gone, the requests are not worked on, as before.
    if (!parser || !take) return;
    parser.onIncoming = (request, keepAlive) => (takesMore(socket) ? take(request, keepAlive) : NO_MORE);
  });
}
