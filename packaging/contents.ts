import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchivedFile as Entry } from '../src/cli/output/files/tar.js';
import type { Code } from './code.js';
import { type Component, compiledComponents, hexOf, npmPurl, packageComponent } from './components.js';
import { packageFiles } from './packages.js';
import { lockedPackages, manifest, PROJECT, projectText } from './project.js';

const PGLITE = 'node_modules/@electric-sql/pglite';
const KOFFI = 'node_modules/koffi';

/** What koffi needs at run time; its package also has its source and documentation. */
const KOFFI_FILES = /^(package\.json|LICENSE\.txt|index\.c?js|src\/koffi\/(index|src\/static)\.c?js)$/;

/** PGlite's files beside its code. */
export const engineFiles = (): Entry[] =>
  ['pglite.wasm', 'initdb.wasm', 'pglite.data'].map((path) => ({
    path,
    bytes: readFileSync(join(PROJECT, PGLITE, 'dist', path)),
  }));

/** koffi, with the library that it is for each platform: `linux-x64`, `win32-arm64`. */
export async function koffiFiles(platforms: readonly string[]): Promise<Entry[]> {
  const own = filesBelow(KOFFI).filter(({ path }) => KOFFI_FILES.test(path.slice(KOFFI.length + 1)));
  const libraries = await Promise.all(
    platforms.map(async (platform) => {
      const directory = koffiLibrary(platform);
      if (existsSync(join(PROJECT, directory))) return filesBelow(directory).filter(isLibraryFile);
      const { version = '', integrity = '' } = lockedPackages()[directory] ?? {};
      const name = directory.slice('node_modules/'.length);
      const files = await packageFiles({ name, version, integrity });
      return files.map(({ path, bytes }) => ({ path: `${directory}/${path}`, bytes })).filter(isLibraryFile);
    }),
  );
  return [...own, ...libraries.flat()];
}

const isLibraryFile = ({ path }: Entry) =>
  /\/koffi-[\w-]+\/(package\.json|index\.js|\w+\/koffi\.node)$/.test(path);

/** What package.json lists besides the program: `sql`, `docs`. */
export const listedFiles = (): Entry[] =>
  (manifest().files ?? []).filter((path) => !/^(bin|dist)\b/.test(path)).flatMap(filesBelow);

/** What is about the product as a whole. */
export const frontMatter = (): Entry[] =>
  ['README.md', 'CHANGELOG.md', 'LICENSE'].map((path) => ({ path, bytes: Buffer.from(projectText(path)) }));

/**
 * package.json without what is about the source: an archive has its dependencies in it. Its `type` says that the files
 * of the program are modules.
 */
export function ownManifest(): Entry {
  const { name, version, description, license, type, bin, engines } = JSON.parse(
    projectText('package.json'),
  ) as Record<string, unknown>;
  const kept = { name, version, description, license, private: true, type, bin, engines };
  return { path: 'package.json', bytes: Buffer.from(`${JSON.stringify(kept, undefined, 2)}\n`) };
}

/** The software of others in a bundle of the program, koffi with its libraries and PGlite, by name. */
export function componentsOf({ packages }: Code, platforms: readonly string[]): Component[] {
  const programs = engineFiles().filter(({ path }) => path.endsWith('.wasm'));
  const koffi = packageComponent(KOFFI);
  const all = [
    ...packages.map(packageComponent),
    koffi,
    ...platforms.map((platform) => libraryComponent(platform, koffi)),
    ...compiledComponents(programs.map(({ bytes }) => bytes)),
  ];
  const byPurl = new Map(all.map((each) => [each.purl, each]));
  return [...byPurl.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

/** koffi's library for a platform, a package of its own that has the licence of koffi and no copy of it. */
function libraryComponent(platform: string, { license, texts }: Component): Component {
  const directory = koffiLibrary(platform);
  const { version, integrity } = lockedPackages()[directory] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`${directory} is not locked`);
  const name = directory.slice('node_modules/'.length);
  return { name, version, license, texts, purl: npmPurl(name, version), sha512: hexOf(integrity) };
}

const koffiLibrary = (platform: string): string => `node_modules/@koromix/koffi-${platform}`;

/** The files of a folder of the clone, or one file. Text has the line ends of the repository, `\n`. */
function filesBelow(path: string): Entry[] {
  const isFolder = readdirSync(join(PROJECT, path, '..'), { withFileTypes: true }).some(
    (each) => each.name === path.split('/').at(-1) && each.isDirectory(),
  );
  const paths = isFolder
    ? readdirSync(join(PROJECT, path), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name).slice(PROJECT.length).replaceAll('\\', '/'))
    : [path];
  return paths.map((each) => {
    const bytes = readFileSync(join(PROJECT, each));
    const isText = !bytes.includes(0);
    return {
      path: each,
      bytes: isText ? Buffer.from(bytes.toString('utf8').replaceAll('\r\n', '\n')) : bytes,
    };
  });
}
