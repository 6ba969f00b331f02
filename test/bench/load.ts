import { connect, type Socket } from 'node:net';

/** One request, ready to be sent; the body as JSON. */
export interface LoadRequest {
  method: string;
  path: string;
  body?: unknown;
}

export interface LoadResult {
  /** Requests per second. */
  rate: number;
  /** Milliseconds. */
  median: number;
  p99: number;
  /** Of each request, in milliseconds, in order of length. */
  times: number[];
  /** How often each status came back. */
  statuses: Record<number, number>;
}

export interface Load {
  port: number;
  token: string;
  /** Requests under way at any moment, each on a connection of its own. */
  connections: number;
  /** How many in all. */
  requests: number;
  /** Begun so many a second, evenly; as fast as answers come where it is absent. */
  perSecond?: number;
}

/**
 * Sends requests over kept-alive connections and takes the time of each answer. As little as a client can
 * be, because it shares the machine with what it measures: answers are counted, not parsed.
 */
export async function load(options: Load, request: (n: number) => LoadRequest): Promise<LoadResult> {
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  const begin = performance.now();
  let next = 0;
  const run = async () => {
    const connection = new Connection(options.port);
    for (let n = next++; n < options.requests; n = next++) {
      const due = options.perSecond === undefined ? 0 : begin + (n * 1000) / options.perSecond;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const text = textOf(request(n), options.token);
      const sent = performance.now();
      const status = await connection.exchange(text);
      times.push(performance.now() - sent);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    connection.end();
  };
  await Promise.all(Array.from({ length: options.connections }, run));
  const seconds = (performance.now() - begin) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { rate: options.requests / seconds, median: at(0.5), p99: at(0.99), times, statuses };
}

function textOf({ method, path, body }: LoadRequest, token: string): string {
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nAccept: application/scim+json\r\n`;
  if (body === undefined) return `${head}\r\n`;
  const text = JSON.stringify(body);
  return `${head}Content-Type: application/scim+json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** One kept-alive connection, one exchange at a time. Understands answers with a Content-Length. */
class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (data) => this.#take(data));
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => this.#waiting?.reject(new Error('the server hung up')));
  }

  exchange(text: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(text);
    });
  }

  end(): void {
    this.#waiting = undefined;
    this.#socket.end();
  }

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < headEnd + 4 + length) return;
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(Number(head.slice(9, 12)));
  }
}
