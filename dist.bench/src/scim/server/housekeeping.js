import { sealEvents } from '../../core/audit/seal.js';
import { clearAccessTokens } from '../../core/authentication/access-token.js';
const FLUSH_MS = 15_000;
const CLEAR_MS = 10 * 60_000;
/** What an endpoint does by itself beside answering. Of several endpoints all do it; they do not mind each other. */
export function keepHouse({ core, lastUsed, log, sealEveryMs, explain }) {
    const timers = [];
    const running = new Set();
    let flush;
    const run = (name, work) => {
        const one = work()
            .then(() => undefined)
            .catch((error) => {
            log.line('warn', 'housekeeping-failed', { task: name, error: explain(error) }, `${name} failed; it is tried again.`);
        })
            .finally(() => running.delete(one));
        running.add(one);
    };
    // Spread, so that several endpoints that were started together do not do it all at the same moment.
    const every = (milliseconds, name, work) => {
        const spread = 0.8 + (0.4 * (core.random(1)[0] ?? 0)) / 256;
        timers.push(setInterval(() => run(name, work), milliseconds * spread).unref());
    };
    every(FLUSH_MS, 'last-used', () => lastUsed.flush());
    every(CLEAR_MS, 'clear-access-tokens', () => clearAccessTokens(core));
    if (sealEveryMs > 0)
        every(sealEveryMs, 'seal', () => sealEvents(core));
    return {
        flushSoon: () => {
            flush ??= setImmediate(() => {
                flush = undefined;
                run('last-used', () => lastUsed.flush());
            });
        },
        stop: async () => {
            for (const timer of timers)
                clearInterval(timer);
            clearImmediate(flush);
            await Promise.allSettled(running);
            run('last-used', () => lastUsed.flush({ all: true }));
            await Promise.allSettled(running);
        },
    };
}
