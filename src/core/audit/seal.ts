import type { Database } from '../../database/database.js';
import { isFault } from '../../database/faults/fault.js';
import {
  countEvents,
  oldestEvents,
  readLastEventSeq,
  type SeqRange,
  type StoredEvent,
} from '../../database/queries/audit/events.js';
import { insertSeal } from '../../database/queries/audit/seals.js';
import { operationProblem } from '../../problem.js';
import type { Core } from '../core.js';
import { type ChainEnd, chainEnd } from './chain-end.js';
import { eventDigest, NO_DIGEST, packEntries, type SealEntry, sealDigest } from './digests.js';
import { exactNumber } from './exact-number.js';
import { headOf } from './head.js';
import type { Head } from './trail-head.js';
import { Findings, type TrailFinding } from './verify/findings.js';
import { findPlanted } from './verify/planted-events.js';
import { Voids } from './verify/voids.js';

export interface SealOptions {
  /** How long, in ms, a missing number is waited for before the events behind it are sealed. */
  marginMs?: number;
  /** At most so many events in one seal. */
  batch?: number;
  /** Works everything out and writes nothing. */
  dryRun?: boolean;
  onProgress?: (sealed: number) => void;
}

export interface Sealing {
  /** How many were sealed now, and in how many seals. */
  events: number;
  seals: number;
  /** Events that wait because a number before theirs is missing. */
  waiting: number;
  head: Head;
  /** Rows that were planted beside the trail, and passed over; at most a hundred. */
  findings: TrailFinding[];
  /** All of them. */
  findingCount: number;
}

export const DEFAULT_MARGIN_MS = 10 * 60_000;
const DEFAULT_BATCH = 1000;
/** More at once would be many bytes where their details are long. */
const READ_AT_ONCE = 250;
/** Somebody who puts seals into the way without end must not keep a sealer busy without end. */
const MOST_LOST = 50;

/**
 * Seals what has been written since the last seal, each batch in a transaction of its own. Writers are
 * neither waited for nor held up. Several sealers at once are safe: the seal's number decides, and whoever
 * comes second starts over behind the other's seal.
 *
 * It goes on from the last seal that is whole and linked. Seals beside the chain, and events that were planted, are
 * passed over and named.
 *
 * Numbers are drawn before the commit, so a missing one may still turn up (or be of a change that was rolled
 * back). Up to the first missing number everything can be sealed at once; behind it only what is older than
 * the margin. An event that turns up later than that below a sealed one will be reported as slipped in.
 * @throws Problem `seal-contended`.
 */
export async function sealEvents(core: Core, options: SealOptions = {}): Promise<Sealing> {
  const { database } = core;
  const voids = await Voids.read(database);
  let [events, seals, lost] = [0, 0, 0];
  const passedOver = new Findings();
  let end = await chainEnd(database);
  let after = end.last?.lastSeq ?? 0n;
  for (;;) {
    const batch = await gather(core, voids, after, options);
    for (const finding of batch.planted) passedOver.add(finding);
    if (batch.events.length > 0) {
      const next = await seal(core, end, batch, options.dryRun);
      if (next === undefined) {
        if (++lost === MOST_LOST) throw contended();
        end = await chainEnd(database);
        after = end.last?.lastSeq ?? 0n;
        continue;
      }
      end = next;
      events += batch.events.length;
      seals++;
      options.onProgress?.(events);
    }
    if (!batch.hasMore) {
      return { events, seals, waiting: batch.waiting, ...(await result(database, voids, end, passedOver)) };
    }
    after = batch.upTo;
  }
}

async function result(database: Database, voids: Voids, end: ChainEnd, passedOver: Findings) {
  const found = end.findings;
  for (const finding of passedOver.list) found.add(finding);
  await findPlanted(database, voids, found);
  return { head: headOf(end.last, end.events), findings: found.list, findingCount: found.count };
}

interface Batch {
  handedOut: bigint;
  events: SealEntry[];
  /** Everything up to here is in the batch, or was passed over. */
  upTo: bigint;
  hasMore: boolean;
  /** How many are left behind a missing number. */
  waiting: number;
  planted: TrailFinding[];
}

/** What the next seal covers: events behind `after` as far as they can be sealed. */
async function gather(
  { database, clock }: Core,
  voids: Voids,
  after: bigint,
  { marginMs = DEFAULT_MARGIN_MS, batch = DEFAULT_BATCH }: SealOptions,
): Promise<Batch> {
  // Before the events: what is drawn from here on is for the next batch.
  const handedOut = await database.read(readLastEventSeq);
  const found: Candidate[] = [];
  let isAll = false;
  while (found.length < batch && !isAll) {
    const limit = Math.min(READ_AT_ONCE, batch - found.length);
    const range = { after: found.at(-1)?.seq ?? after, upTo: handedOut, limit };
    const page = await database.read((session) => oldestEvents(session, range));
    found.push(...page.map((event) => candidateOf(event, voids)));
    isAll = page.length < limit;
  }
  const oldEnough = new Date(clock().getTime() - marginMs);
  const behindThem = { after: found.at(-1)?.seq, upTo: handedOut };
  let count = sealableCount(found, after, oldEnough);
  if (count < found.length && !isAll && (await isOldBehind(database, behindThem, oldEnough)))
    count = found.length;
  const [taken, left] = [found.slice(0, count), found.slice(count)];
  const upTo = taken.at(-1)?.seq ?? after;
  const hasMore = !isAll && left.length === 0;
  const behind = isAll
    ? left.length
    : await database.read((session) => countEvents(session, { after: upTo, upTo: handedOut }));
  return {
    handedOut,
    events: taken.flatMap(({ seq, digest }) => (digest === undefined ? [] : { seq, digest })),
    upTo,
    hasMore,
    waiting: hasMore ? 0 : behind - left.filter(({ digest }) => digest === undefined).length,
    planted: taken.flatMap(({ seq, eventId, isTooLong }) =>
      isTooLong ? { kind: 'event-planted', seq: exactNumber(seq), eventId } : [],
    ),
  };
}

/**
 * Whether an event behind those at hand closes every gap before it. Writers choose the times of their events: however
 * many claim to be of the future, they must not keep those behind them from being sealed.
 */
async function isOldBehind(database: Database, range: SeqRange, oldEnough: Date): Promise<boolean> {
  const until = new Date(oldEnough.getTime() + 1);
  const found = await database.read((session) => oldestEvents(session, { ...range, until, limit: 1 }));
  return found.length > 0;
}

/** An event as far as sealing is concerned, without its details. */
interface Candidate extends Pick<StoredEvent, 'seq' | 'eventId' | 'occurredAt' | 'isTooLong'> {
  /** None of what is not sealed: void, or too long to be ours. */
  digest: string | undefined;
}

function candidateOf(event: StoredEvent, voids: Voids): Candidate {
  const { seq, eventId, occurredAt, isTooLong } = event;
  const isVoid = voids.hasEvent(event);
  const digest = isVoid || isTooLong ? undefined : eventDigest(event);
  return { seq, eventId, occurredAt, digest, ...(isTooLong && !isVoid && { isTooLong }) };
}

/** The chain as it is with the new seal; nothing where somebody else's seal has the number. */
async function seal(
  core: Core,
  { last, nextNo, events, findings }: ChainEnd,
  { events: entries, handedOut }: Pick<Batch, 'events' | 'handedOut'>,
  dryRun = false,
): Promise<ChainEnd | undefined> {
  const content = {
    sealNo: nextNo,
    firstSeq: entries[0]?.seq ?? 0n,
    lastSeq: entries.at(-1)?.seq ?? 0n,
    eventCount: entries.length,
    rowDigests: packEntries(entries),
    previousDigest: last?.digest ?? NO_DIGEST,
    sealedAt: core.clock(),
    // Half a surrogate pair would not come back from the database as it was hashed.
    sealedBy: Buffer.from(core.actor).toString(),
    handedOut,
  };
  const made = { ...content, digest: sealDigest(content) };
  try {
    if (!dryRun) await core.database.transaction((session) => insertSeal(session, made));
  } catch (error) {
    if (isFault(error, 'unique-violation')) return undefined;
    throw error;
  }
  return { last: made, nextNo: nextNo + 1, events: events + entries.length, findings };
}

const contended = () =>
  operationProblem(
    'seal-contended',
    `Another process took the next seal number ${MOST_LOST} times in a row.`,
    {
      hint: 'Run `scimctl audit verify` to list planted seals, and find the login that writes them.',
    },
  );

/**
 * How many of the events, which follow `lastSeq` in the order of their numbers, can be sealed: all up to a
 * gap in the numbers that may still be filled. A gap is closed for good once an event behind it is old
 * enough; which one does not matter, since all of them drew their numbers after it. Pure.
 */
export function sealableCount(
  events: readonly Pick<StoredEvent, 'seq' | 'occurredAt'>[],
  lastSeq: bigint,
  oldEnough: Date,
): number {
  let count = events.length;
  let oldest = Number.POSITIVE_INFINITY;
  for (let at = events.length - 1; at >= 0; at--) {
    const event = events[at];
    if (!event) break;
    oldest = Math.min(oldest, timeOf(event));
    const isAfterGap = event.seq !== (events[at - 1]?.seq ?? lastSeq) + 1n;
    if (isAfterGap && oldest > oldEnough.getTime()) count = at;
  }
  return count;
}

/** What is no instant (`infinity`) is never old. */
function timeOf({ occurredAt }: Pick<StoredEvent, 'occurredAt'>): number {
  const time = Number(occurredAt);
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}
