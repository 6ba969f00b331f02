import { Problem } from '../problem.js';
import { within } from '../within.js';
import type { World } from '../world.js';
import { type Context, createContext } from './context.js';
import { type Globals, resolveGlobals } from './globals.js';
import { OUT } from './input/list-options.js';
import { type Sink, stdoutSink } from './output/files/sink.js';
import { type Invocation, parseCommandLine } from './program.js';
import { mayHaveWritten, sealAfter, warnOfUnsealed } from './shared/seal-after.js';

/** How long an interrupted command may take to clear away what it has begun, where it does not say itself. */
const CLEAN_UP_MS = 1000;

/** Runs one command and lets go of everything it opened, however it ends. */
export async function runCommand(invocation: Invocation, world: World): Promise<number | undefined> {
  const globals = resolveGlobals(invocation.globals, world);
  const { command, options } = invocation;
  // Before anything else is done: a file that cannot be written keeps the command from beginning.
  await keepFilesApart(invocation, globals, world);
  const sink = await sinkOf(invocation, world);
  const interruption = watchForInterruption(world, () => context.interruptionHint);
  const context: Context = createContext(globals, world, {
    takeSignals: interruption.stopWatching,
    showHelp: async (words) => void (await parseCommandLine([...words, '--help'], world)),
    sink,
  });
  const running = command.run(options, context);
  try {
    const code = await Promise.race([running, interruption.happened]);
    await sink.keep();
    if (sink.isFile) context.talk.done(`Written to ${String(options.out)}.`);
    await sealed(invocation, context);
    return code ?? undefined;
  } catch (error) {
    await sink.discard();
    // It may be waiting for a lock or a server, and would go on when that answers: its connections are cut.
    if (isInterruption(error)) {
      const isUnsealed = mayHaveWritten(command, context);
      const cleanUp = Promise.allSettled([context.abandon(), running]);
      await within(command.cleanUpMs ?? CLEAN_UP_MS, cleanUp, () => undefined);
      if (isUnsealed) warnOfUnsealed(context);
    } else await sealed(invocation, context);
    throw await explained(error, invocation, context);
  } finally {
    interruption.stopWatching();
    await context.close();
  }
}

async function keepFilesApart({ command, options }: Invocation, globals: Globals, world: World) {
  if (!command.options?.some(({ writes }) => writes)) return;
  const { assertFilesApart } = await import('./input/assert-files-apart.js');
  await assertFilesApart({ command, options, globals }, world);
}

/** stdout, or the file that `--out` names; `-` is stdout, as elsewhere. */
async function sinkOf(invocation: Invocation, world: World): Promise<Sink> {
  const { command, options } = invocation;
  if (typeof options.out !== 'string' || options.out === '-' || !command.options?.includes(OUT)) {
    return stdoutSink(world);
  }
  const { keptFile } = await import('./output/files/kept-file.js');
  return keptFile(options.out, world);
}

/** The trail is sealed as it is written, also by a command that fails after that or is refused. */
async function sealed({ command }: Invocation, context: Context): Promise<void> {
  if (mayHaveWritten(command, context)) await sealAfter(context);
}

/**
 * A refusal of the database, said with the right that is lacking and the role that has it, or with the column of a host
 * view that cannot be read.
 */
async function explained(
  error: unknown,
  { command, options }: Invocation,
  context: Context,
): Promise<unknown> {
  const needs = command.rightsWith?.(options) ?? command.rights;
  if (!context.isConnected() || !needs) return error;
  const { explainUnreadable, mayBeUnreadable } = await import('../core/host/unreadable.js');
  if (mayBeUnreadable(error)) {
    const told = await explainUnreadable(error, await context.database());
    if (told !== error) return told;
  }
  const { explainDenial, mayBeDenied } = await import('../core/rights/denied.js');
  return mayBeDenied(error) ? explainDenial(error, needs, await context.database()) : error;
}

/** @param hintOf what the command says of being interrupted at this moment. */
function watchForInterruption(
  world: World,
  hintOf: () => string | undefined,
): { happened: Promise<never>; stopWatching: () => void } {
  let stopWatching = () => {};
  const happened = new Promise<never>((_, reject) => {
    stopWatching = world.onInterrupt(() =>
      reject(
        new Problem('interrupted', 'interrupted', 'Interrupted.', {
          hint:
            hintOf() ?? 'The change was applied completely or not at all. Run the command again to check.',
        }),
      ),
    );
  });
  return { happened, stopWatching };
}

const isInterruption = (error: unknown) => error instanceof Problem && error.kind === 'interrupted';
