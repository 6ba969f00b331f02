import { win32 } from 'node:path';
import type { World } from '../../../world.js';

/** Names of devices, also with an extension. A file called so can be made, and hardly be opened or removed again. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;

/**
 * Refuses names that other programs of Windows cannot open: those of devices, and those that end with a dot or a blank.
 * @throws Error with the reason as its `code`, as the errors of files have.
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function assertWindowsName(path: string, { platform }: Pick<World, 'platform'>): void {
  if (platform !== 'win32') return;
  const name = win32.basename(path);
  const code = DEVICE.test(name)
    ? 'this is the name of a device'
    : /[. ]$/.test(name)
      ? 'the name ends with a dot or a blank'
      : undefined;
  if (code !== undefined) throw Object.assign(new Error(code), { code });
}
