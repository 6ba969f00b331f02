import type { ExactNumber } from '../exact-number.js';

export type FindingKind =
  /** An event is not what it was when it was sealed. */
  | 'changed'
  /** An event that was sealed is not there. */
  | 'removed'
  /** An event is there that was not when those around it were sealed. */
  | 'inserted'
  /** A seal is not what it was, so its events cannot be proved. */
  | 'seal-changed'
  /** Seals that a kept head vouches for are gone, so their events cannot be proved. */
  | 'seal-removed'
  /** A seal does not continue the chain: it was planted, or what it continued is gone. It proves nothing. */
  | 'seal-unlinked'
  /** An event has a number that the database has not handed out, or details longer than it takes. */
  | 'event-planted'
  /** A void seal is not what it was, so what it declared void counts again. */
  | 'void-changed'
  /** A prune seal is not what it was, or the trail does not tell of it: what it removed counts as removed. */
  | 'prune-changed'
  /** The trail ends before the head that was kept. */
  | 'tail-cut'
  /** The seal of the kept head is not there, although its events are sealed: in fewer seals, so anew. */
  | 'trail-resealed'
  /** The seal of the kept head is another: the trail was rewritten, or the head is of another trail. */
  | 'head-mismatch';

export interface TrailFinding {
  kind: FindingKind;
  /** Number of the event; of a cut tail, of the first event that may be gone. */
  seq?: ExactNumber;
  /** Of a cut tail: number of the last event the kept head vouches for. */
  toSeq?: ExactNumber;
  /** Of an event that is there: its id. */
  eventId?: string;
  /** Number of the seal that says so, or that is meant. */
  sealNo?: number;
  /** Of several seals in a row: the last of them. */
  toSealNo?: number;
}

const KEPT = 100;

/** Findings in the order in which they come up: all are counted, the first hundred are kept. */
export class Findings {
  readonly list: TrailFinding[] = [];
  count = 0;

  add(finding: TrailFinding): void {
    this.count++;
    if (this.list.length < KEPT) this.list.push(finding);
  }

  /** Seals that continue nothing, one after the other, are one finding. */
  addUnlinked(sealNo: number): void {
    const last = this.list.at(-1);
    const isNext = last?.kind === 'seal-unlinked' && (last.toSealNo ?? last.sealNo) === sealNo - 1;
    if (last && isNext) last.toSealNo = sealNo;
    else this.add({ kind: 'seal-unlinked', sealNo });
  }
}
