import type { Refusals } from '../../core/audit/refusals.js';
import { ROWS_PLANTED, type SealMemory, sealEvents } from '../../core/audit/seal.js';
import { clearAccessTokens } from '../../core/authentication/access-token.js';
import type { LastUsed } from '../../core/authentication/last-used.js';
import type { Core } from '../../core/core.js';
import { noteAccounts } from '../../core/provisioning/account/note-accounts.js';
import { observeEnds } from '../../core/users/life/observe-ends.js';
import { readLastEventSeq } from '../../database/queries/audit/events.js';
import type { Log } from './observing/log.js';

export interface HousekeepingOptions {
  core: Core;
  lastUsed: LastUsed;
  refusals: Refusals;
  log: Log;
  /** Between two seals of the audit trail; 0 for none. */
  sealEveryMs: number;
  /** Explains an error, with --verbose. */
  explain: (error: unknown) => string;
}

/**
 * Seals what is new, one time after another. Nothing is asked of the trail where no number was drawn since everything
 * was sealed. Rows that were planted are said when their number changes; beside them, the whole chain has to be judged
 * each time, so that is done once a minute.
 */
function sealer(core: Core, log: Log): () => Promise<void> {
  const memory: SealMemory = {};
  let sealedTo: bigint | undefined;
  let planted = 0;
  let notBefore = 0;
  let isSealing = false;
  const seal = async () => {
    const handedOut = await core.database.read(readLastEventSeq);
    if (handedOut === sealedTo || performance.now() < notBefore) return;
    const { findingCount, waiting } = await sealEvents(core, { memory, waitMs: SEAL_WAIT_MS });
    sealedTo = waiting === 0 ? handedOut : undefined;
    if (findingCount > 0) notBefore = performance.now() + SEAL_BESIDE_PLANTED_MS;
    if (findingCount === planted) return;
    planted = findingCount;
    const text = `${ROWS_PLANTED} Run \`scimctl audit verify\` to list them.`;
    if (planted > 0) log.line('warn', 'trail-planted', { findings: planted }, text);
  };
  return async () => {
    if (isSealing) return;
    isSealing = true;
    await seal().finally(() => {
      isSealing = false;
    });
  };
}

/** How long a seal waits for changes in progress. */
const SEAL_WAIT_MS = 1000;
const SEAL_BESIDE_PLANTED_MS = 60_000;
const FLUSH_MS = 15_000;
const REFUSALS_MS = 60_000;
const CLEAR_MS = 10 * 60_000;
const NOTE_MS = 60 * 60_000;

export interface Housekeeping {
  /** The use of a token should be written down soon. */
  flushSoon(): void;
  /** Ends it all, and writes down what is not yet. */
  stop(): Promise<void>;
}

/** What an endpoint does by itself beside answering. Of several endpoints all do it; they do not mind each other. */
export function keepHouse({
  core,
  lastUsed,
  refusals,
  log,
  sealEveryMs,
  explain,
}: HousekeepingOptions): Housekeeping {
  const timers: NodeJS.Timeout[] = [];
  const running = new Set<Promise<void>>();
  let flush: NodeJS.Immediate | undefined;

  const run = (name: string, work: () => Promise<unknown>): void => {
    const one = work()
      .then(() => undefined)
      .catch((error) => {
        log.line(
          'warn',
          'housekeeping-failed',
          { task: name, error: explain(error) },
          `${name} failed and will be retried.`,
        );
      })
      .finally(() => running.delete(one));
    running.add(one);
  };
  // Spread, so that several endpoints that were started together do not do it all at the same moment.
  const every = (milliseconds: number, name: string, work: () => Promise<unknown>): void => {
    const spread = 0.8 + (0.4 * (core.random(1)[0] ?? 0)) / 256;
    timers.push(setInterval(() => run(name, work), milliseconds * spread).unref());
  };

  every(FLUSH_MS, 'last-used', () => lastUsed.flush());
  every(REFUSALS_MS, 'refusals', () => refusals.flush());
  every(CLEAR_MS, 'clear-access-tokens', () => clearAccessTokens(core));
  every(NOTE_MS, 'note-accounts', () => noteAccounts(core));
  every(NOTE_MS, 'observe-ends', () => observeEnds(core));
  run('note-accounts', async () => {
    await noteAccounts(core);
    await observeEnds(core);
  });
  const seal = sealer(core, log);
  if (sealEveryMs > 0) every(sealEveryMs, 'seal', seal);

  return {
    flushSoon: () => {
      flush ??= setImmediate(() => {
        flush = undefined;
        run('last-used', () => lastUsed.flush());
      });
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      clearImmediate(flush);
      await Promise.allSettled(running);
      run('last-used', () => lastUsed.flush({ all: true }));
      run('refusals', () => refusals.flush({ all: true }));
      await Promise.allSettled(running);
      if (sealEveryMs > 0) run('seal', seal);
      await Promise.allSettled(running);
    },
  };
}
