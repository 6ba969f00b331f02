import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { PROJECT } from './project.js';

/** The program as a bundler makes it, and the packages of which it contains code. */
export interface Code {
  files: { name: string; bytes: Buffer }[];
  /** Their directories, relative to the clone, with `/`: `node_modules/pg`. */
  packages: string[];
}

/**
 * Packages that our dependencies load and that we do not need: the cloud logins of tedious, and the drivers that knex
 * can use. Who reaches for one gets an error.
 */
const LEFT_OUT =
  /^(@azure\/[\w-]+|better-sqlite3|mariadb\/callback|mysql2?|oracledb|pg-native|pg-query-stream|sqlite3)$/;

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: missing(path) }));
  },
};

/** tedious loads the cloud logins at once and uses them only if it is told to; the drivers are loaded when they are used. */
const missing = (path: string): string => {
  const error = `Object.assign(new Error(${JSON.stringify(`${path} is not part of scimctl`)}), { code: 'MODULE_NOT_FOUND' })`;
  return path.startsWith('@azure/')
    ? `module.exports = new Proxy({}, { get() { throw ${error}; } });`
    : `throw ${error};`;
};

const SHARED = {
  absWorkingDir: PROJECT,
  bundle: true,
  platform: 'node',
  target: 'node20.17',
  // Readable, because administrators review what they run; compressed, it is hardly larger.
  minify: false,
  // The notices have the licences.
  legalComments: 'none',
  external: ['koffi'],
  plugins: [withoutUnused],
  metafile: true,
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * The program in many files, of which a command loads what it needs, as it does without a bundler. Their names contain
 * a hash of what is in them.
 */
export const programModules = (): Promise<Code> =>
  codeOf({
    ...SHARED,
    format: 'esm',
    splitting: true,
    outdir: 'out',
    entryPoints: [
      { in: 'dist/src/main.js', out: 'main' },
      { in: 'dist/src/world.js', out: 'world' },
      { in: 'dist/src/database/embedded/engine-worker.js', out: 'engine-worker' },
    ],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });

const SCRIPT = {
  ...SHARED,
  format: 'cjs',
  outdir: 'out',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'executableUrl' },
  banner: { js: "const executableUrl = require('node:url').pathToFileURL(process.execPath).href;" },
} as const satisfies BuildOptions;

/** The program in one script for each thread, for a single executable: Node.js 24 takes only CommonJS there. */
export async function programScripts(): Promise<Code> {
  const parts = await Promise.all([
    codeOf({
      ...SCRIPT,
      entryPoints: [{ in: 'dist/packaging/executables/program.js', out: 'program' }],
      // The script of a single executable has no import(), unlike that of a thread.
      supported: { 'dynamic-import': false },
    }),
    codeOf({
      ...SCRIPT,
      entryPoints: [{ in: 'dist/src/database/embedded/engine-worker.js', out: 'engine-worker' }],
    }),
  ]);
  return {
    files: parts.flatMap(({ files }) => files),
    packages: [...new Set(parts.flatMap(({ packages }) => packages))].sort(),
  };
}

async function codeOf(options: BuildOptions): Promise<Code> {
  const { outputFiles = [], metafile } = await build(options);
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap((output) => Object.keys(output.inputs));
  const packages = new Set(inputs.map(packageOf).filter((found) => found !== undefined));
  return {
    files: outputFiles.map(({ path, contents }) => ({ name: basename(path), bytes: Buffer.from(contents) })),
    packages: [...packages].sort(),
  };
}

/** The directory of the package that a file belongs to; undefined for ours and for what was left out. */
function packageOf(file: string): string | undefined {
  if (!file.startsWith('node_modules/')) return undefined;
  for (let directory = dirname(file); directory !== 'node_modules'; directory = posix.dirname(directory)) {
    const isPackage = /(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/.test(directory);
    if (isPackage && existsSync(join(PROJECT, directory, 'package.json'))) return directory;
  }
  throw new Error(`${file} belongs to no package`);
}
