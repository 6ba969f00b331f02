import type { Database } from '../../../database/database.js';
import { oldestEvents } from '../../../database/queries/audit/events.js';
import type { SealRow } from '../../../database/queries/audit/seals.js';
import { usageProblem } from '../../../problem.js';
import { eventDigest, SealEntries, type SealEntry, type SealRowEntry, sealRowDigest } from '../digests.js';
import { Chain } from '../verify/chain.js';
import { readSeals } from '../verify/cursor.js';
import { plantedEvents } from '../verify/planted-events.js';
import { Voids } from '../verify/voids.js';

/** Rows that void seals are to name. */
export interface VoidPlan {
  /** The number of the next void seal. */
  nextNo: number;
  seals: SealRowEntry[];
  events: SealEntry[];
  /** Events that void seals covered, as they are now. */
  sealedAnew: SealEntry[];
}

export interface VoidWish {
  /** Seals of the chain whose lists are false, by number. */
  seals?: readonly number[];
  /** Events that no seal covers, by number. */
  events?: readonly bigint[];
}

/**
 * What has to be declared void: seals beside the chain, changed ones, events that were planted, and what was wished
 * beyond that. Changes nothing.
 * @throws Problem `seal-unknown`, `event-unknown`, `event-sealed`.
 */
export async function planVoid(database: Database, wish: VoidWish = {}): Promise<VoidPlan> {
  const voids = await Voids.read(database);
  const events: SealEntry[] = [];
  for await (const page of plantedEvents(database, voids)) {
    for (const event of page) events.push({ seq: event.seq, digest: eventDigest(event) });
  }
  const { seals, stretches } = await planSeals(database, voids, wish);
  for (const seq of wish.events ?? []) {
    if (!events.some((one) => one.seq === seq)) events.push(await unsealedEvent(database, seq));
  }
  const listed = new Set(events.map(({ seq }) => seq));
  const sealedAnew: SealEntry[] = [];
  for (const stretch of stretches) {
    for await (const entry of entriesIn(database, voids, stretch))
      if (!listed.has(entry.seq)) sealedAnew.push(entry);
  }
  return { nextNo: voids.lastNo + 1, seals, events: events.sort(bySeq), sealedAnew };
}

/** Both ends are included. */
interface Stretch {
  first: bigint;
  last: bigint;
}

/** The seals to declare void, and the stretches of the trail that no seal covers then. */
async function planSeals(database: Database, voids: Voids, { seals: wished = [], events = [] }: VoidWish) {
  const chain = new Chain({ isVoid: (seal) => voids.isVoid(seal) });
  const missing = new Set(wished);
  const seals: SealRowEntry[] = [];
  const stretches: Stretch[] = [];
  const add = (seal: SealRow) =>
    seals.push({ sealNo: seal.sealNo, digest: sealRowDigest(seal).toString('hex') });
  for await (const seal of readSeals(database)) {
    const settled = chain.last?.lastSeq ?? 0n;
    for (const link of chain.judge(seal)) {
      const isWished = missing.delete(seal.sealNo);
      if (link.kind === 'unlinked' || link.kind === 'changed') add(seal);
      if (link.kind !== 'intact') continue;
      if (!link.follows) stretches.push({ first: settled + 1n, last: seal.firstSeq - 1n });
      if (isWished) {
        add(seal);
        stretches.push({ first: seal.firstSeq, last: seal.lastSeq });
      } else assertNotCovered(seal, events);
    }
  }
  const [unknown] = missing;
  if (unknown !== undefined) {
    throw usageProblem('seal-unknown', `There is no seal ${unknown}.`, {
      hint: '`scimctl audit verify` names seals by their numbers.',
    });
  }
  return { seals, stretches };
}

function assertNotCovered(seal: SealRow, events: readonly bigint[]): void {
  const within = events.filter((seq) => seq >= seal.firstSeq && seq <= seal.lastSeq);
  if (within.length === 0) return;
  const covered = new Set([...new SealEntries(seal.rowDigests)].map(({ seq }) => seq));
  const found = within.find((seq) => covered.has(seq));
  if (found === undefined) return;
  throw usageProblem('event-sealed', `Seal ${seal.sealNo} covers event ${found}: it was there at the time.`, {
    hint: 'Only an event that no seal covers can be declared void.',
  });
}

async function unsealedEvent(database: Database, seq: bigint): Promise<SealEntry> {
  const range = { after: seq - 1n, upTo: seq, limit: 1 };
  const [event] = await database.read((session) => oldestEvents(session, range));
  if (event) return { seq, digest: eventDigest(event) };
  throw usageProblem('event-unknown', `There is no event ${seq}.`, {
    hint: '`scimctl audit verify` names events by their numbers.',
  });
}

const AT_ONCE = 250;

async function* entriesIn(
  database: Database,
  voids: Voids,
  { first, last }: Stretch,
): AsyncGenerator<SealEntry> {
  const known = new Set([...new SealEntries(voids.sealedAnew(first, last))].map(({ seq }) => seq));
  for (let after = first - 1n; ; ) {
    const range = { after, upTo: last, limit: AT_ONCE };
    const page = await database.read((session) => oldestEvents(session, range));
    for (const event of page) {
      if (known.has(event.seq) || event.isTooLong || voids.hasEvent(event)) continue;
      yield { seq: event.seq, digest: eventDigest(event) };
    }
    if (page.length < AT_ONCE) return;
    after = page.at(-1)?.seq ?? last;
  }
}

const bySeq = (a: SealEntry, b: SealEntry) => (a.seq < b.seq ? -1 : 1);
