import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../database/database.js';
import {
  countEvents,
  type EventFilter,
  oldestEvents,
  readLastEventSeq,
} from '../../database/queries/audit/events.js';
import type { Core } from '../core.js';
import { type AuditEvent, toAuditEvent } from './list.js';
import { countBeforeGap, haveAllArrived } from './missing-numbers.js';

const AT_A_TIME = 500;
/** How long one look waits for a change in progress that may have a missing number, in milliseconds. */
const WAIT_MS = 1000;

/** The number of the last event there may be: what comes later has a higher one. */
export const lastEventSeq = ({ database }: Core): Promise<bigint> => database.read(readLastEventSeq);

/** New events of a stretch of the trail. */
export interface Followed {
  /** Those that the filter chooses, oldest first. */
  events: AuditEvent[];
  /** Up to this number, nothing more will come. */
  upTo: bigint;
}

/**
 * The events behind a number that a filter chooses, each exactly once and in the order of their numbers: where a number
 * is missing, what is behind it waits until no change that may have it is in progress. Ends with what there is; where
 * something waits, without it. Numbers that the database has not handed out are left out.
 */
export async function* newEvents(
  { database }: Core,
  behind: bigint,
  filter: EventFilter,
): AsyncGenerator<Followed> {
  const upTo = await arrivedUpTo(database, behind);
  for (let after = behind; after < upTo; ) {
    const range = { ...filter, after, upTo, limit: AT_A_TIME };
    const found = await database.read((session) => oldestEvents(session, range));
    const last = found[AT_A_TIME - 1]?.seq;
    after = last ?? upTo;
    yield { events: found.map(toAuditEvent), upTo: after };
  }
}

/** Up to which number everything behind `after` can be read by now, or will never come. */
async function arrivedUpTo(database: Database, after: bigint): Promise<bigint> {
  const upTo = await database.read(readLastEventSeq);
  if (upTo <= after) return after;
  const count = await database.read((session) => countEvents(session, { after, upTo }));
  if (BigInt(count) === upTo - after || (await haveAllArrived(database, WAIT_MS))) return upTo;
  const first = await database.read((session) => oldestEvents(session, { after, upTo, limit: AT_A_TIME }));
  return after + BigInt(countBeforeGap(first, after));
}

/**
 * The same, again and again until the signal is given.
 * @param everyMs how long to wait between two looks where the first found nothing.
 */
export async function* followEvents(
  core: Core,
  behind: bigint,
  { filter, everyMs, signal }: { filter: EventFilter; everyMs: number; signal: AbortSignal },
): AsyncGenerator<Followed> {
  for (let after = behind; !signal.aborted; ) {
    const before = after;
    for await (const followed of newEvents(core, after, filter)) {
      yield followed;
      after = followed.upTo;
    }
    if (after === before) await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
