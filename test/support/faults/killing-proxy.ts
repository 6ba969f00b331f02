import { connect, type Socket } from 'node:net';
import { listen } from '../fake-servers/listen.js';
import { through } from './trouble-proxy.js';

/** Whether the server still does what the client asked last. */
export type KillMoment = 'before it arrives' | 'after its answer';

export interface KillingProxy {
  /** The URL of the database, through here. */
  readonly url: string;
  /**
   * Ends all connections at the so-manieth message of a client from now on, counted from 1, and takes no new ones:
   * to the server that is a client that was killed. Settles when it has happened; null for never, and connections
   * are taken again.
   */
  killAt(plan: { message: number; when: KillMoment } | null): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a client and its server, and kills the client as the server sees it, at a chosen moment. */
export async function killingProxy(url: string): Promise<KillingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let when: KillMoment = 'before it arrives';
  let dead = false;
  let died = () => {};
  const kill = () => {
    dead = true;
    for (const socket of sockets) socket.destroy();
    died();
  };
  const server = await listen((client) => {
    if (dead) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => {
      left--;
      if (left > 0 || when === 'after its answer') upstream.write(chunk);
      else kill();
    });
    upstream.on('data', (chunk) => (left > 0 ? client.write(chunk) : kill()));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  return {
    url: through(url, server.port),
    killAt: (plan) => {
      dead = false;
      left = plan?.message ?? Number.POSITIVE_INFINITY;
      when = plan?.when ?? when;
      return new Promise((resolve) => {
        died = resolve;
      });
    },
    close: server.close,
  };
}
