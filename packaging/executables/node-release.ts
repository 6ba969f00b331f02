import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../packages.js';
import { PROJECT, projectText } from '../project.js';

export const TARGETS = ['linux-x64', 'win-x64'] as const;
export type Target = (typeof TARGETS)[number];

/** The release of Node.js that the executables contain; never the one of the machine. */
export type NodeRelease = { version: string } & Record<
  Target,
  { package: string; program: string; integrity: string }
>;

const FILE = 'packaging/executables/node.json';
const MAJOR = '24.';

export const nodeRelease = (): NodeRelease => JSON.parse(projectText(FILE)) as NodeRelease;

/** Writes down the newest release of the major version that npm has for all targets, and returns its version. */
export async function takeNewestNode(): Promise<string> {
  const release = nodeRelease();
  const ask = async (...words: string[]) => JSON.parse(await npm('view', '--json', ...words));
  const lists = await Promise.all(
    TARGETS.map(async (target) => (await ask(release[target].package, 'versions')) as string[]),
  );
  const [first = [], ...others] = lists;
  const shared = first.filter(
    (each) => each.startsWith(MAJOR) && others.every((list) => list.includes(each)),
  );
  const version = shared.toSorted(byVersion).at(-1);
  if (version === undefined) throw new Error(`npm has no release ${MAJOR}x for ${TARGETS.join(' and ')}`);
  for (const target of TARGETS) {
    release[target].integrity = await ask(`${release[target].package}@${version}`, 'dist.integrity');
  }
  writeFileSync(join(PROJECT, FILE), `${JSON.stringify({ ...release, version }, undefined, 2)}\n`);
  return version;
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((each) => each.split('.').map(Number));
  const at = left?.findIndex((number, index) => number !== right?.[index]) ?? -1;
  return at < 0 ? 0 : (left?.[at] ?? 0) - (right?.[at] ?? 0);
}
