import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What Windows answers while another program has the file open. */
const HELD = ['EPERM', 'EACCES', 'EBUSY'];
const TRIES = 40;
const PAUSE_MS = 50;

/**
 * Moves a file to the place of another. Windows refuses this while another program, such as a virus scanner or an
 * endpoint that reads the file, has it open. On Windows, it is therefore tried again for two seconds.
 * @throws what `rename` of `node:fs` throws, at once on other systems.
 */
export async function renameOver(from: string, to: string, platform: NodeJS.Platform): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (platform !== 'win32' || attempt >= TRIES || !HELD.includes(code)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
