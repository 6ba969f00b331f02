import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { installationDirectory, isExecutable } from './files.js';

/** What starts this program: its path, after that of Node.js if it needs one. Absolute paths. */
export const runningProgram = (): string[] =>
  isExecutable()
    ? [stable(process.execPath)]
    : [process.execPath, stable(join(installationDirectory(), 'bin', 'scimctl.js'))];

/**
 * A path that an upgrade leaves valid: through the link `current` beside the directory of this version, if it leads here
 * (docs/install.md).
 */
function stable(path: string): string {
  const directory = installationDirectory();
  const current = join(dirname(directory), 'current');
  if (basename(directory) === 'current' || !leadsTo(current, directory)) return path;
  return join(current, path.slice(directory.length));
}

function leadsTo(link: string, directory: string): boolean {
  try {
    return realpathSync(link) === realpathSync(directory);
  } catch {
    return false;
  }
}
