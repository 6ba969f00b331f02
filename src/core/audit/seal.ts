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
import { headOf } from './evidence/head.js';
import type { Head } from './evidence/trail-head.js';
import { exactNumber } from './exact-number.js';
import { countBeforeGap, haveAllArrived } from './missing-numbers.js';
import { Findings, type TrailFinding } from './verify/findings.js';
import { findPlanted } from './verify/planted-events.js';
import { Voids } from './verify/voids.js';

export interface SealOptions {
  /** How long, in ms, to wait for changes that are in progress, where an event number is missing. */
  waitMs?: number;
  /** At most so many events in one seal. */
  batch?: number;
  /** Works everything out and writes nothing. */
  dryRun?: boolean;
  onProgress?: (sealed: number) => void;
  /** What this process knows of the chain from the last time; it is brought up to date. */
  memory?: SealMemory;
}

export interface Sealing {
  /** How many were sealed now, and in how many seals. */
  events: number;
  seals: number;
  /** Events that wait because a number before theirs may still arrive. */
  waiting: number;
  head: Head;
  /** Rows that were planted beside the trail, and passed over; at most a hundred. */
  findings: TrailFinding[];
  /** All of them. */
  findingCount: number;
}

/** What is said where a sealing has findings. */
export const ROWS_PLANTED = 'Rows were planted in the audit trail and skipped.';

export const DEFAULT_WAIT_MS = 5000;
const DEFAULT_BATCH = 1000;
/** More at once would be many bytes where their details are long. */
const READ_AT_ONCE = 250;
/** Somebody who puts seals into the way without end must not keep a sealer busy without end. */
const MOST_LOST = 50;

/**
 * Seals what had been written when it was called and is not sealed yet, each batch in a transaction of its own. Several
 * sealers at once are safe: the seal's number decides, and whoever comes second starts over behind the other's seal.
 *
 * It goes on from the last seal that is whole and linked. Seals beside the chain, and events that were planted, are
 * passed over and named.
 *
 * Numbers are drawn before the commit, so a missing one may still arrive (or be of a change that was rolled back). The
 * events behind it are sealed when the database says that no change which may have it is in progress any more, and
 * wait otherwise.
 * @throws Problem `seal-contended`.
 */
export async function sealEvents(
  core: Core,
  { waitMs = DEFAULT_WAIT_MS, batch = DEFAULT_BATCH, dryRun, onProgress, memory }: SealOptions = {},
): Promise<Sealing> {
  const { database } = core;
  // Before everything else: what is drawn from here on is for the next time.
  const handedOut = await database.read(readLastEventSeq);
  const voids = await Voids.read(database);
  const passedOver: TrailFinding[] = [];
  let end = await chainEnd(database, memory?.end);
  let after = end.last?.lastSeq ?? 0n;
  let [events, seals, lost, waiting] = [0, 0, 0, 0];
  let haveArrived = false;
  for (let isDone = false; !isDone; ) {
    const found = await candidates(database, voids, { after, upTo: handedOut, limit: batch });
    const count = haveArrived ? found.length : countBeforeGap(found, after);
    if (count < found.length && (await haveAllArrived(database, waitMs))) {
      // Read again, since some may have arrived meanwhile.
      haveArrived = true;
      continue;
    }
    const taken = found.slice(0, count);
    const entries = taken.flatMap(({ seq, digest }) => (digest === undefined ? [] : { seq, digest }));
    if (entries.length > 0) {
      const next = await seal(core, end, { entries, handedOut }, dryRun);
      if (next === undefined) {
        if (++lost === MOST_LOST) throw contended();
        end = await chainEnd(database);
        after = end.last?.lastSeq ?? 0n;
        continue;
      }
      end = next;
      events += entries.length;
      seals++;
      onProgress?.(events);
    }
    passedOver.push(...planted(taken));
    after = taken.at(-1)?.seq ?? after;
    isDone = count < found.length || found.length < batch;
    if (count < found.length)
      waiting = await database.read((session) => countEvents(session, { after, upTo: handedOut }));
  }
  if (memory && !dryRun) memory.end = end.findings.count === 0 ? end : undefined;
  const findings = await allFindings(database, voids, [...end.findings.list, ...passedOver]);
  return {
    events,
    seals,
    waiting,
    head: headOf(end.last, end.events),
    findings: findings.list,
    findingCount: findings.count,
  };
}

/** What a process that seals again and again remembers, so that it examines only what is new. */
export interface SealMemory {
  end?: ChainEnd | undefined;
}

async function allFindings(
  database: Database,
  voids: Voids,
  known: readonly TrailFinding[],
): Promise<Findings> {
  const findings = new Findings();
  for (const finding of known) findings.add(finding);
  await findPlanted(database, voids, findings);
  return findings;
}

/** An event as far as sealing is concerned, without its details. */
interface Candidate extends Pick<StoredEvent, 'seq' | 'eventId' | 'isTooLong'> {
  /** None of what is not sealed: void, or too long to be ours. */
  digest: string | undefined;
}

/** What the next seal may cover, in the order of the numbers. */
async function candidates(
  database: Database,
  voids: Voids,
  { after, upTo, limit }: Required<SeqRange> & { limit: number },
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (;;) {
    const most = Math.min(READ_AT_ONCE, limit - found.length);
    const range = { after: found.at(-1)?.seq ?? after, upTo, limit: most };
    const page = await database.read((session) => oldestEvents(session, range));
    found.push(...page.map((event) => candidateOf(event, voids)));
    if (page.length < most || found.length >= limit) return found;
  }
}

function candidateOf(event: StoredEvent, voids: Voids): Candidate {
  const { seq, eventId, isTooLong } = event;
  const isVoid = voids.hasEvent(event);
  const digest = isVoid || isTooLong ? undefined : eventDigest(event);
  return { seq, eventId, digest, ...(isTooLong && !isVoid && { isTooLong }) };
}

const planted = (candidates: readonly Candidate[]): TrailFinding[] =>
  candidates.flatMap(({ seq, eventId, isTooLong }) =>
    isTooLong ? { kind: 'event-planted', seq: exactNumber(seq), eventId } : [],
  );

/** The chain as it is with the new seal; nothing where somebody else's seal has the number. */
async function seal(
  core: Core,
  { last, nextNo, events, findings }: ChainEnd,
  { entries, handedOut }: { entries: readonly SealEntry[]; handedOut: bigint },
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
