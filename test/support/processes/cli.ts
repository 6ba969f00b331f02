import assert from 'node:assert/strict';
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment, projectDirectory, temporaryDirectory } from '../environment.js';
import { tieToThisProcess, within } from './children.js';

export interface CliOptions {
  /** Added to a clean environment. */
  env?: Record<string, string | undefined>;
  /** What the program reads; nothing, when left out. */
  stdin?: string | Uint8Array;
  /** The working directory; an empty one, when left out. */
  cwd?: string;
  /** Where the program's configuration is; an empty directory, when left out. */
  home?: string;
  /** After so many milliseconds the process is killed and the call fails; one minute, when left out. */
  timeoutMs?: number;
  /**
   * Whether the process gets the signals that it can handle as messages, because the system has no such signals: on
   * Windows, when left out.
   */
  withoutSignals?: boolean;
  /** Kills the process, without notice, after so many milliseconds; that is a result, not a failure. */
  killAfterMs?: number;
}

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A process of the command line that is under way. */
export interface RunningCli {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until stdout and stderr together, as far as they have come, match the pattern. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<void>;
  kill(signal?: NodeJS.Signals): void;
  /** Waits for its end, one minute at most when left out; after that it is killed and the call fails. */
  end(timeoutMs?: number): Promise<CliResult>;
}

export const binFile = join(projectDirectory, 'bin', 'scimctl.js');

/**
 * Raises in a process the signal that it is sent as a message. On Windows, a signal ends a process at once, and what
 * `serve` does at its end would never be seen.
 */
const LISTENER = `data:text/javascript,${encodeURIComponent(`
  process.on('message', (signal) => process.emit(signal, signal) || process.exit(1));
  process.channel.unref();
`)}`;

/** Starts the command line as a process of its own. */
export const startCli = (args: readonly string[], options: CliOptions = {}): Promise<RunningCli> =>
  startCommand(process.execPath, [binFile, ...args], options);

/** The same of another program, such as a shell that starts the command line. */
export async function startCommand(
  program: string,
  args: readonly string[],
  options: CliOptions = {},
): Promise<RunningCli> {
  const home = options.home ?? (await temporaryDirectory('home'));
  const withoutSignals = options.withoutSignals ?? process.platform === 'win32';
  const isNode = program === process.execPath;
  const child = spawn(program, isNode && withoutSignals ? ['--import', LISTENER, ...args] : args, {
    cwd: options.cwd ?? home,
    env: cleanEnvironment(home, options.env),
    stdio: ['pipe', 'pipe', 'pipe', ...(isNode && withoutSignals ? (['ipc'] as const) : [])],
  }) as ChildProcessWithoutNullStreams;
  tieToThisProcess(child);
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
      child.emit('said');
    });
  }
  // A program that ends without reading what it was given is no fault of the test.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin);

  const result = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...said }));
  });
  result.catch(() => {}); // Whoever waits for it is told.
  return {
    pid: child.pid ?? -1,
    get stdout() {
      return said.stdout;
    },
    get stderr() {
      return said.stderr;
    },
    waitFor: (pattern, timeoutMs = 90_000) => outputMatching(child, said, pattern, timeoutMs),
    kill: (signal = 'SIGTERM') => {
      if (child.channel && signal !== 'SIGKILL') child.send(signal);
      else child.kill(signal);
    },
    async end(timeoutMs = 180_000) {
      const ended = await within(timeoutMs, result);
      if (ended) return ended;
      child.kill('SIGKILL');
      throw new Error(
        `${[program, ...args].join(' ')} did not end within ${timeoutMs} ms\n${transcript(said)}`,
      );
    },
  };
}

/** Runs the command line to its end, whatever that is. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const running = await startCli(args, options);
  const { timeoutMs, killAfterMs } = options;
  const blow = killAfterMs === undefined ? undefined : setTimeout(() => running.kill('SIGKILL'), killAfterMs);
  try {
    return await running.end(timeoutMs);
  } finally {
    clearTimeout(blow);
  }
}

/** Runs the command line, which must succeed. */
export async function runCliOk(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const result = await runCli(args, options);
  assert.equal(
    result.code,
    0,
    `${shown(args)} ended with ${result.signal ?? result.code}\n${transcript(result)}`,
  );
  return result;
}

/** Runs the command line with `-o json`, which must succeed, and reads its answer. */
export async function runJson<T = unknown>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const { stdout } = await runCliOk([...args, '-o', 'json'], options);
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`${shown(args)} -o json did not print one JSON document:\n${stdout}`);
  }
}

function outputMatching(
  child: ChildProcess,
  said: { stdout: string; stderr: string },
  pattern: RegExp,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: Error) => {
      clearTimeout(limit);
      child.off('said', look).off('close', ended);
      if (error) reject(error);
      else resolve();
    };
    const missing = (why: string) => new Error(`${why}, without ${pattern}\n${transcript(said)}`);
    const look = () => pattern.test(`${said.stdout}\n${said.stderr}`) && finish();
    const ended = () => finish(missing('the program ended'));
    const limit = setTimeout(() => finish(missing(`${timeoutMs} ms have passed`)), timeoutMs);
    child.on('said', look).once('close', ended);
    look();
  });
}

const shown = (args: readonly string[]) => `scimctl ${args.join(' ')}`;

const transcript = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
  `--- stdout ---\n${stdout}\n--- stderr ---\n${stderr}`;
