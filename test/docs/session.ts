import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/main.js';
import type { World } from '../../src/world.js';
import { cleanEnvironment } from '../support/environment.js';
import { closedPort } from '../support/fake-servers/listen.js';
import { within } from '../support/processes/children.js';

/** What a command printed, and how it ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Where pages let the endpoint listen; a session has a free port of its own in its place. */
const PORT_ON_PAGES = '8090';

/**
 * A shell session in a directory, in which commands are run one after another within this process: piped, in
 * a clean environment, as alice on sql01, and with the same random numbers every time. `export NAME=VALUE` sets
 * a variable; `scimctl serve &` runs until the session ends.
 */
export class ShellSession {
  readonly #env: Record<string, string | undefined>;
  #drawn = 0;
  #port: Promise<string> | undefined;
  readonly #inBackground: { stop: () => void; ended: Promise<unknown> }[] = [];

  constructor(
    private readonly directory: string,
    env: Record<string, string> = {},
  ) {
    this.#env = cleanEnvironment(directory, env);
  }

  set(name: string, value: string): void {
    this.#env[name] = value;
  }

  /** Runs one command line: `scimctl …` or `npx scimctl …`. */
  async run(line: string): Promise<Outcome> {
    const [, name, value] = /^export (\w+)=(\S*)$/.exec(line) ?? [];
    if (name !== undefined) {
      this.set(name, value ?? '');
      return { code: 0, stdout: '', stderr: '' };
    }
    const words = shellWords(line);
    const isNpx = words[0] === 'npx';
    const [program, ...args] = isNpx ? words.slice(1) : words;
    if (program !== 'scimctl') throw new Error(`This is not scimctl: ${line}`);
    const env = isNpx ? { ...this.#env, npm_command: 'exec' } : this.#env;
    if (/&\s*$/.test(line)) return this.#start(args, env);
    const [stdout, stderr] = [new Collector(), new Collector()];
    const port = line.includes(PORT_ON_PAGES) ? await this.#freePort() : undefined;
    const own = port === undefined ? args : args.map((word) => word.replaceAll(PORT_ON_PAGES, port));
    const code = await main(own, { ...this.world, stdout, stderr, env });
    const shown = ({ text }: Collector) => (port === undefined ? text : text.replaceAll(port, PORT_ON_PAGES));
    // Nobody looks at what goes into a file.
    return { code, stdout: / >\s*\S+$/.test(line) ? '' : shown(stdout), stderr: shown(stderr) };
  }

  /** Starts what runs until it is told to stop, and waits until it listens. */
  async #start(args: readonly string[], env: World['env']): Promise<Outcome> {
    const [stdout, stderr] = [new Collector(), new Collector()];
    const handlers = new Set<(signal: 'SIGINT') => void>();
    const onInterrupt: World['onInterrupt'] = (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    };
    const words = [...args, '--port', await this.#freePort()];
    const ended = main(words, { ...this.world, stdout, stderr, env, onInterrupt });
    const stop = () => {
      for (const handler of [...handlers]) handler('SIGINT');
    };
    this.#inBackground.push({ stop, ended });
    const listens = stderr.waitFor(/[Ll]istening/);
    const code = await within(30_000, Promise.race([ended, listens]));
    return { code: typeof code === 'number' ? code : 0, stdout: stdout.text, stderr: stderr.text };
  }

  #freePort(): Promise<string> {
    this.#port ??= closedPort().then(String);
    return this.#port;
  }

  /** Stops what runs in the background. */
  async end(): Promise<void> {
    for (const { stop, ended } of this.#inBackground) {
      stop();
      await within(10_000, ended);
    }
  }

  /** Nobody listens to what is printed there. */
  get world(): World {
    return {
      stdin: Readable.from([]),
      stdout: new Collector(),
      stderr: new Collector(),
      env: this.#env,
      cwd: this.directory,
      platform: process.platform,
      homeDirectory: join(this.directory, 'home'),
      clock: () => new Date(),
      random: (bytes) => this.#random(bytes),
      actor: 'cli:alice@sql01',
      onInterrupt: () => () => {},
    };
  }

  #random(bytes: number): Uint8Array {
    const blocks = Array.from({ length: Math.ceil(bytes / 32) }, () =>
      createHash('sha256')
        .update(`docs ${this.#drawn++}`)
        .digest(),
    );
    return Buffer.concat(blocks).subarray(0, bytes);
  }
}

class Collector extends Writable {
  text = '';
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
    this.emit('written');
  }

  waitFor(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const look = () => pattern.test(this.text) && resolve();
      this.on('written', look);
      look();
    });
  }
}

/** The words of a command line, up to a pipe, a redirection, a comment or another command. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  const token = /\s*(?:(#.*|\|\|?|&&|;|\d?>|<)|((?:"[^"]*"|'[^']*'|\\.|[^\s"'|&;<>#\\]|(?<=\S)#|\\)+))/gy;
  for (const [, end, word] of line.matchAll(token)) {
    if (end !== undefined || word === undefined) break;
    words.push(
      word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
    );
  }
  return words;
}
