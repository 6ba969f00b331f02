import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the clone. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** A text file of the clone, its line ends made `\n`: a checkout on Windows may have changed them. */
export const projectText = (path: string): string =>
  readFileSync(join(PROJECT, path), 'utf8').replaceAll('\r\n', '\n');

/** What we use of package.json. */
export interface Manifest {
  name: string;
  version: string;
  license?: string;
  description?: string;
  files?: string[];
}

export const manifest = (): Manifest => JSON.parse(projectText('package.json')) as Manifest;

/** What the lock file says of the packages, by their directories. */
export const lockedPackages = (): Record<string, { version?: string; integrity?: string }> =>
  (JSON.parse(projectText('package-lock.json')) as { packages: Record<string, object> }).packages;
