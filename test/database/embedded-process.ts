import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmbeddedOptions, openEmbedded } from '../../src/database/embedded/index.js';
import { copyTemplate } from '../support/engines/embedded-template.js';

type Deed =
  | { do: 'open' | 'begin' | 'commit' | 'close' | 'leave' | 'insert for ever' }
  | { do: 'query' | 'in transaction'; sql: string }
  | { do: 'increment' | 'add'; times: number };

export type Order = Deed & { id: number };

export interface Answer {
  id: number;
  result?: unknown;
  error?: { code?: string; message: string };
}

/** Where to put what is to be done at the end: a test's context, mostly. */
export interface Cleanup {
  after(work: () => Promise<unknown>): void;
}

type Row = Record<string, unknown>;

const CHILD = fileURLToPath(new URL('./embedded-child.js', import.meta.url));

/** Those that have not been killed. */
const running = new Set<EmbeddedProcess>();

/** A process of its own that uses the database in a directory. It is killed at the end of the test. */
export class EmbeddedProcess {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, (answer: Answer) => void>();
  readonly #exited: Promise<unknown>;
  /** The highest number that `insert for ever` saw committed. */
  acknowledged = 0;
  #lastId = 0;

  constructor(
    context: Cleanup,
    readonly directory: string,
    options: EmbeddedOptions = {},
  ) {
    running.add(this);
    this.#child = fork(CHILD, [directory, JSON.stringify(options)], {
      execArgv: [],
      // A killed owner leaves its socket behind; it goes with the rest of the test's files.
      env: { ...process.env, TMPDIR: dirname(directory) },
    });
    this.#exited = once(this.#child, 'exit');
    this.#child.on('message', (message: Answer | { acknowledged: number }) => {
      if ('acknowledged' in message) {
        this.acknowledged = message.acknowledged;
        this.#child.emit('acknowledged');
      } else this.#open.get(message.id)?.(message);
    });
    context.after(() => this.kill());
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Fails, where the child does, with its error's code and message. */
  async order(deed: Deed): Promise<Row[]> {
    const id = ++this.#lastId;
    const answered = new Promise<Answer>((resolve) => this.#open.set(id, resolve));
    this.#child.send({ ...deed, id });
    const { error, result } = await Promise.race([answered, this.#diedAt(id)]);
    this.#open.delete(id);
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return result as Row[];
  }

  open = () => this.order({ do: 'open' });
  query = (sql: string) => this.order({ do: 'query', sql });

  /** Closes the database and waits until the process has ended by itself. */
  async end(): Promise<void> {
    await this.order({ do: 'close' });
    this.#child.disconnect();
    await this.#exited;
    assert.equal(this.#child.exitCode, 0);
  }

  /** Stops the process where it stands, as Ctrl-Z does, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Waits until `insert for ever` has seen so high a number committed. */
  async hasAcknowledged(number: number): Promise<void> {
    while (this.acknowledged < number) await once(this.#child, 'acknowledged');
  }

  /** `kill -9` */
  async kill(): Promise<void> {
    running.delete(this);
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #diedAt(id: number): Promise<Answer> {
    await this.#exited;
    return { id, error: { code: 'DIED', message: 'the process has died' } };
  }
}

/** A process with the database open. */
export async function openIn(
  context: Cleanup,
  directory: string,
  options?: EmbeddedOptions,
): Promise<EmbeddedProcess> {
  const process = new EmbeddedProcess(context, directory, options);
  await process.open();
  return process;
}

/** A path that does not exist yet, taken away at the end of the test. */
export async function newDirectory(context: Cleanup): Promise<string> {
  return join(await temporaryDirectory(context), 'database');
}

/** An empty database that nobody has open; within a test run, without the seconds it takes to make one. */
export async function madeDirectory(context: Cleanup): Promise<string> {
  const directory = await newDirectory(context);
  const run = process.env.SCIMCTL_TEST_RUN_DIR;
  if (run) await copyTemplate(run, directory);
  else await (await openEmbedded(directory)).close();
  return directory;
}

async function temporaryDirectory(context: Cleanup): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'scimctl-test-embedded-'));
  context.after(async () => {
    // What is done at the end of a test is done in the order in which it was said, and Windows removes no open file.
    const users = [...running].filter((process) => process.directory.startsWith(directory));
    await Promise.all(users.map((process) => process.kill()));
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });
  return directory;
}
