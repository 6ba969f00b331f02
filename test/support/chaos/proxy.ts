import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { reset } from '../databases/reset.js';
import { listen } from '../fake-servers/listen.js';
import { through } from '../faults/trouble-proxy.js';
import type { Random } from './random.js';

/** What may befall a piece of data on its way, and how often, of one. */
const FATES = [
  ['cut', 0.006],
  ['reset', 0.006],
  // Half of it arrives, and then nothing more.
  ['torn', 0.004],
  // Nothing is passed on any more, and nobody is told.
  ['silent', 0.0008],
  ['late', 0.05],
] as const;

export type Fate = (typeof FATES)[number][0];

const REFUSED = 0.03;
const LATEST_MS = 60;

export interface ChaosProxy {
  /** The URL of the database, through here. */
  readonly url: string;
  /** How often each thing happened, and how many connections were refused. */
  readonly fates: Record<Fate | 'refused', number>;
  close(): Promise<void>;
}

/** Stands between a client and its server and cuts, resets, tears, delays and silences connections at random. */
export async function chaosProxy(url: string, random: Random): Promise<ChaosProxy> {
  const target = new URL(url);
  const fates = { cut: 0, reset: 0, torn: 0, silent: 0, late: 0, refused: 0 };
  const server = await listen((client) => {
    if (random.next() < REFUSED) {
      fates.refused++;
      reset(client);
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    upstream.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    const link = { client, upstream, silent: false };
    carry(link, client, upstream);
    carry(link, upstream, client);
  });

  function carry(link: Link, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    let turn: Promise<unknown> = Promise.resolve();
    from.on('data', (chunk) => {
      const fate = drawFate(random);
      if (fate) fates[fate]++;
      // One after the other, so that what is late does not overtake.
      turn = turn.then(() => deliver(link, to, chunk, fate, random.below(LATEST_MS)));
    });
  }

  return { url: through(url, server.port), fates, close: server.close };
}

interface Link {
  client: Socket;
  upstream: Socket;
  silent: boolean;
}

async function deliver(link: Link, to: Socket, chunk: Buffer, fate: Fate | undefined, lateMs: number) {
  if (fate === 'late') await sleep(lateMs);
  if (fate === 'silent') link.silent = true;
  if (link.silent || to.destroyed) return;
  if (fate === 'torn') to.write(chunk.subarray(0, chunk.length >> 1), () => to.destroy());
  else if (fate === 'cut') link.client.destroy();
  else if (fate === 'reset') {
    reset(link.client);
    reset(link.upstream);
  } else to.write(chunk);
}

function drawFate(random: Random): Fate | undefined {
  let draw = random.next();
  return FATES.find(([, probability]) => {
    draw -= probability;
    return draw < 0;
  })?.[0];
}
