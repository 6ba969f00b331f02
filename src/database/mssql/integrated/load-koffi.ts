import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { LibraryHandle } from 'koffi';
import { installationDirectory, isExecutable } from '../../../installation/files.js';
import { beginUnfinished } from './unfinished.js';

/** koffi's block of memory for a call in another thread is too small for the resolver of the C library, in bytes. */
const STACK = 1 << 20;

/** koffi, which calls functions of the system's own libraries. Loaded only where integrated security is asked for. */
export async function loadKoffi() {
  const koffi = isExecutable() ? besideExecutable() : (await import('koffi')).default;
  // It is for the whole process, and cannot be changed once a library is loaded.
  if (koffi.config()?.async_stack_size !== STACK) koffi.config({ async_stack_size: STACK });
  return koffi;
}

/**
 * The system loads no library out of another file, so that the single executable has koffi beside it. By its path and
 * not by its name: node_modules of the directories above, where others may write, must not be searched.
 */
const besideExecutable = (): typeof import('koffi') =>
  createRequire(process.execPath)(join(installationDirectory(), 'node_modules', 'koffi', 'index.cjs'));

/** How a call in another thread is made. */
export interface ThreadOptions {
  /** What the arguments point to, which has to stay where it is until the call has ended. */
  kept?: readonly unknown[];
  /** Aborted when nobody waits for the call any more: it is then not begun. One that has begun goes on. */
  signal?: AbortSignal | undefined;
  /** Ends the process at once, so that it need not wait for the call. */
  exit?: (code: number) => void;
}

/** The end of the call that is under way. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs a call in another thread, one at a time. A call may take minutes where a domain controller does not answer, and
 * the threads are those in which Node opens files and looks up host names: calls beside each other would take them all.
 */
export function inThread(
  call: ReturnType<LibraryHandle['func']>,
  args: readonly unknown[],
  { kept = [], signal, exit }: ThreadOptions = {},
): Promise<number> {
  const result = turn.then(() => {
    signal?.throwIfAborted();
    return begun(call, args, kept, exit);
  });
  turn = result.catch(() => undefined);
  return result;
}

const begun = (
  call: ReturnType<LibraryHandle['func']>,
  args: readonly unknown[],
  kept: readonly unknown[],
  exit: ThreadOptions['exit'],
): Promise<number> =>
  new Promise((resolve, reject) => {
    const ended = exit && beginUnfinished(exit);
    call.async(...args, (error: unknown, result: number) => {
      held.delete(all);
      ended?.();
      if (error) reject(error);
      else resolve(result);
    });
    const all = [args, kept];
    held.add(all);
  });

const held = new Set<unknown>();
