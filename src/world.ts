import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { leaveUnfinished } from './database/mssql/integrated/unfinished.js';
import { windowsUser } from './system-program.js';

/** Everything a run needs from outside: handed in, so that tests can put their own in its place. */
export interface World {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  platform: NodeJS.Platform;
  homeDirectory: string;
  clock: () => Date;
  /** Cryptographically strong. */
  random: (bytes: number) => Uint8Array;
  /** The actor of everything this run does, as the audit trail names it: `cli:alice@sql01`, `cli:contoso\\alice@sql01`. */
  actor: string;
  /**
   * Calls back once when the process is told to end: SIGINT, SIGTERM, and on Windows Ctrl-Break and the closing of the
   * console (SIGHUP, after which Windows waits some ten seconds). The returned function takes the handler off again.
   */
  onInterrupt: (handler: (signal: EndSignal) => void) => () => void;
  /** Ends the process with this code where Node would wait for a call that has no end in sight. */
  leave?: (code: number) => Promise<void>;
}

export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGBREAK' | 'SIGHUP';

/** On Unix, SIGHUP stays as it is: under `nohup` it is ignored, and a handler would change that. */
const endSignals = (platform: NodeJS.Platform): readonly EndSignal[] =>
  platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];

export function realWorld(): World {
  let actor: string | undefined;
  return {
    // Node opens it when it is first looked at, which takes time that most commands need not spend.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    get homeDirectory() {
      return user().homedir;
    },
    clock: () => new Date(),
    random: drawing(randomBytes),
    get actor() {
      actor ??= `cli:${userName()}@${hostname()}`.slice(0, 200);
      return actor;
    },
    onInterrupt: (handler) => {
      const signals = endSignals(process.platform);
      let called = false;
      // Not `process.once`: while a signal is delivered, inquirer ends the process if nobody else listens.
      const listener = (signal: EndSignal) => {
        if (!called) handler(signal);
        called = true;
      };
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    leave: (code) => leaveUnfinished(code, [process.stdout, process.stderr]),
  };
}

/** With the domain on Windows, where two users may have one name. */
const userName = (): string =>
  (process.platform === 'win32' ? windowsUser(process.env, () => user().username) : undefined) ??
  user().username;

/** A container may run as a user that has no name. */
function user(): { username: string; homedir: string } {
  try {
    return userInfo();
  } catch {
    return { username: `uid-${process.getuid?.() ?? 'unknown'}`, homedir: process.env.HOME ?? '/' };
  }
}

/** Of so many bytes at most: ids, never a secret, which is drawn by itself. */
const SMALL = 16;
const POOL = 4096;

/** Draws from a source, what is small out of a pool: asking the system costs more than an id is long. */
export function drawing(source: (bytes: number) => Uint8Array): (bytes: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (bytes) => {
    if (bytes > SMALL) return source(bytes);
    if (used + bytes > pool.length) [pool, used] = [source(POOL), 0];
    used += bytes;
    return pool.slice(used - bytes, used);
  };
}
