import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../../database/database.js';
import {
  countEvents,
  type EventFilter,
  oldestEvents,
  readLastEventSeq,
} from '../../../database/queries/audit/events.js';
import { lastSealedSeq } from '../../../database/queries/audit/seals.js';
import type { Core } from '../../core.js';
import { type AuditEvent, toAuditEvent } from '../list.js';
import { countBeforeGap, haveAllArrived } from '../missing-numbers.js';

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

export interface FollowOptions {
  /**
   * False: where a number is missing, the database is not asked for changes in progress, which SQL Server answers only by
   * holding up those who write; what is behind it waits until it is sealed.
   */
  asks?: boolean;
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
  { asks = true }: FollowOptions = {},
): AsyncGenerator<Followed> {
  const upTo = await arrivedUpTo(database, behind, asks);
  for (let after = behind; after < upTo; ) {
    const range = { ...filter, after, upTo, limit: AT_A_TIME };
    const found = await database.read((session) => oldestEvents(session, range));
    const last = found[AT_A_TIME - 1]?.seq;
    after = last ?? upTo;
    yield { events: found.map(toAuditEvent), upTo: after };
  }
}

/**
 * Up to which number everything behind `after` can be read by now, or will never come. Without a question for changes in
 * progress, a seal answers it: it covers only what has arrived.
 */
async function arrivedUpTo(database: Database, after: bigint, asks: boolean): Promise<bigint> {
  const upTo = await database.read(readLastEventSeq);
  if (upTo <= after) return after;
  const count = await database.read((session) => countEvents(session, { after, upTo }));
  if (BigInt(count) === upTo - after) return upTo;
  const sealed = asks ? after : await database.read(lastSealedSeq);
  if (asks ? await haveAllArrived(database, WAIT_MS) : sealed >= upTo) return upTo;
  const from = sealed > after ? sealed : after;
  const range = { after: from, upTo, limit: AT_A_TIME };
  const first = await database.read((session) => oldestEvents(session, range));
  return from + BigInt(countBeforeGap(first, from));
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
