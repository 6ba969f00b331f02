import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDirectory, temporaryDirectory } from '../environment.js';
import { makeOnce } from '../make-once.js';

const run = promisify(execFile);

/** A text to be judged. */
export interface TsqlText {
  name: string;
  sql: string;
  /** Run by a client of the DBA's, so that it has to set the seven SET options by itself. */
  script?: boolean;
  /** Texts of one database know each other's tables, triggers and keys. */
  database?: string;
}

export interface TsqlFault {
  /** The number of the server's message: `169`; or `syntax`, `newer`, `level`, `set-options`. */
  rule: string;
  line: number;
  message: string;
  /** The place, in the words of the text. */
  at: string;
}

export interface TsqlVerdict {
  name: string;
  /** The parsers that take it, by compatibility level. */
  parses: number[];
  faults: TsqlFault[];
}

/** SQL Server 2016 to 2025. */
export const LEVELS: readonly number[] = [130, 140, 150, 160, 170];

/** Microsoft's own parser, with our rules on its syntax tree. */
export interface Judge {
  /** A verdict for each text, in their order. */
  judge(texts: readonly TsqlText[]): Promise<TsqlVerdict[]>;
}

/** The judge, or why there is none here. */
export type Summoned = Judge | { missing: string };

const project = join(projectDirectory, 'test', 'tsql', 'judge');
const built = join(projectDirectory, 'dist', 'tsql-judge');
const program = join(built, 'bin', 'judge', 'debug', 'judge.dll');
/** Says of which sources the program was made. */
const stamp = join(built, 'stamp');

const quiet = { DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', DOTNET_CLI_UI_LANGUAGE: 'en' };
const dotnet = (args: readonly string[], timeoutMs?: number) =>
  run('dotnet', args, { env: { ...process.env, ...quiet }, maxBuffer: 1 << 28, timeout: timeoutMs ?? 0 });

/** Where NuGet cannot be reached, the SDK may try for as long as it likes. */
const buildMs = 300_000;

/**
 * Builds the judge, once in a run, where the .NET SDK is installed. The parser comes from NuGet: without a network,
 * and where it was never fetched before, there is no judge either, unless SCIMCTL_TEST_TSQL says `required`.
 */
export async function summonJudge(): Promise<Summoned> {
  const missing = (await sdkMissing()) ?? (await packageMissing());
  if (missing !== undefined) {
    if (process.env.SCIMCTL_TEST_TSQL === 'required') throw new Error(missing);
    return { missing };
  }
  return { judge };
}

/** Why nothing can be built here; looks only. */
export async function sdkMissing(): Promise<string | undefined> {
  const listed = await dotnet(['--list-sdks']).catch(() => undefined);
  if (!listed) return 'dotnet is not installed';
  const newest = Math.max(0, ...listed.stdout.split('\n').map((line) => Number.parseInt(line, 10) || 0));
  return newest >= 8 ? undefined : 'the .NET SDK 8 or later is not installed';
}

/** Builds it, and says why it could not be, if the reason is not in our sources. */
async function packageMissing(): Promise<string | undefined> {
  const directory = process.env.SCIMCTL_TEST_RUN_DIR ?? (await temporaryDirectory('tsql'));
  const outcome = join(directory, 'tsql-judge');
  // A reason is an outcome, too: whoever comes next need not wait for the network again.
  await makeOnce(outcome, async () => writeFile(outcome, (await build()) ?? ''));
  return (await readFile(outcome, 'utf8')) || undefined;
}

async function build(): Promise<string | undefined> {
  const sources = await digestOfSources();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === sources) return undefined;
  // No server of the compiler's, which would outlive the run.
  const options = ['-nologo', '-verbosity:quiet', '-nodeReuse:false', '-property:UseSharedCompilation=false'];
  try {
    await dotnet(['build', project, ...options], buildMs);
    await writeFile(stamp, sources);
    return undefined;
  } catch (error) {
    const { stdout = '', killed } = error as { stdout?: string; killed?: boolean };
    if (killed || /error NU1(301|101|100)/.test(stdout))
      return 'Microsoft.SqlServer.TransactSql.ScriptDom cannot be fetched from NuGet';
    throw new Error(`the judge of T-SQL cannot be built\n${stdout}`);
  }
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256').update((await dotnet(['--version'])).stdout);
  const names = (await readdir(project, { recursive: true })).filter((name) =>
    /\.(cs|csproj|props)$/.test(name),
  );
  for (const name of names.sort()) hash.update(name).update(await readFile(join(project, name)));
  return hash.digest('hex');
}

async function judge(texts: readonly TsqlText[]): Promise<TsqlVerdict[]> {
  const running = dotnet([program, '--json']);
  running.child.stdin?.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
  const { stdout } = await running;
  const verdicts = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TsqlVerdict);
  if (verdicts.length !== texts.length) throw new Error('the judge has not judged every text');
  return verdicts;
}

/** One line for each fault, with the text it is in. */
export const faultLines = (verdicts: readonly TsqlVerdict[]): string[] =>
  verdicts.flatMap(({ name, faults }) =>
    faults.map(({ rule, line, message, at }) => `${name}:${line}: ${rule}: ${message}\n    ${at}`),
  );
