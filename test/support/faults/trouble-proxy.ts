import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { reset } from '../databases/reset.js';

/** Longer than a busy server takes to log somebody in. */
const QUIET_MS = 2000;

export interface TroubleProxy {
  /** The URL of the database, through here. */
  readonly url: string;
  /** From now on nothing is passed on, either way, and nobody is told. */
  freeze(): void;
  /** The same for what the server says; what the client says still gets there. */
  freezeAnswers(): void;
  /** Passes on what was held back, and all that comes. */
  thaw(): void;
  /** Cuts every connection and takes no new one, as a server does that has stopped. */
  down(): Promise<void>;
  /** Takes connections again. */
  up(): Promise<void>;
  /** Passes on the server's answers so many milliseconds late. */
  delayAnswers(milliseconds: number): void;
  /** Waits until a connection has been made since, and nobody says anything: the server is thinking, or blocked. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a client and its server, and makes the trouble that it is told to make. */
export async function troubleProxy(url: string): Promise<TroubleProxy> {
  const target = new URL(url);
  const links = new Set<Link>();
  let frozen: 'no' | 'answers' | 'all' = 'no';
  let [delay, connections, lastHeard] = [0, 0, 0];
  let server: Server | undefined;
  const listen = async (port: number) => {
    const listening = createServer((client) => {
      connections++;
      const link = new Link(client, connect(Number(target.port), target.hostname), () => delay);
      for (const socket of [client, link.upstream]) {
        socket.on('data', () => {
          lastHeard = performance.now();
        });
      }
      links.add(link);
      client.on('close', () => links.delete(link));
      link.freeze(frozen);
    });
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    server = listening;
    const address = listening.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
  const down = async () => {
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    for (const link of links) link.cut();
    server = undefined;
    await closed;
  };
  const port = await listen(0);
  return {
    url: through(url, port),
    freeze: () => {
      frozen = 'all';
      for (const link of links) link.freeze(frozen);
    },
    freezeAnswers: () => {
      frozen = 'answers';
      for (const link of links) link.freeze(frozen);
    },
    thaw: () => {
      frozen = 'no';
      for (const link of links) link.freeze(frozen);
    },
    down,
    up: async () => void (await listen(port)),
    delayAnswers: (milliseconds) => {
      delay = milliseconds;
    },
    quiet: async () => {
      const before = connections;
      while (connections === before || performance.now() - lastHeard < QUIET_MS) await sleep(50);
    },
    close: down,
  };
}

/** The same URL, on a port of this machine; in plain text as far as the server allows. */
export function through(url: string, port: number): string {
  const changed = new URL(url);
  [changed.hostname, changed.port] = ['127.0.0.1', String(port)];
  if (!changed.protocol.startsWith('postgres')) changed.searchParams.set('encrypt', 'false');
  return changed.href;
}

/** One connection of a client, and the one made for it. */
class Link {
  constructor(
    private readonly client: Socket,
    readonly upstream: Socket,
    delayMs: () => number,
  ) {
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', () => undefined);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      const late = delayMs();
      if (late > 0) setTimeout(() => client.write(chunk), late);
      else client.write(chunk);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }

  freeze(what: 'no' | 'answers' | 'all'): void {
    this.client[what === 'all' ? 'pause' : 'resume']();
    this.upstream[what === 'no' ? 'resume' : 'pause']();
  }

  cut(): void {
    reset(this.client);
    this.upstream.destroy();
  }
}
