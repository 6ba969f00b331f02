import { setTimeout as delay } from 'node:timers/promises';
import { oldestEvents, readLastEventSeq, type StoredEvent } from '../../database/queries/audit/events.js';
import type { Core } from '../core.js';
import { countBeforeGap, haveAllArrived } from './missing-numbers.js';

const AT_A_TIME = 500;
/** How long one look waits for a change in progress that may have a missing number, in milliseconds. */
const WAIT_MS = 1000;

/** The number of the last event there may be: what comes later has a higher one. */
export const lastEventSeq = ({ database }: Core): Promise<bigint> => database.read(readLastEventSeq);

/**
 * The events behind a number, oldest first, each exactly once and in the order of their numbers: where a number is
 * missing, what is behind it waits until no change that may have it is in progress. Ends with what there is; where
 * something waits, without it. Numbers that the database has not handed out are left out.
 */
export async function* newEvents({ database }: Core, behind: bigint): AsyncGenerator<StoredEvent[]> {
  const upTo = await database.read(readLastEventSeq);
  let haveArrived = false;
  for (let after = behind; ; ) {
    const range = { after, upTo, limit: AT_A_TIME };
    const found = await database.read((session) => oldestEvents(session, range));
    const count = haveArrived ? found.length : countBeforeGap(found, after);
    if (count < found.length && (await haveAllArrived(database, WAIT_MS))) {
      // Read again, since some may have arrived meanwhile.
      haveArrived = true;
      continue;
    }
    if (count > 0) yield found.slice(0, count);
    after = found[count - 1]?.seq ?? after;
    if (count < found.length || found.length < AT_A_TIME) return;
  }
}

/**
 * The same, again and again until the signal is given.
 * @param everyMs how long to wait between two looks that found nothing.
 */
export async function* followEvents(
  core: Core,
  behind: bigint,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): AsyncGenerator<StoredEvent[]> {
  for (let after = behind; !signal.aborted; ) {
    let isAny = false;
    for await (const page of newEvents(core, after)) {
      isAny = true;
      yield page;
      after = page.at(-1)?.seq ?? after;
    }
    if (!isAny) await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
