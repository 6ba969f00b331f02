import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Extent, hasTests, isWhole, pathInTests } from './extents.js';
import { type EngineAvailability, engineAvailability, engineNames } from './support/engines/availability.js';
import { runPrefix } from './support/engines/database.js';
import { startEmbeddedPool } from './support/engines/embedded-pool.js';
import { engineServer } from './support/engines.js';
import { keepPostgres } from './support/postgres/keep.js';
import { RunReport, TSQL_PARSER } from './support/running/report.js';
import { RUN_PREFIX, removeLeftovers, scratchRoot } from './support/running/scratch.js';
import { testFiles } from './support/running/test-files.js';
import { isWine, KEEP_ALIVE_OPTION } from './support/running/wine.js';
import { capturingOption, judgeCaptured } from './support/tsql/captured.js';

/**
 * Runs the tests: `node dist/test/run.js [--long [--ci | --all]] [part of a path …]`. Without `--long` what
 * `npm test` runs, with it what that leaves out (see extents.ts), and with parts of paths all of these files.
 * `--ci` repeats the same random cases each time and leaves out what extents.ts says, `--all` runs a hundred times as many.
 *
 * PostgreSQL is started for the run, unless SCIMCTL_TEST_POSTGRES names a server to use instead;
 * SCIMCTL_TEST_MSSQL names a server that speaks TDS; SCIMCTL_TEST_ENGINES chooses among the engines. What was
 * sent to a server that speaks TDS is judged at the end; SCIMCTL_TEST_STATEMENTS names a file to keep it in.
 */
/** How much of what is drawn at random `--all` runs, where nobody says otherwise. */
const MUCH = {
  SCIMCTL_TEST_COMMANDS: '5000',
  SCIMCTL_TEST_FUZZ: '100000',
  SCIMCTL_TEST_KILLS: '50',
  SCIMCTL_TEST_PEOPLE: '20000',
};
const { values: choice, positionals: filters } = parseArgs({
  options: { long: { type: 'boolean' }, ci: { type: 'boolean' }, all: { type: 'boolean' } },
  allowPositionals: true,
});
const extent: Extent | undefined = filters.length > 0 ? undefined : choice.long ? 'long' : 'short';
if (choice.ci) {
  process.env.SCIMCTL_TEST_SEED ??= '1651013877';
  process.env.SCIMCTL_TEST_CI = '1';
}
if (choice.all) for (const [name, times] of Object.entries(MUCH)) process.env[name] ??= times;
const fileTimeoutMs = isAskedForMore(process.env) ? Number.POSITIVE_INFINITY : 10 * 60_000;
const compiled = fileURLToPath(new URL('.', import.meta.url));

if (await isWine()) preload(KEEP_ALIVE_OPTION);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    process.exitCode = signal === 'SIGINT' ? 130 : 143;
    interruption.abort();
  });
}

// A reader of our output that goes away (`| head`) wants no more of it.
process.stdout.on('error', () => interruption.abort());

const scratch = await scratchRoot(process.env);
if (scratch !== tmpdir()) process.env.TMPDIR = scratch;
await removeLeftovers(scratch);
const runDirectory = await mkdtemp(join(scratch, `${RUN_PREFIX}${process.pid}-`));
process.once('exit', () => rmSync(runDirectory, { recursive: true, force: true, maxRetries: 5 }));
process.env.SCIMCTL_TEST_RUN_DIR = runDirectory;
process.env.SCIMCTL_TEST_RUN = process.pid.toString(36) + Date.now().toString(36);
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode ||= 1;
}

/** Whether a test was told how long to go on; then it is for whoever said so to end it. */
function isAskedForMore(env: NodeJS.ProcessEnv): boolean {
  return Object.keys(MUCH).some((name) => env[name] !== undefined);
}

async function main(): Promise<void> {
  if (extent) process.env.SCIMCTL_TEST_EXTENT = extent;
  const available = engineAvailability({ ...process.env, SCIMCTL_TEST_POSTGRES: 'own' })
    .filter(({ skipped }) => skipped === undefined)
    .map(({ name }) => name);
  const found = await testFiles(compiled, filters);
  const files = found.filter((file) => !extent || hasTests(extent, pathInTests(file), available));
  const postgres = ownPostgresWanted() ? await keepPostgres() : undefined;
  if (postgres) process.env.SCIMCTL_TEST_POSTGRES = postgres.url;
  const engines = engineAvailability(process.env);
  const statements = captureStatements(engines);
  const embedded = engines.some(({ name, skipped }) => name === 'embedded' && skipped === undefined);
  const endPool = embedded ? await startEmbeddedPool() : undefined;
  try {
    await announce(engines);
    await runFiles(files, engines);
    if (statements && !interruption.signal.aborted) await judgeStatements(statements);
  } finally {
    await endPool?.();
    if (postgres) await postgres.stop();
    await dropLeftovers(engines.filter(({ name }) => name !== 'postgres' || !postgres));
  }
}

function ownPostgresWanted(): boolean {
  const postgres = engineAvailability({ ...process.env, SCIMCTL_TEST_POSTGRES: 'own' }).find(
    ({ name }) => name === 'postgres',
  );
  return !process.env.SCIMCTL_TEST_POSTGRES && postgres?.skipped === undefined;
}

/** Says what the run will use; a server that does not answer is an error, not a reason to skip. */
async function announce(engines: EngineAvailability[]): Promise<void> {
  for (const engine of engines) {
    if (engine.skipped === undefined) engine.label = await engineServer(engine, process.env).version();
    console.log(
      `${engine.label}: ${engine.skipped === undefined ? 'will run' : `skipped, ${engine.skipped}`}`,
    );
  }
}

async function runFiles(files: string[], engines: EngineAvailability[]): Promise<void> {
  const report = new RunReport([...engines, TSQL_PARSER]);
  const tests = run({
    files,
    // One more than there are processors: a third of the time of a test goes by in waiting for something.
    concurrency: availableParallelism() + 1,
    timeout: fileTimeoutMs,
    signal: interruption.signal,
  });
  for await (const text of tests.compose(report).compose(new spec())) process.stdout.write(text);

  const empty = report.emptyFiles.filter((file) => !extent || isWhole(pathInTests(file), engineNames));
  for (const file of empty) console.error(`${relative(compiled, file)} holds no test`);
  if (interruption.signal.aborted) console.error('Interrupted.');
  else if (report.ran === 0) console.error('No test was run.');
  if (report.failed > 0 || report.ran === 0 || empty.length > 0) process.exitCode ||= 1;
}

/** Has every process of the run write down what it sends to SQL Server. @returns the file. */
function captureStatements(engines: EngineAvailability[]): string | undefined {
  if (engines.find(({ name }) => name === 'mssql')?.skipped !== undefined) return undefined;
  const file = process.env.SCIMCTL_TEST_STATEMENTS ?? join(runDirectory, 'statements.jsonl');
  preload(capturingOption(file));
  return file;
}

/** Adds an option to those of every Node.js process of the run. */
function preload(option: string): void {
  process.env.NODE_OPTIONS = [process.env.NODE_OPTIONS, option].filter(Boolean).join(' ');
}

async function judgeStatements(file: string): Promise<void> {
  const { failed, lines } = await judgeCaptured(file);
  for (const line of lines) console.log(line);
  if (failed) process.exitCode ||= 1;
}

async function dropLeftovers(engines: EngineAvailability[]): Promise<void> {
  for (const engine of engines) {
    if (engine.skipped === undefined) await engineServer(engine, process.env).dropAll(runPrefix(process.env));
  }
}
