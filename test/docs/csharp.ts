import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { buildDotnet, type DotnetProgram, fedWith, programFile } from '../support/running/dotnet.js';
import { samplePath } from './vectors.js';

const run = promisify(execFile);

/** A program that can be run, or why there is none here. */
export type Csharp = { command: string[] } | { missing: string };

const project = join(projectDirectory, 'test', 'fixtures', 'verify-token');
const sample = samplePath('VerifyToken.cs');

/**
 * Compiles `docs/samples/VerifyToken.cs` with its harness: with the .NET SDK, or else with Mono, in either case as
 * C# 5, which is what .NET Framework's own compiler takes. `driver`: so that it can ask SQL Server.
 */
export async function compileCsharp({ driver = false } = {}): Promise<Csharp> {
  const program: DotnetProgram = { project, sources: [sample], configuration: driver ? 'Driver' : 'Debug' };
  const missing = await buildDotnet(program);
  if (missing === undefined) return { command: ['dotnet', programFile(program)] };
  return (await compileWithMono()) ?? { missing };
}

async function compileWithMono(): Promise<Csharp | undefined> {
  for (const program of ['mcs', 'mono']) {
    if (!(await run(program, ['--version']).catch(() => undefined))) return undefined;
  }
  const program = join(await temporaryDirectory('csharp'), 'verify.exe');
  const options = ['-langversion:5', '-warnaserror', '-r:System.Data.dll', `-out:${program}`];
  await run('mcs', [...options, sample, join(project, 'Harness.cs')]);
  return { command: ['mono', program] };
}

/** Sends the requests, one a line, and reads an answer for each. */
export async function askCsharp(
  { command }: { command: string[] },
  args: string[],
  requests: string[][],
): Promise<string[]> {
  const lines = requests.map((fields) => `${fields.join('\t')}\n`).join('');
  return (await fedWith(lines, [...command, ...args])).trimEnd().split(/\r?\n/);
}
