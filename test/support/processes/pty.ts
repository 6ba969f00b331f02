import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { cleanEnvironment, temporaryDirectory } from '../environment.js';
import { tieToThisProcess, within } from './children.js';
import { Screen } from './screen.js';

export interface TerminalOptions {
  /** Added to a clean environment. */
  env?: Record<string, string | undefined>;
  /** The working directory; an empty one, when left out. */
  cwd?: string;
  /** Where the program's configuration is; an empty directory, when left out. */
  home?: string;
  columns?: number;
  rows?: number;
}

/** Makes a program run a shell command under a pseudo terminal and end with its exit code. */
type Driver = (command: string) => [program: string, ...args: string[]];

const pythonDriver = [
  'import os, pty, sys',
  'sys.exit(os.waitstatus_to_exitcode(pty.spawn(["/bin/sh", "-c", sys.argv[1]])))',
].join('\n');

const runs = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** What there is on this machine to open a pseudo terminal with. */
function findDriver(): Driver | undefined {
  if (process.platform === 'win32') return undefined;
  if (process.platform === 'linux' && runs('script', '-qfec', 'true', '/dev/null')) {
    return (command) => ['script', '-qfec', command, '/dev/null'];
  }
  if (runs('python3', '-c', 'import pty')) return (command) => ['python3', '-c', pythonDriver, command];
  return undefined;
}

const driver = findDriver();

/** Why terminals cannot be driven here, for the `skip` option of a test; false where they can. */
export const terminalMissing: string | false = driver
  ? false
  : 'no pseudo terminal: neither script (util-linux) nor python3 is here';

/** A program under a real pseudo terminal, and the person in front of it. */
export class Terminal {
  private transcript = '';
  /** Where in the transcript the answer to what was typed last begins. */
  private mark = 0;
  private readonly display: Screen;
  private readonly ended: Promise<number>;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    columns: number,
  ) {
    tieToThisProcess(child);
    this.display = new Screen(columns);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.transcript += text;
      this.display.write(text);
    });
    child.stdin.on('error', () => {});
    this.ended = once(child, 'close').then(([code]) => code as number);
  }

  /** Starts a program, given as its argument vector. */
  static async start(argv: readonly string[], options: TerminalOptions = {}): Promise<Terminal> {
    if (!driver) throw new Error(String(terminalMissing));
    const { columns = 110, rows = 40 } = options;
    const home = options.home ?? (await temporaryDirectory('home'));
    const command = `stty cols ${columns} rows ${rows}; exec ${argv.map(shellQuoted).join(' ')}`;
    const [program, ...args] = driver(command);
    const child = spawn(program, args, {
      cwd: options.cwd ?? home,
      env: cleanEnvironment(home, { TERM: 'xterm-256color', ...options.env }),
    });
    return new Terminal(child, columns);
  }

  /** Waits until what was printed since the last `type` matches; colours and cursor movements are left out. */
  async waitFor(pattern: RegExp, timeoutMs = 30_000): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (!pattern.test(stripVTControlCharacters(this.transcript.slice(this.mark)))) {
      const gone = this.child.exitCode !== null || this.child.signalCode !== null;
      if (gone || Date.now() > until) {
        throw new Error(
          `${gone ? 'the program ended' : `${timeoutMs} ms have passed`}, without ${pattern}\n${this.screen()}`,
        );
      }
      await delay(20);
    }
  }

  /** Types; the return key is `\r`, Control-C is `\x03`, the arrows are `\x1b[A` (up) to `\x1b[D`. */
  type(keys: string): void {
    this.mark = this.transcript.length;
    this.child.stdin.write(keys);
  }

  /** What is to be seen now. */
  screen(): string {
    return this.display.text();
  }

  /** Everything that was printed, control sequences and all. */
  raw(): string {
    return this.transcript;
  }

  /** Waits until the program ends by itself. Returns its exit code, 128 and more for one that was killed. */
  async end(timeoutMs = 30_000): Promise<number> {
    const code = await within(timeoutMs, this.ended);
    if (code !== undefined) return code;
    this.kill();
    throw new Error(`the program did not end within ${timeoutMs} ms\n${this.screen()}`);
  }

  /** Takes the terminal away from the program. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}

const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
