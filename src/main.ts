import { EXIT_CODES, exitCodeOf } from './cli/exit-codes.js';
import { versionLine } from './installation/version.js';
import { Problem } from './problem.js';
import type { World } from './world.js';

/**
 * Runs one command line.
 * @returns the exit code. This is the only place where errors become exit codes.
 */
export async function main(argv: readonly string[], world: World): Promise<number> {
  quietBrokenPipe(world);
  const code = await run(argv, world);
  await world.leave?.(code);
  return code;
}

async function run(argv: readonly string[], world: World): Promise<number> {
  // Ahead of everything, because next to nothing is needed for them.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    world.stdout.write(`${versionLine()}\n`);
    return EXIT_CODES.done.code;
  }
  if (argv.length === 0 || (argv.length === 1 && (argv[0] === '--help' || argv[0] === '-h'))) {
    const { rootHelp } = await import('./cli/root-help.js');
    world.stdout.write(rootHelp(world.stdout.columns));
    return EXIT_CODES.done.code;
  }
  try {
    const { parseCommandLine } = await import('./cli/program.js');
    const invocation = await parseCommandLine(argv, world);
    if (!invocation) return EXIT_CODES.done.code;
    const { runCommand } = await import('./cli/run-command.js');
    return (await runCommand(invocation, world)) ?? EXIT_CODES.done.code;
  } catch (error) {
    const { reportProblem, problemOf } = await import('./cli/report-problem.js');
    const problem = error instanceof Problem ? error : await problemOf(error);
    reportProblem(problem, argv, world);
    return exitCodeOf(problem.kind);
  }
}

/** `scimctl … | head` closes our stdout early, and with `2>&1` stderr too; that is not a fault. */
function quietBrokenPipe({ stdout, stderr }: World): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Windows says EOF where the reader of a pipe has gone.
      if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
    });
  }
}
