import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../database/database.js';
import { eventWriters } from '../../database/queries/audit/events.js';

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * Whether every number that has been handed out to an event up to now is either an event that can be read, or will
 * never be one: the transactions that may have drawn it have ended, by COMMIT or not. The database is asked which
 * ones are under way; those that begin later draw later numbers and are not waited for.
 * @param waitMs how long to wait for them, in milliseconds.
 */
export async function haveAllArrived(database: Database, waitMs: number): Promise<boolean> {
  const until = performance.now() + waitMs;
  let open = await database.read(eventWriters);
  for (let pause = FIRST_PAUSE_MS; open.length > 0; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const left = until - performance.now();
    if (left <= 0) return false;
    await delay(Math.min(pause, left));
    const now = new Set(await database.read(eventWriters));
    open = open.filter((writer) => now.has(writer));
  }
  return true;
}

/** How many of the events, which follow `lastSeq` in the order of their numbers, have no missing number before them. Pure. */
export function countBeforeGap(events: readonly { seq: bigint }[], lastSeq: bigint): number {
  const gap = events.findIndex(({ seq }, at) => seq !== lastSeq + BigInt(at) + 1n);
  return gap === -1 ? events.length : gap;
}
