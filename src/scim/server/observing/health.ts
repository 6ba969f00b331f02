import { inspectInstallation, pingDatabase, type Readiness } from '../../../core/check/readiness.js';
import type { Core } from '../../../core/core.js';
import { within } from '../../../within.js';

/** A good result of the costlier part is good for so long, in milliseconds. */
const INSTALLATION_MS = 30_000;
/** No more than one look at the database in this time, whoever asks. */
const LEAST_MS = 500;
/** A database that takes longer is not there. */
const PATIENCE_MS = 3000;

/**
 * Says whether the endpoint can do its work. Cheap enough to be asked by anybody: looks are shared, and at most
 * two in a second.
 */
export function createReadiness(core: Core): () => Promise<Readiness> {
  let last: { at: number; looking: Promise<Readiness> } | undefined;
  let inspected = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<Readiness> => {
    try {
      await pingDatabase(core);
      if (performance.now() - inspected < INSTALLATION_MS) return 'ready';
      const found = await inspectInstallation(core);
      if (found === 'ready') inspected = performance.now();
      return found;
    } catch {
      return 'database-unavailable';
    }
  };

  return () => {
    const now = performance.now();
    if (!last || now - last.at >= LEAST_MS)
      last = { at: now, looking: within(PATIENCE_MS, look(), (): Readiness => 'database-unavailable') };
    return last.looking;
  };
}
