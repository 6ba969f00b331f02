import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { onPath } from './on-path.js';

/** PowerShell 7, or the one that SCIMCTL_TEST_PWSH names; Windows PowerShell 5.1 is another program. */
const pwsh = process.env.SCIMCTL_TEST_PWSH ?? onPath('pwsh');

/** Why tests that need it are skipped. */
export const withoutPowerShell: string | false =
  pwsh === undefined ? 'PowerShell 7 is not installed (SCIMCTL_TEST_PWSH)' : false;

export interface PowerShellRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script file to its end. */
export async function runPowerShell(
  file: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<PowerShellRun> {
  const child = spawn(pwsh ?? '', ['-NoProfile', '-NonInteractive', '-File', file, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, POWERSHELL_TELEMETRY_OPTOUT: '1', POWERSHELL_UPDATECHECK: 'Off', ...env },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
