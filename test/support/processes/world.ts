import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Readable, Writable } from 'node:stream';
import { main } from '../../../src/main.js';
import type { World } from '../../../src/world.js';

export interface WorldOptions {
  env?: Record<string, string | undefined>;
  stdin?: string;
  /** Whether stdout is a terminal; a pipe when left out. */
  isTTY?: boolean;
  columns?: number;
  cwd?: string;
  clock?: () => Date;
  /** The signal SIGTERM comes as soon as this was written to stderr. */
  interruptWhen?: RegExp;
}

export interface Heard {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs one command line within this process, which is quicker than in one of its own: for what does not
 * depend on the process around it.
 */
export async function runHere(words: readonly string[], options: WorldOptions = {}): Promise<Heard> {
  const heard = { stdout: '', stderr: '' };
  const code = await main(words, fakeWorld(heard, options));
  return { code, ...heard };
}

/** A world without a terminal, a home or an environment; what is written to it is to be found in `heard`. */
export function fakeWorld(heard: { stdout: string; stderr: string }, options: WorldOptions = {}): World {
  const { env = {}, stdin = '', isTTY = false, columns, cwd = tmpdir(), clock = () => new Date() } = options;
  const handlers = new Set<(signal: 'SIGTERM') => void>();
  const interrupt = () => {
    for (const handler of [...handlers]) handler('SIGTERM');
  };
  const into = (stream: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        heard[stream] += String(chunk);
        if (stream === 'stderr' && options.interruptWhen?.test(String(chunk))) interrupt();
        done();
      },
    });
  return {
    stdin: Object.assign(Readable.from([stdin]), { isTTY: false }),
    stdout: Object.assign(into('stdout'), { isTTY, ...(columns && { columns }) }),
    stderr: Object.assign(into('stderr'), { isTTY }),
    env: { HOME: '/nowhere', ...env },
    cwd,
    platform: process.platform,
    homeDirectory: '/nowhere',
    clock,
    random: (bytes) => randomBytes(bytes),
    actor: 'cli:tester@test',
    onInterrupt: (handler) => {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
  };
}
