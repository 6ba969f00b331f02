import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { LibraryHandle } from 'koffi';
import { installationDirectory, isExecutable } from '../../../installation/files.js';

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

/**
 * Runs a call in another thread.
 * @param kept what the arguments point to, which has to stay where it is until the call has ended.
 */
export const inThread = (
  call: ReturnType<LibraryHandle['func']>,
  args: readonly unknown[],
  kept: readonly unknown[] = [],
): Promise<number> =>
  new Promise((resolve, reject) => {
    call.async(...args, (error: unknown, result: number) => {
      held.delete(all);
      if (error) reject(error);
      else resolve(result);
    });
    const all = [args, kept];
    held.add(all);
  });

const held = new Set<unknown>();
