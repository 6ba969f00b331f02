import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Longest time to wait for another test process that makes it. */
const patienceMs = 330_000;

/**
 * Has `make` make something at `path` that all processes of a run share: it runs in one of them, and the others wait
 * until it is done. A directory is made by one process alone. Where it fails, the next one tries.
 */
export async function makeOnce(path: string, make: () => Promise<void>): Promise<void> {
  const [lock, ready] = [`${path}.lock`, `${path}.ready`];
  const until = Date.now() + patienceMs;
  while (!(await exists(ready))) {
    if (Date.now() > until) throw new Error(`${path} is not getting ready`);
    const mine = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (!mine) {
      await delay(100);
      continue;
    }
    try {
      await make();
      await writeFile(ready, '');
    } catch (error) {
      await rm(lock, { recursive: true });
      throw error;
    }
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
