import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getAsset, isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';

/** Whether this is the single executable, which contains Node.js, the program and the files that it reads. */
export const isExecutable = (): boolean => isSea();

/**
 * Where the archive was unpacked, or the clone or package is: the directory with `package.json` above this code, which a
 * bundler puts into other files; that of the single executable. Absolute.
 */
export function installationDirectory(): string {
  if (isSea()) return dirname(process.execPath);
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json')) && directory !== dirname(directory)) {
    directory = dirname(directory);
  }
  return directory;
}

/** A text file of this installation, in UTF-8. The path is relative, with `/`: `sql/mssql/0001_initial.sql`. */
export const installedText = (path: string): string =>
  isSea() ? getAsset(path, 'utf8') : readFileSync(join(installationDirectory(), path), 'utf8');

/** The bytes of a file that the single executable contains. */
export const containedBytes = (path: string): ArrayBuffer => getAsset(path);

/** The files of the embedded database that the single executable contains. */
export const CONTAINED_ENGINE = {
  thread: 'engine-worker.cjs',
  pgliteWasm: 'pglite.wasm',
  initdbWasm: 'initdb.wasm',
  data: 'pglite.data',
} as const;

/** What the single executable lists its files in, as a JSON array of paths. */
export const CONTENTS = 'contents.json';

/** The names of the files in a folder of this installation, sorted. */
export function installedNames(folder: string): string[] {
  if (!isSea()) return readdirSync(join(installationDirectory(), folder)).sort();
  const paths = JSON.parse(getAsset(CONTENTS, 'utf8')) as string[];
  const inside = paths.filter((path) => path.startsWith(`${folder}/`));
  return inside.map((path) => path.slice(folder.length + 1)).filter((name) => !name.includes('/'));
}
