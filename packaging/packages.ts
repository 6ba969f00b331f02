import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ArchivedFile as Entry } from '../src/cli/output/files/tar.js';
import { readTarGz } from './archives/tar.js';
import { PROJECT } from './project.js';

/** A package that npm has not installed here, because it is for another platform. */
export interface Wanted {
  name: string;
  version: string;
  /** `sha512-` and base64, as in package-lock.json. What does not match it is refused. */
  integrity: string;
}

/** What was fetched before is kept here, and checked again. */
const KEPT = join(PROJECT, 'node_modules', '.cache', 'scimctl-packaging');

/**
 * The files of a package, their paths without the leading `package/`.
 * @throws where the registry cannot be reached, or has other bytes than expected.
 */
export async function packageFiles(wanted: Wanted): Promise<Entry[]> {
  const { name, version, integrity } = wanted;
  const file = join(KEPT, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  if (!existsSync(file)) {
    await mkdir(KEPT, { recursive: true });
    await npm('pack', '--silent', '--pack-destination', KEPT, `${name}@${version}`);
  }
  const bytes = await readFile(file);
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found !== integrity) {
    throw new Error(
      `${name}@${version} is not what was expected: ${found}, not ${integrity}. Delete ${file}.`,
    );
  }
  return readTarGz(bytes).map((entry) => ({ ...entry, path: entry.path.replace(/^[^/]+\//, '') }));
}

/** Runs npm, the one that runs this script where there is one, and returns what it prints. */
export async function npm(...args: readonly string[]): Promise<string> {
  const { npm_execpath: script } = process.env;
  const [program, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const options = { cwd: PROJECT, maxBuffer: 1 << 24 };
  return (await promisify(execFile)(program, [...first, ...args], options)).stdout;
}
