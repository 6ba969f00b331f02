import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/main.js';
import type { World } from '../../src/world.js';
import { cleanEnvironment } from '../support/environment.js';

/** What a command printed, and how it ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * A shell session in a directory, in which commands are run one after another within this process: piped, in
 * a clean environment, as alice on sql01, and with the same random numbers every time.
 */
export class ShellSession {
  readonly #env: Record<string, string | undefined>;
  #drawn = 0;

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
    const [program, ...rest] = shellWords(line);
    const isNpx = program === 'npx';
    const args = isNpx ? rest.slice(1) : rest;
    if ((isNpx ? rest[0] : program) !== 'scimctl') throw new Error(`This is not scimctl: ${line}`);
    const [stdout, stderr] = [new Collector(), new Collector()];
    const env = isNpx ? { ...this.#env, npm_command: 'exec' } : this.#env;
    const code = await main(args, { ...this.world, stdout, stderr, env });
    return { code, stdout: stdout.text, stderr: stderr.text };
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
