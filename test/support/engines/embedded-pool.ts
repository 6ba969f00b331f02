import { fork } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Where the pool of a run listens: a port of 127.0.0.1. */
const VARIABLE = 'SCIMCTL_TEST_EMBEDDED_POOL';

/** An embedded database, nobody else's until it is given back. */
export interface Lent {
  directory: string;
  giveBack(): void;
}

/**
 * Starts the pool of a run, in a process of its own (see embedded-keeper.ts), and names it to the processes
 * of the run. @returns what ends it.
 */
export async function startEmbeddedPool(): Promise<() => Promise<void>> {
  // Detached: an interrupt typed at the terminal ends the tests first, and the databases only after them.
  const keeper = fork(fileURLToPath(new URL('./embedded-keeper.js', import.meta.url)), { detached: true });
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const port = await new Promise<unknown>((resolve, reject) => {
    keeper.once('message', resolve);
    keeper.once('exit', () => reject(new Error('the process that keeps embedded databases ended')));
  });
  process.env[VARIABLE] = String(port);
  return async () => {
    if (keeper.connected) keeper.disconnect();
    await ended;
  };
}

/** The environment for whoever must have a database of its own. */
export const withoutPool = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...environment,
  [VARIABLE]: undefined,
});

/** An empty database of the run's pool, or undefined where the run has none. Given back when this process ends. */
export function borrowEmbedded(environment: NodeJS.ProcessEnv): Promise<Lent | undefined> {
  const port = environment[VARIABLE];
  if (port === undefined) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.setEncoding('utf8');
    let said = '';
    socket.on('data', (text: string) => {
      said += text;
      if (!said.endsWith('\n')) return;
      // It must not keep alive a process that has forgotten to give it back.
      socket.unref();
      resolve({ directory: said.trim(), giveBack: () => socket.destroy() });
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the pool of embedded databases has no database to lend')));
  });
}
