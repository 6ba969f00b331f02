import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../environment.js';

export interface SmallDisk {
  directory: string;
  /** Leaves no room at all. */
  fill(): Promise<void>;
  makeReadOnly(): void;
  remove(): void;
}

const mount = (...args: string[]) => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;

/** A file system of its own with little room; undefined where none can be mounted. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const directory = await temporaryDirectory('disk');
  if (!mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory)) return undefined;
  const remove = () => void spawnSync('umount', ['-l', directory], { stdio: 'ignore' });
  // The run's directory is removed at its end, whatever became of the test.
  process.once('exit', remove);
  return {
    directory,
    remove,
    makeReadOnly: () => void mount('-o', 'remount,ro', directory),
    fill: async () => {
      const room = Buffer.alloc(megabytes * 1024 * 1024);
      await writeFile(join(directory, 'fill'), room).catch(() => undefined);
    },
  };
}

/** For the `skip` option of a test. */
export const smallDiskMissing = 'no file system can be mounted here: that takes Linux and root';
