import type { Database } from '../../../database/database.js';
import type { StoredEvent } from '../../../database/queries/audit/events.js';
import type { SealRow } from '../../../database/queries/audit/seals.js';
import { type VoidRow, voidsAfter } from '../../../database/queries/audit/voids.js';
import {
  eventDigest,
  packEntries,
  SealEntries,
  type SealEntry,
  sealRowDigest,
  unpackSealRows,
  voidDigest,
} from '../digests.js';

const VOIDS_AT_ONCE = 10;

/** What all void seals say: which rows prove nothing, and which events were sealed anew in their place. */
export class Voids {
  /** Numbers of void seals that are not what they were: nothing that they say counts. */
  readonly changed: number[] = [];
  /** The highest number of a void seal. */
  lastNo = 0;
  readonly #seals = new Map<number, { row: string; by: string }>();
  readonly #events = new Map<bigint, string>();
  readonly #anew: SealEntries[] = [];

  static async read(database: Database): Promise<Voids> {
    const voids = new Voids();
    for (;;) {
      const after = voids.lastNo;
      const page = await database.read((session) => voidsAfter(session, after, VOIDS_AT_ONCE));
      for (const row of page) voids.#add(row);
      if (page.length < VOIDS_AT_ONCE) return voids;
    }
  }

  #add(row: VoidRow): void {
    this.lastNo = row.voidNo;
    if (!voidDigest(row).equals(row.digest)) {
      this.changed.push(row.voidNo);
      return;
    }
    const by = row.digest.toString('hex');
    for (const { sealNo, digest } of unpackSealRows(row.voidSeals))
      this.#seals.set(sealNo, { row: digest, by });
    for (const { seq, digest } of new SealEntries(row.voidEvents)) this.#events.set(seq, digest);
    if (row.rowDigests.length > 0) this.#anew.push(new SealEntries(row.rowDigests));
  }

  /** How many rows of `event_seal` and `event` are void. */
  get counts(): { seals: number; events: number } {
    return { seals: this.#seals.size, events: this.#events.size };
  }

  /** Whether this very row is void. */
  isVoid(seal: SealRow): boolean {
    return this.#seals.get(seal.sealNo)?.row === sealRowDigest(seal).toString('hex');
  }

  /** The digest of the void seal that names the seal, in hex. */
  by(sealNo: number): string | undefined {
    return this.#seals.get(sealNo)?.by;
  }

  /** Whether this very event is void. */
  hasEvent(event: StoredEvent): boolean {
    const digest = this.#events.get(event.seq);
    return digest !== undefined && digest === eventDigest(event);
  }

  /** How many void events have numbers above `after`, up to `upTo`. */
  countEvents(after: bigint, upTo?: bigint): number {
    let count = 0;
    for (const seq of this.#events.keys()) if (seq > after && (upTo === undefined || seq <= upTo)) count++;
    return count;
  }

  /** What was sealed anew of a stretch of the trail, both ends included. */
  sealedAnew(first: bigint, last: bigint): Buffer {
    const found: SealEntry[] = [];
    for (const entries of this.#anew) {
      for (const entry of entries) if (entry.seq >= first && entry.seq <= last) found.push(entry);
    }
    return packEntries(found.sort((a, b) => (a.seq < b.seq ? -1 : 1)));
  }
}
