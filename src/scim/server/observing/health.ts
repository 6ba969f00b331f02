import { inspectInstallation, pingDatabase, type Readiness } from '../../../core/check/readiness.js';
import type { Core } from '../../../core/core.js';

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
    if (!last || now - last.at >= LEAST_MS) last = { at: now, looking: within(PATIENCE_MS, look()) };
    return last.looking;
  };
}

async function within(milliseconds: number, work: Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve('database-unavailable'), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
