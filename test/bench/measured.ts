import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

/** Loaded into the measured process by `--import`: tells the peak of its resident memory, in kB, and its time on a processor, in microseconds, when it ends. */
export const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeSync(3, [maxRSS, userCPUTime + systemCPUTime].join(' '));
  });`)}`;

/** A process that ran to its end. */
export interface Measured {
  seconds: number;
  mb: number;
  /** On a processor, in seconds: what it would take on a machine that does nothing else. NaN if it does not say. */
  busy: number;
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
  const [stdout = '', resources = ''] = said;
  const [kilobytes, microseconds] = resources.split(' ').map(Number);
  assert.ok(code === 0 || code === 4, `${command} ended with ${code}`);
  const seconds = (performance.now() - begin) / 1000;
  return {
    ...{ seconds, mb: Math.round(Number(kilobytes) / 1024), busy: Number(microseconds) / 1e6, stdout },
  };
}

export const median = (some: readonly number[]): number =>
  [...some].sort((a, b) => a - b)[Math.floor(some.length / 2)] as number;

/** An export is read and compared in at most so many times COPY and joins in psql, and in less memory. */
const MOST_TIMES = 3;
const MOST_MB = 250;

/** Says where that is not so, and has the benchmark fail. */
export function hold(times: number, mb: number): void {
  if (times <= MOST_TIMES && mb < MOST_MB) return;
  console.log(`    that is more than ${MOST_TIMES} times, or ${MOST_MB} MB`);
  process.exitCode = 1;
}
