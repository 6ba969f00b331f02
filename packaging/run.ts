import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, executableBundle, type Product } from './bundle.js';
import { TARGETS, takeNewestNode } from './executables/node-release.js';
import { PROJECT } from './project.js';

// `npm run bundle`: what is published, into release/. The same source gives the same bytes on the same Node.js.
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(PROJECT, 'release') },
    'archives-only': { type: 'boolean', default: false },
    'newest-node': { type: 'boolean', default: false },
  },
});

if (values['newest-node']) {
  console.log(`The executables are made of Node.js ${await takeNewestNode()} from now on.`);
} else {
  const seconds = lastChange();
  const out = resolve(values.out);
  await mkdir(out, { recursive: true });
  const products: Product[] = [];
  for (const family of ['unix', 'windows'] as const) products.push(...(await bundle(family, seconds)));
  for (const target of values['archives-only'] ? [] : TARGETS) {
    products.push(...(await executableBundle(target, seconds)));
  }
  for (const { name, bytes } of products) {
    await writeFile(join(out, name), bytes);
    console.log(`${(bytes.length / 1e6).toFixed(1).padStart(6)} MB  ${name}`);
  }
  await writeFile(join(out, 'SHA256SUMS'), products.map(checksumLine).join(''));
  console.log(`in ${out}, with SHA256SUMS`);
}

/** As `sha256sum` prints and checks it. */
function checksumLine({ name, bytes }: Product): string {
  return `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
}

/** When the source was last changed, in seconds of the Unix epoch: by SOURCE_DATE_EPOCH, or else by the last commit. */
function lastChange(): number {
  const { SOURCE_DATE_EPOCH: said } = process.env;
  const text = said ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: PROJECT, encoding: 'utf8' });
  const seconds = Number(text);
  // ZIP begins at 1980.
  if (!Number.isInteger(seconds) || seconds < 315532800) throw new Error(`SOURCE_DATE_EPOCH is ${text}`);
  return seconds;
}
