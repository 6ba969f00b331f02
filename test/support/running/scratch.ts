import { readdir, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
/** A run needs about a third of that, and all the memory besides that its processes take. */
const ROOM_BYTES = 4 * 2 ** 30;
const MEMORY_BYTES = 8 * 2 ** 30;

/** What the names of the directories of runs begin with; the id of the process follows. */
export const RUN_PREFIX = 'scimctl-test-';

/**
 * Where a run keeps its files. A PostgreSQL whose files are in memory makes a database in a fifth of the time, and a
 * run makes hundreds. Where there is no such place, or not enough of it, and where somebody has said where temporary
 * files belong, that is the directory for temporary files.
 */
export async function scratchRoot(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.TMPDIR !== undefined || process.platform !== 'linux') return tmpdir();
  return (await hasRoom().catch(() => false)) ? IN_MEMORY : tmpdir();
}

async function hasRoom(): Promise<boolean> {
  const { bavail, bsize } = await statfs(IN_MEMORY);
  const available = /^MemAvailable: +(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8'));
  const mount = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, directory]) => directory === IN_MEMORY);
  return (
    mount?.[2] === 'tmpfs' &&
    // Tests write programs, and start them.
    !mount[3]?.split(',').includes('noexec') &&
    bavail * bsize >= ROOM_BYTES &&
    Math.min(Number(available?.[1]) * 1024, ofContainer()) >= MEMORY_BYTES
  );
}

/** The memory that the container may take, where we are in one. */
function ofContainer(): number {
  const most = process.constrainedMemory();
  return most > 0 ? most : Number.POSITIVE_INFINITY;
}

/** Removes what runs left behind that were killed. */
export async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const [, pid] = new RegExp(`^${RUN_PREFIX}(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    // It may be somebody else's.
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
