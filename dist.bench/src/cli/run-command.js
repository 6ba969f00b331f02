import { Problem } from '../problem.js';
import { createContext } from './context.js';
import { resolveGlobals } from './globals.js';
/** How long an interrupted command may take to clear away what it has begun, where it does not say itself. */
const CLEAN_UP_MS = 1000;
/** Runs one command and lets go of everything it opened, however it ends. */
export async function runCommand(invocation, world) {
    const globals = resolveGlobals(invocation.globals, world);
    const interruption = watchForInterruption(world);
    const context = createContext(globals, world, { takeSignals: interruption.stopWatching });
    const { command, options } = invocation;
    const running = command.run(options, context);
    try {
        return (await Promise.race([running, interruption.happened])) ?? undefined;
    }
    catch (error) {
        // It may be waiting for a lock or a server, and would go on when that answers: its connections are cut.
        if (isInterruption(error)) {
            const cleanUp = Promise.allSettled([context.abandon(), running]);
            await atMost(command.cleanUpMs ?? CLEAN_UP_MS, cleanUp);
        }
        throw await explained(error, invocation, context);
    }
    finally {
        interruption.stopWatching();
        await context.close();
    }
}
/** A refusal of the database, said with the right that is lacking and the role that has it. */
async function explained(error, { command }, context) {
    if (!context.isConnected() || !command.rights)
        return error;
    const { explainDenial, mayBeDenied } = await import('../core/rights/denied.js');
    return mayBeDenied(error) ? explainDenial(error, command.rights, await context.database()) : error;
}
function watchForInterruption(world) {
    let stopWatching = () => { };
    const happened = new Promise((_, reject) => {
        stopWatching = world.onInterrupt(() => reject(new Problem('interrupted', 'interrupted', 'Interrupted.', {
            hint: 'What was under way was kept whole or not at all; run the command again to be sure.',
        })));
    });
    return { happened, stopWatching };
}
const isInterruption = (error) => error instanceof Problem && error.kind === 'interrupted';
async function atMost(milliseconds, work) {
    let timer;
    const late = new Promise((resolve) => {
        timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([work, late]);
    clearTimeout(timer);
}
