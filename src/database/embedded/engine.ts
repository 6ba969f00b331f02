import { Worker, type WorkerOptions } from 'node:worker_threads';
import { CONTAINED_ENGINE, containedBytes, installedText, isExecutable } from '../../installation/files.js';
import { packet, STARTUP } from './wire.js';

export type EngineRequest = { kind: 'execute'; bytes: Uint8Array } | { kind: 'close' };

export type EngineReply =
  | { kind: 'ready' }
  | { kind: 'answer'; bytes: Uint8Array }
  | { kind: 'closed' }
  | { kind: 'stopped'; reason: string };

/** PostgreSQL's words for a full disk (ENOSPC). */
export const NO_SPACE = 'No space left on device';

/** PostgreSQL has stopped and must be started anew; what was committed is safe. */
export class EngineStopped extends Error {
  override readonly name = 'EngineStopped';

  get diskFull(): boolean {
    return this.message.includes(NO_SPACE);
  }
}

/** One PGlite, which is one PostgreSQL session. Asked one thing at a time. */
export interface Engine {
  /** What PostgreSQL answers to a start-up packet, from AuthenticationOk to ReadyForQuery. */
  readonly greeting: Buffer;
  /**
   * Gives whole frontend messages to PostgreSQL and returns all it answers. What is answered is written: a
   * killed process loses nothing of it (a machine that loses power may, as PGlite never calls fsync).
   * @throws EngineStopped
   */
  execute(bytes: Buffer): Promise<Buffer>;
  /** Stops at once, as after a crash. */
  kill(why: string): void;
  /** Shuts PostgreSQL down; never fails. */
  close(): Promise<void>;
  /** Settles when the engine has stopped by itself. */
  readonly stopped: Promise<EngineStopped>;
}

/** What the thread of the engine gets. */
export interface EngineStart {
  dataDirectory: string;
  /** PGlite's files, where they are not beside its code. */
  files?: Record<'pgliteWasm' | 'initdbWasm' | 'data', ArrayBuffer> | undefined;
}

interface Waiting {
  resolve: (reply: EngineReply) => void;
  reject: (error: EngineStopped) => void;
}

/**
 * Starts PGlite on its directory, making the database there if there is none: 0.5 s, or 3 s the first time.
 * @throws EngineStopped, after the last thread that could touch the directory has ended.
 */
export async function startEngine(dataDirectory: string): Promise<Engine> {
  const worker = startThread(dataDirectory);
  let waiting: Waiting | undefined;
  let end: EngineStopped | undefined;
  let reason = 'it ended unexpectedly';

  worker.on('message', (reply: EngineReply) => {
    if (reply.kind === 'stopped') {
      reason = reply.reason;
      return;
    }
    waiting?.resolve(reply);
    waiting = undefined;
  });
  worker.on('error', (error) => {
    reason = error.message;
  });
  const stopped = new Promise<EngineStopped>((resolve) => {
    worker.once('exit', () => {
      end = new EngineStopped(reason);
      waiting?.reject(end);
      resolve(end);
    });
  });

  const reply = () =>
    new Promise<EngineReply>((resolve, reject) => {
      if (end) reject(end);
      else waiting = { resolve, reject };
    });
  const ask = (request: EngineRequest) => {
    const answer = reply();
    worker.postMessage(request);
    return answer;
  };
  const execute = async (bytes: Buffer) => {
    const answer = await ask({ kind: 'execute', bytes });
    const output = answer.kind === 'answer' ? answer.bytes : new Uint8Array();
    return Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  };

  await reply();
  return {
    greeting: await execute(packet(STARTUP.protocol3, Buffer.from('user\0postgres\0database\0postgres\0\0'))),
    execute,
    stopped,
    kill: (why) => {
      reason = why;
      void worker.terminate();
    },
    close: async () => {
      await ask({ kind: 'close' }).catch(() => undefined);
      await worker.terminate();
    },
  };
}

/** The single executable contains the code of the thread and PGlite's files. */
function startThread(dataDirectory: string): Worker {
  const start = (code: string | URL, start: EngineStart, options: WorkerOptions = {}) =>
    new Worker(code, { ...options, workerData: start, execArgv: [] });
  if (!isExecutable()) return start(new URL('./engine-worker.js', import.meta.url), { dataDirectory });
  const { thread, pgliteWasm, initdbWasm, data } = CONTAINED_ENGINE;
  const files = {
    pgliteWasm: containedBytes(pgliteWasm),
    initdbWasm: containedBytes(initdbWasm),
    data: containedBytes(data),
  };
  const transferList = Object.values(files);
  return start(installedText(thread), { dataDirectory, files }, { eval: true, transferList });
}
