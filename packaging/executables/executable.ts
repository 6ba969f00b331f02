import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
// @ts-expect-error: postject ships no types
import { inject } from 'postject';
import type { ArchivedFile as Entry } from '../../src/cli/output/files/tar.js';
import { CONTENTS } from '../../src/installation/files.js';
import { packageFiles } from '../packages.js';
import { nodeRelease, type Target } from './node-release.js';
import { hasCertificates, withoutCertificates } from './portable-executable.js';

/** By which Node.js knows where its application is, and that it has one (nodejs.org/api/single-executable-applications). */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

export interface Executable {
  program: Buffer;
  /** The licence of Node.js and of what it contains. */
  license: string;
}

/**
 * Makes a single executable of Node.js and the program. The Node.js of Linux prepares the application for each target,
 * which is possible because it contains no code that is compiled for one.
 * @param script the program, as one CommonJS script.
 * @param assets what it reads, by path.
 */
export async function singleExecutable(
  target: Target,
  script: Buffer,
  assets: readonly Entry[],
): Promise<Executable> {
  if (`${process.platform}-${process.arch}` !== 'linux-x64') {
    throw new Error('Executables are made on Linux x64. Add --archives-only to make only the archives.');
  }
  const linux = await nodeFiles('linux-x64');
  const goal = target === 'linux-x64' ? linux : await nodeFiles(target);
  const directory = await mkdtemp(join(tmpdir(), 'scimctl-executable-'));
  try {
    const node = join(directory, 'node');
    await writeFile(node, linux.program);
    await chmod(node, 0o755);
    const blob = await preparedBlob(node, directory, script, assets);
    const file = join(directory, 'program');
    await writeFile(file, target === 'win-x64' ? withoutCertificates(goal.program) : goal.program);
    await inject(file, RESOURCE, blob, { sentinelFuse: FUSE });
    const program = await readFile(file);
    if (target !== 'win-x64') return { program, license: linux.license };
    const plain = withoutCertificates(program);
    if (hasCertificates(plain)) throw new Error('The Windows program still has a table of certificates');
    return { program: plain, license: linux.license };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function nodeFiles(target: Target): Promise<Executable> {
  const { version, [target]: release } = nodeRelease();
  const files = await packageFiles({ name: release.package, version, integrity: release.integrity });
  const bytesOf = (path: string) => files.find((file) => file.path === path)?.bytes;
  const program = bytesOf(release.program);
  if (program === undefined) throw new Error(`${release.package}@${version} has no ${release.program}`);
  return { program, license: bytesOf('LICENSE')?.toString('utf8') ?? '' };
}

async function preparedBlob(
  node: string,
  directory: string,
  script: Buffer,
  assets: readonly Entry[],
): Promise<Buffer> {
  const paths = assets.map(({ path }) => path).sort();
  const all = [...assets, { path: CONTENTS, bytes: Buffer.from(JSON.stringify(paths)) }];
  for (const { path, bytes } of all) {
    const file = join(directory, 'assets', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await writeFile(join(directory, 'program.cjs'), script);
  const config = {
    // Relative: the blob contains this path.
    main: 'program.cjs',
    output: 'blob',
    disableExperimentalSEAWarning: true,
    // Both would be for the Node.js that prepares it, on its platform.
    useSnapshot: false,
    useCodeCache: false,
    assets: Object.fromEntries(all.map(({ path }) => [path, `assets/${path}`])),
  };
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  await promisify(execFile)(node, ['--experimental-sea-config', 'config.json'], { cwd: directory });
  return readFile(join(directory, 'blob'));
}
