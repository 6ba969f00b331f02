import { spawnSync } from 'node:child_process';
import { binFile } from '../support/processes/cli.js';

// How long a person waits for nothing in particular, held against Node itself in the same run: pairs, one after
// the other, so that a machine that slows down slows both. At most 1.5 is what we allow ourselves.
const PAIRS = 31;

function wallMs(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - started;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

for (const flag of ['--version', '--help']) {
  const pairs = Array.from({ length: PAIRS }, () => ({
    ours: wallMs([binFile, flag]),
    node: wallMs(['-e', '0']),
  }));
  const ours = median(pairs.map((pair) => pair.ours)).toFixed(0);
  const node = median(pairs.map((pair) => pair.node)).toFixed(0);
  const ratio = median(pairs.map((pair) => pair.ours / pair.node)).toFixed(2);
  console.log(`scimctl ${flag}: ${ours} ms, node -e 0: ${node} ms, ratio ${ratio}`);
}
