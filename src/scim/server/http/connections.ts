import type { RequestListener, Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';

/** For so long a connection without a request stays open when the server stops: its next one may be under way. */
const GRACE_MS = 100;
/** The maximum number of abandoned connections that stay open. Each holds up to 5 MB of requests. */
const MOST_ABANDONED = 16;
/** For so long a client may take to close its side of a connection that has ended. */
const LINGER_MS = 1000;

/**
 * The connections of a server, with how many requests are under way on each, so that a stop cuts none of them off.
 * Node's own `close` closes those at once that have no request, although the next may be on its way already: the
 * client then sees a reset and does not know whether it was carried out.
 */
export class Connections {
  /** Below TLS, where there is TLS. */
  readonly #sockets = new Set<Socket>();
  readonly #underWay = new Map<Socket, number>();
  readonly #ended = new WeakSet<Socket>();
  /** Nothing on them is answered any more. */
  readonly #abandoned = new Set<Socket>();
  #isEnding = false;

  /** The listener, whose requests are counted. */
  counting(listener: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      // It came after the end of the connection, and is not carried out: there is no way to answer it.
      if (this.#ended.has(socket) || this.#abandoned.has(socket)) return void request.resume();
      this.#underWay.set(socket, (this.#underWay.get(socket) ?? 0) + 1);
      response.once('close', () => {
        if (this.#abandoned.has(socket)) return;
        const left = (this.#underWay.get(socket) ?? 1) - 1;
        if (socket.destroyed) this.#underWay.delete(socket);
        else this.#underWay.set(socket, left);
        if (this.#isEnding && left === 0) this.#end(socket);
      });
      listener(request, response);
    };
  }

  follow(server: Server, isSecure: boolean): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#underWay.set(socket, 0);
      socket.once('close', () => {
        this.#underWay.delete(socket);
        this.#abandoned.delete(socket);
      });
    });
  }

  /** Accepts nothing more, and ends every connection when nothing is under way on it. Resolves when all are closed. */
  async end(server: Server): Promise<void> {
    const grace = setTimeout(() => {
      this.#isEnding = true;
      for (const socket of this.#abandoned) socket.destroy();
      for (const [socket, count] of this.#underWay) if (count === 0) this.#end(socket);
    }, GRACE_MS);
    await new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    clearTimeout(grace);
    // What Node does beside; the server is closed already.
    server.close(() => undefined);
  }

  /**
   * Answers nothing on this connection any more, and closes it later: at once where many wait for that already, since
   * what its client has sent is in memory until then, or where the server stops.
   */
  abandon(socket: Socket, closeAfterMs: number): void {
    if (this.#isEnding || this.#abandoned.size >= MOST_ABANDONED) return void socket.destroy();
    this.#underWay.delete(socket);
    this.#abandoned.add(socket);
    socket.pause();
    setTimeout(() => socket.destroy(), closeAfterMs).unref();
  }

  isAbandoned(socket: Socket): boolean {
    return this.#abandoned.has(socket) || socket.destroyed;
  }

  /** Closes all that are left, whatever is under way on them. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #end(socket: Socket): void {
    if (this.#ended.has(socket)) return;
    this.#ended.add(socket);
    socket.end();
    const linger = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(linger));
  }
}
