import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { PGliteOptions } from '@electric-sql/pglite';
import { type EngineReply, type EngineRequest, type EngineStart, NO_SPACE } from './engine.js';

/**
 * PGlite in a thread of its own. There it can run for seconds without holding up the process, and it can
 * die alone: after a PANIC (a full disk, say) PostgreSQL must not run another instruction, and PGlite by
 * itself would go on.
 */
const recentLog: string[] = [];
const ENOSPC = 51;

const reply = (message: EngineReply, transfer: ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transfer);

/** The end of this thread. */
function stop(reason: string): never {
  reply({ kind: 'stopped', reason });
  process.exit(1);
}

function log(line: string): boolean {
  recentLog.push(line);
  if (recentLog.length > 20) recentLog.shift();
  if (/\bPANIC: /.test(line)) stop(reasonOf(line));
  return false;
}

const reasonOf = (line: string) => line.replace(/^.*?\b(PANIC|FATAL|ERROR): */, '').trim();

/** The log knows best. A failed file operation that is not logged has Emscripten's number (WASI's errno). */
function lastReason(error: unknown): string {
  const line = recentLog.findLast((text) => /\b(PANIC|FATAL|ERROR): /.test(text));
  if (line) return reasonOf(line);
  const { errno } = error as { errno?: unknown };
  if (typeof errno === 'number') return errno === ENOSPC ? NO_SPACE : `file error ${errno}`;
  return error instanceof Error ? error.message : String(error);
}

/**
 * How much of a WebAssembly function V8 runs before it compiles it a second time, with its optimizing compiler. At V8's
 * own value that takes more processor time than all that a command does; at this one, only a server gets there.
 */
const TIERING_BUDGET = 1_000_000_000;

async function run(): Promise<void> {
  setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
  const { PGlite } = await import('@electric-sql/pglite');
  const { dataDirectory, files } = workerData as EngineStart;
  const options = { onStderr: log, relaxedDurability: false, ...(files && (await contained(files))) };
  const pglite = await PGlite.create(dataDirectory, options);

  const execute = async (bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> => {
    const chunks: Uint8Array[] = [];
    // The chunk is a view of memory that the next one overwrites.
    await pglite.execProtocolRawStream(bytes, { onRawData: (chunk) => chunks.push(chunk.slice()) });
    return new Uint8Array(Buffer.concat(chunks));
  };

  parentPort?.on('message', async (request: EngineRequest) => {
    try {
      if (request.kind === 'close') {
        await pglite.close();
        reply({ kind: 'closed' });
        parentPort?.close();
        return;
      }
      const answer = await execute(request.bytes);
      reply({ kind: 'answer', bytes: answer }, [answer.buffer]);
    } catch (error) {
      stop(lastReason(error));
    }
  });
  reply({ kind: 'ready' });
}

/** PGlite's files as it takes them, where they are not beside its code. */
async function contained(files: NonNullable<EngineStart['files']>): Promise<PGliteOptions> {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { compile(bytes: ArrayBuffer): Promise<object> };
  };
  const [pgliteWasmModule, initdbWasmModule] = await Promise.all([
    WebAssembly.compile(files.pgliteWasm),
    WebAssembly.compile(files.initdbWasm),
  ]);
  return { pgliteWasmModule, initdbWasmModule, fsBundle: new Blob([files.data]) } as PGliteOptions;
}

run().catch((error) => stop(lastReason(error)));
