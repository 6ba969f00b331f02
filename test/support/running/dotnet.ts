import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { projectDirectory, temporaryDirectory } from '../environment.js';
import { makeOnce } from './make-once.js';

const run = promisify(execFile);

/** Where test/Directory.Build.props puts what is built. */
const artifacts = join(projectDirectory, 'dist', 'dotnet');

/** A C# program of the tests. */
export interface DotnetProgram {
  /** Its folder, which has the name of the program. */
  project: string;
  /** `Debug` where it is left out. */
  configuration?: string;
  /** Files it is made of beside those of its folder. */
  sources?: readonly string[];
}

const quiet = { DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', DOTNET_CLI_UI_LANGUAGE: 'en' };

/** Runs `dotnet`; `NODE_OPTIONS` and the like are nothing to it. */
export const dotnet = (args: readonly string[], timeoutMs = 0) =>
  run('dotnet', args, { env: { ...process.env, ...quiet }, maxBuffer: 1 << 28, timeout: timeoutMs });

/** Runs a program that reads what it is given to the end. @returns what it wrote to standard output. */
export async function fedWith(input: string, [program = '', ...args]: readonly string[]): Promise<string> {
  const running = run(program, args, { maxBuffer: 1 << 28 });
  // One that ends before it has read everything says why by its exit.
  running.child.stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}

/** The file that `dotnet` runs. */
export function programFile({ project, configuration = 'Debug' }: DotnetProgram): string {
  const name = basename(project);
  return join(artifacts, 'bin', name, configuration.toLowerCase(), `${name}.dll`);
}

/** Why no C# can be built here; looks only. */
export async function sdkMissing(): Promise<string | undefined> {
  const listed = await dotnet(['--list-sdks']).catch(() => undefined);
  if (!listed) return 'dotnet is not installed';
  const newest = Math.max(0, ...listed.stdout.split('\n').map((line) => Number.parseInt(line, 10) || 0));
  return newest >= 8 ? undefined : 'the .NET SDK 8 or later is not installed';
}

/**
 * Builds a program, once in a run, and not at all where it is built already. Its packages come from NuGet.
 * @returns why it could not be built, where the reason is not in our sources: no SDK, or no network.
 */
export async function buildDotnet(program: DotnetProgram): Promise<string | undefined> {
  const missing = await sdkMissing();
  if (missing !== undefined) return missing;
  const directory = process.env.SCIMCTL_TEST_RUN_DIR ?? (await temporaryDirectory('dotnet'));
  const outcome = join(directory, `dotnet-${basename(program.project)}-${program.configuration ?? 'Debug'}`);
  // A reason is an outcome, too: whoever comes next need not wait for the network again.
  await makeOnce(outcome, async () => writeFile(outcome, (await build(program)) ?? ''));
  return (await readFile(outcome, 'utf8')) || undefined;
}

/** Where NuGet cannot be reached, the SDK may try for as long as it likes. */
const buildMs = 300_000;

async function build(program: DotnetProgram): Promise<string | undefined> {
  const stamp = `${programFile(program)}.stamp`;
  const sources = await digestOf(program);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === sources) return undefined;
  // Two builds at once can get in each other's way; a fault of ours is there the second time, too.
  let failed = await failureOf(program);
  if (failed && !failed.unreachable) failed = await failureOf(program);
  if (!failed) await writeFile(stamp, sources);
  else if (failed.unreachable)
    return `the packages of ${basename(program.project)} cannot be fetched from NuGet`;
  else throw new Error(`${basename(program.project)} cannot be built\n${failed.output}`);
  return undefined;
}

async function failureOf({ project, configuration = 'Debug' }: DotnetProgram) {
  // No server of the compiler's, which would outlive the run.
  const options = ['-nologo', '-verbosity:quiet', '-nodeReuse:false', '-property:UseSharedCompilation=false'];
  try {
    await dotnet(['build', project, '--configuration', configuration, ...options], buildMs);
    return undefined;
  } catch (error) {
    const { stdout, stderr, killed } = error as { stdout: string; stderr: string; killed: boolean };
    return { unreachable: killed || /error NU1(301|101|100)/.test(stdout), output: `${stdout}${stderr}` };
  }
}

async function digestOf({ project, sources = [] }: DotnetProgram): Promise<string> {
  const hash = createHash('sha256').update((await dotnet(['--version'])).stdout);
  const inside = (await readdir(project, { recursive: true })).filter((name) => /\.(cs|csproj)$/.test(name));
  const files = [
    join(projectDirectory, 'test', 'Directory.Build.props'),
    ...sources,
    ...inside.sort().map((name) => join(project, name)),
  ];
  for (const file of files) hash.update(basename(file)).update(await readFile(file));
  return hash.digest('hex');
}
