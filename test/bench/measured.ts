import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

/** Loaded into the measured process by `--import`: tells the peak of its resident memory, in kB, when it ends. */
export const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`)}`;

/** A process that ran to its end. */
export interface Measured {
  seconds: number;
  mb: number;
  stdout: string;
}

/** Runs a command to its end, which must be 0, or 4, and measures it. */
export async function measured(
  command: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Measured> {
  const begin = performance.now();
  const child = spawn(command, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const said = ['', ''];
  [child.stdio[1], child.stdio[3]].forEach((stream, at) => {
    stream?.on('data', (text) => {
      said[at] += text;
    });
  });
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  const [stdout = '', kilobytes] = said;
  assert.ok(code === 0 || code === 4, `${command} ended with ${code}`);
  return { seconds: (performance.now() - begin) / 1000, mb: Math.round(Number(kilobytes) / 1024), stdout };
}
