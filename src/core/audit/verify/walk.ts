import type { Database } from '../../../database/database.js';
import { countEvents, readLastEventSeq, type StoredEvent } from '../../../database/queries/audit/events.js';
import type { SealRow } from '../../../database/queries/audit/seals.js';
import { eventDigest, SealEntries, type SealEntry } from '../digests.js';
import { headOf } from '../evidence/head.js';
import type { Head, KeptHead } from '../evidence/trail-head.js';
import { type ExactNumber, exactNumber } from '../exact-number.js';
import type { Link } from './chain.js';
import { EventCursor } from './cursor.js';
import { Findings, type TrailFinding } from './findings.js';
import { findPlanted } from './planted-events.js';
import { isOf, type Prunes } from './prunes.js';
import type { Voids } from './voids.js';
import type { Vouched } from './vouched.js';

interface WalkParts {
  database: Database;
  voids: Voids;
  prunes: Prunes;
  vouched: Vouched | undefined;
  head: KeptHead | undefined;
  onProgress?: (checked: number) => void;
}

/** One pass through seals and events side by side. */
export class Walk {
  readonly cursor: EventCursor;
  readonly #found = new Findings();
  /** Of the chain, the last seal that is whole. */
  #last: SealRow | undefined;
  /** Whether there is a seal with the number of the kept head. */
  #sawHead = false;
  /** Last event of the last seal that counts. */
  #settled = 0n;
  /** Since then came changed seals: the last event that they claim to cover. */
  #doubtfulTo: bigint | undefined;
  #isDoubtful = false;
  #sealed = 0;
  #unproved = 0;
  /** Events of seals that turned out to be others than the head says; they were looked at already. */
  #disproved = 0;
  #checked = 0;
  /** Events that seals list and that a prune seal covers. */
  #pruned = 0;
  /** Seals that prune seals go up to, as far as they are in the chain. */
  readonly #prunedTo = new Set<number>();
  /** Void seals, by their digests, that events of the trail tell of, and the numbers of those events. */
  readonly #announced = new Map<string, bigint>();
  /** Seals that the kept head vouches for and that were declared void. */
  readonly #withdrawn: SealRow[] = [];

  constructor(private readonly parts: WalkParts) {
    this.cursor = new EventCursor(parts.database);
    for (const sealNo of parts.voids.changed) this.#found.add({ kind: 'void-changed', sealNo });
    parts.prunes.addTo(this.#found);
  }

  async take(link: Link): Promise<void> {
    switch (link.kind) {
      case 'removed':
        this.#removed(link.sealNo, link.toSealNo);
        return;
      case 'replaced':
        this.#replaced(link.seal);
        return;
      case 'unlinked':
        this.#found.addUnlinked(link.seal.sealNo);
        break;
      case 'changed':
        this.#distrust(link.seal);
        break;
      case 'void':
        await this.#void(link.seal, link.continues);
        break;
      case 'intact':
        if (!link.follows) this.#isDoubtful = true;
        await this.#check(link.seal, link.seal.rowDigests);
    }
    this.#compare(link.seal);
  }

  #removed(sealNo: number, toSealNo: number): void {
    this.#found.add({ kind: 'seal-removed', sealNo, ...(toSealNo > sealNo && { toSealNo }) });
    this.#isDoubtful = true;
  }

  #replaced({ sealNo, eventCount }: SealRow): void {
    this.#found.add({ kind: 'seal-changed', sealNo });
    this.#sealed -= eventCount;
    this.#disproved += eventCount;
  }

  #distrust({ sealNo, lastSeq }: SealRow): void {
    this.#found.add({ kind: 'seal-changed', sealNo });
    if (this.#doubtfulTo === undefined || lastSeq > this.#doubtfulTo) this.#doubtfulTo = lastSeq;
  }

  /** Its place in the chain stays; of its events counts what was sealed anew. */
  async #void(seal: SealRow, continues: boolean): Promise<void> {
    if (this.parts.vouched?.wordOn(seal.sealNo) === 'genuine') this.#withdrawn.push(seal);
    if (!continues) return;
    const anew = this.parts.voids.sealedAnew(seal.firstSeq, seal.lastSeq);
    await this.#check(seal, anew, { isVoid: true });
  }

  async #check(seal: SealRow, rowDigests: Buffer, { isVoid = false } = {}): Promise<void> {
    const { sealNo, firstSeq, lastSeq } = seal;
    await this.#upTo(firstSeq - 1n);
    const entries = new SealEntries(rowDigests);
    for (const row of this.parts.prunes.rows) if (isOf(row, seal)) this.#prunedTo.add(row.pruneNo);
    const missing = ({ seq }: SealEntry) => this.#missing(seq, sealNo);
    let at = 0;
    let entry = entries.at(at);
    for (let event = await this.cursor.take(lastSeq); event; event = await this.cursor.take(lastSeq)) {
      for (; entry && entry.seq < event.seq; entry = entries.at(++at)) missing(entry);
      if (entry?.seq === event.seq) {
        this.#compareEvent(event, entry, sealNo);
        entry = entries.at(++at);
        this.#checked++;
      } else if (isVoid && !this.parts.voids.hasEvent(event)) this.#unproved++;
      else this.#stray(event, sealNo);
    }
    for (; entry; entry = entries.at(++at)) missing(entry);
    this.#sealed += entries.length;
    [this.#last, this.#settled, this.#isDoubtful, this.#doubtfulTo] = [seal, lastSeq, false, undefined];
    this.parts.onProgress?.(this.#checked);
  }

  #missing(seq: bigint, sealNo: number): void {
    if (seq <= this.parts.prunes.upTo) this.#pruned++;
    else this.#found.add({ kind: 'removed', seq: exactNumber(seq), sealNo });
  }

  /** Events behind a changed or missing seal: only those are proved that were sealed anew. */
  async #upTo(last: bigint): Promise<void> {
    if (!this.#isDoubtful) return;
    const anew = new SealEntries(this.parts.voids.sealedAnew(this.#settled + 1n, last));
    const digests = new Map([...anew].map((entry) => [entry.seq, entry]));
    for (let event = await this.cursor.take(last); event; event = await this.cursor.take(last)) {
      const entry = digests.get(event.seq);
      if (!entry) {
        this.#unproved++;
        continue;
      }
      this.#compareEvent(event, entry);
      this.#checked++;
      this.#sealed++;
    }
  }

  #compareEvent(event: StoredEvent, entry: SealEntry, sealNo?: number): void {
    if (eventDigest(event) === entry.digest) this.#listen(event);
    else {
      const about = { seq: exactNumber(event.seq), eventId: event.eventId };
      this.#found.add({ kind: 'changed', ...about, ...(sealNo !== undefined && { sealNo }) });
    }
  }

  /** An event between the sealed ones. */
  #stray(event: StoredEvent, sealNo: number): void {
    this.#checked++;
    // Those below the first number are found by themselves.
    if (event.seq < 1n || this.parts.voids.hasEvent(event)) return;
    const about = { seq: exactNumber(event.seq), eventId: event.eventId };
    if (event.isTooLong) this.#found.add({ kind: 'event-planted', ...about });
    else this.#found.add({ kind: 'inserted', ...about, sealNo });
  }

  /** The trail tells of each void seal: so a head that was kept later vouches for it too. */
  #listen({ action, details, seq }: StoredEvent): void {
    if (action !== 'audit.void') return;
    for (const [digest] of details.matchAll(/[0-9a-f]{64}/g)) {
      if (!this.#announced.has(digest)) this.#announced.set(digest, seq);
    }
  }

  #compare(seal: SealRow): void {
    const { head } = this.parts;
    if (seal.sealNo !== head?.sealNo) return;
    this.#sawHead = true;
    if (seal.digest.toString('hex') === head.digest) return;
    this.#found.add({ kind: 'head-mismatch', sealNo: seal.sealNo, seq: head.lastSeq });
  }

  async finish(): Promise<TrailVerification> {
    const { database, voids, prunes, head } = this.parts;
    if (head && !this.#sawHead && head.sealNo > 0) this.#lacks(head);
    for (const { sealNo } of head ? this.#withdrawn : []) {
      const told = this.#announced.get(voids.by(sealNo) ?? '');
      if (told !== undefined && told <= BigInt(head?.lastSeq ?? 0)) continue;
      this.#found.add({ kind: 'head-mismatch', sealNo, seq: head?.lastSeq });
    }
    for (const { pruneNo } of prunes.rows) {
      if (!this.#prunedTo.has(pruneNo)) this.#found.add({ kind: 'prune-changed', sealNo: pruneNo });
    }
    const planted = await findPlanted(database, voids, this.#found);
    const count = (after: bigint, upTo?: bigint) =>
      database.read((session) => countEvents(session, { after, upTo }));
    const handedOut = await database.read(readLastEventSeq);
    const beyond = await count(this.#settled);
    const waiting = beyond - planted - voids.countEvents(this.#settled, handedOut);
    const doubtfulTo = smaller(this.#doubtfulTo ?? this.#settled, handedOut);
    const doubtful = doubtfulTo > this.#settled ? await count(this.#settled, doubtfulTo) : 0;
    return {
      status: this.#found.count === 0 ? 'intact' : 'tampered',
      events: this.#checked + this.#unproved + beyond,
      sealed: this.#sealed,
      unsealed: Math.max(0, waiting - doubtful),
      unproved: this.#unproved + this.#disproved + doubtful,
      voided: voids.counts,
      pruned: { events: this.#pruned, lastSeq: exactNumber(prunes.upTo) },
      head: headOf(this.#last, this.#sealed),
      findings: this.#found.list,
      findingCount: this.#found.count,
    };
  }

  /** There is no seal with the number of the kept head: the events are sealed in fewer seals, or the end is gone. */
  #lacks(head: KeptHead): void {
    if (this.#last && this.#last.lastSeq >= BigInt(head.lastSeq)) {
      this.#found.add({ kind: 'trail-resealed', sealNo: head.sealNo, seq: head.lastSeq });
      return;
    }
    const [sealNo, toSealNo] = [(this.#last?.sealNo ?? 0) + 1, head.sealNo];
    const [seq, toSeq] = [exactNumber((this.#last?.lastSeq ?? 0n) + 1n), head.lastSeq];
    this.#found.add({ kind: 'tail-cut', seq, toSeq, sealNo, ...(toSealNo > sealNo && { toSealNo }) });
  }
}

const smaller = (one: bigint, other: bigint) => (one < other ? one : other);

export interface TrailVerification {
  status: 'intact' | 'tampered';
  /** Events there are. */
  events: number;
  /** Events that the sound seals cover. */
  sealed: number;
  /** Events after the last seal: nothing can be said of them yet. */
  unsealed: number;
  /** Events of seals that were changed or are gone. */
  unproved: number;
  /** Rows of seals and events that void seals declare void. */
  voided: { seals: number; events: number };
  /** Events that the sealed trail lists and that were pruned, and the last number up to which that was allowed. */
  pruned: { events: number; lastSeq: ExactNumber };
  /** The newest seal of the chain; worth keeping elsewhere where the trail is intact. */
  head: Head;
  /** In the order of the trail, at most a hundred. */
  findings: TrailFinding[];
  /** All of them; seals in a row that are gone or were planted are one. */
  findingCount: number;
}
