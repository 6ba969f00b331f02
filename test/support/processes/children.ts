import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

const living = new Set<ChildProcess>();
let watching = false;

function killAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

/**
 * Sees to it that a child neither outlives this process nor keeps it alive: a test that fails before it has
 * ended what it started must not hold up the run. Whoever waits for the child needs a timer to wait with.
 */
export function tieToThisProcess(child: ChildProcess): void {
  if (!watching) {
    watching = true;
    process.once('exit', killAll);
    // How the runner ends a test that takes too long, or all of them when it is interrupted.
    process.once('SIGTERM', () => process.exit(143));
  }
  living.add(child);
  child.once('exit', () => living.delete(child));
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
}

/** What a promise comes to, or undefined when `timeoutMs` have passed before. Keeps this process alive. */
export async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
