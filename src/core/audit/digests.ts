import { hash } from 'node:crypto';
import type { StoredEvent } from '../../database/queries/audit/events.js';
import type { PruneRow } from '../../database/queries/audit/prunes.js';
import type { SealRow } from '../../database/queries/audit/seals.js';
import type { VoidRow } from '../../database/queries/audit/voids.js';
import { isInstant } from './event-details.js';

/*
 * The canonical forms and their digests, as docs/audit-trail.md describes them for everybody who wants to
 * verify a trail without this program. They can never change: what is sealed is sealed in this form.
 */

/** Before the first seal. */
export const NO_DIGEST = Buffer.alloc(32);

/**
 * An event as the text that is hashed: a JSON array without white space (as RFC 8785 writes it), the same on
 * every engine. Never throws, whatever a tampered row holds.
 */
export function eventForm(event: StoredEvent): string {
  const { seq, eventId, occurredAt, actor, action, targetType, targetId, targetName, outcome, details } =
    event;
  const at = instantText(occurredAt);
  const texts = [
    eventId.toLowerCase(),
    at,
    actor,
    action,
    targetType,
    targetId,
    targetName,
    outcome,
    details,
  ];
  return `[${seq},${JSON.stringify(texts).slice(1)}`;
}

/** Hex, since a million strings are lighter than a million buffers. */
export const eventDigest = (event: StoredEvent): string => hash('sha256', eventForm(event), 'hex');

/** A seal as the text that is hashed; it covers the digests of the events through their own digest. */
export function sealForm(seal: Omit<SealRow, 'digest' | 'handedOut'>): string {
  const { sealNo, previousDigest, firstSeq, lastSeq, eventCount, rowDigests, sealedAt, sealedBy } = seal;
  const rows = hash('sha256', rowDigests, 'hex');
  const text = JSON.stringify(['scimctl-seal-1', sealNo, previousDigest.toString('hex')]).slice(0, -1);
  return `${text},${firstSeq},${lastSeq},${eventCount},${JSON.stringify([rows, instantText(sealedAt), sealedBy]).slice(1)}`;
}

export const sealDigest = (seal: Omit<SealRow, 'digest' | 'handedOut'>): Buffer =>
  hash('sha256', sealForm(seal), 'buffer');

/** A row of `event_seal` as a void seal names it: all of it, its stored digest too. */
export const sealRowDigest = (seal: SealRow): Buffer =>
  hash('sha256', `${sealForm(seal).slice(0, -1)},${JSON.stringify(seal.digest.toString('hex'))}]`, 'buffer');

/** A void seal as the text that is hashed. */
export function voidForm({ voidNo, ...row }: Omit<VoidRow, 'digest'>): string {
  const lists = [row.voidSeals, row.voidEvents, row.rowDigests].map((list) => hash('sha256', list, 'hex'));
  return JSON.stringify(['scimctl-void-1', voidNo, ...lists, instantText(row.sealedAt), row.sealedBy]);
}

export const voidDigest = (row: Omit<VoidRow, 'digest'>): Buffer => hash('sha256', voidForm(row), 'buffer');

/** A prune seal as the text that is hashed. */
export function pruneForm(row: Omit<PruneRow, 'digest'>): string {
  const { pruneNo, sealNo, sealDigest, lastSeq, eventCount, eventsDigest, previousDigest } = row;
  const [seal, events, previous] = [sealDigest, eventsDigest, previousDigest].map((one) =>
    one.toString('hex'),
  );
  const text = JSON.stringify(['scimctl-prune-1', pruneNo, sealNo, seal]).slice(0, -1);
  return `${text},${lastSeq},${JSON.stringify([eventCount, events, previous, instantText(row.sealedAt), row.sealedBy]).slice(1)}`;
}

export const pruneDigest = (row: Omit<PruneRow, 'digest'>): Buffer =>
  hash('sha256', pruneForm(row), 'buffer');

const SEAL_ROW_BYTES = 36;
const SEAL_NO_BYTES = 4;

/** What a void seal says about one row of `event_seal`. */
export interface SealRowEntry {
  sealNo: number;
  /** Hex. */
  digest: string;
}

export function packSealRows(rows: readonly SealRowEntry[]): Buffer {
  const packed = Buffer.alloc(rows.length * SEAL_ROW_BYTES);
  rows.forEach(({ sealNo, digest }, at) => {
    packed.writeInt32BE(sealNo, at * SEAL_ROW_BYTES);
    packed.write(digest, at * SEAL_ROW_BYTES + SEAL_NO_BYTES, 'hex');
  });
  return packed;
}

export const unpackSealRows = (packed: Buffer): SealRowEntry[] =>
  Array.from({ length: Math.floor(packed.length / SEAL_ROW_BYTES) }, (_, at) => ({
    sealNo: packed.readInt32BE(at * SEAL_ROW_BYTES),
    digest: packed.toString('hex', at * SEAL_ROW_BYTES + SEAL_NO_BYTES, (at + 1) * SEAL_ROW_BYTES),
  }));

const ENTRY_BYTES = 40;
const SEQ_BYTES = 8;

/** What a seal says about one event. */
export interface SealEntry {
  seq: bigint;
  /** Hex. */
  digest: string;
}

export function packEntries(entries: readonly SealEntry[]): Buffer {
  const packed = Buffer.alloc(entries.length * ENTRY_BYTES);
  entries.forEach(({ seq, digest }, at) => {
    packed.writeBigInt64BE(seq, at * ENTRY_BYTES);
    packed.write(digest, at * ENTRY_BYTES + SEQ_BYTES, 'hex');
  });
  return packed;
}

/**
 * The list of events in a seal, read where it lies: unpacked, the lists in hand at once would be many objects.
 * It is empty where the bytes are not whole entries.
 */
export class SealEntries {
  readonly length: number;

  constructor(private readonly packed: Buffer) {
    this.length = packed.length % ENTRY_BYTES === 0 ? packed.length / ENTRY_BYTES : 0;
  }

  at(index: number): SealEntry | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const start = index * ENTRY_BYTES;
    return {
      seq: this.packed.readBigInt64BE(start),
      digest: this.packed.toString('hex', start + SEQ_BYTES, start + ENTRY_BYTES),
    };
  }

  *[Symbol.iterator](): Iterator<SealEntry> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as SealEntry;
  }

  /** Whether every number is greater than the one before it. */
  get isAscending(): boolean {
    for (let end = 2 * ENTRY_BYTES; end <= this.packed.length; end += ENTRY_BYTES) {
      const before = this.packed.readBigInt64BE(end - 2 * ENTRY_BYTES);
      if (this.packed.readBigInt64BE(end - ENTRY_BYTES) <= before) return false;
    }
    return true;
  }
}

/** RFC 3339 in UTC to the millisecond. The drivers have other values for what is no instant (`infinity`). */
const instantText = (instant: unknown): string =>
  isInstant(instant) ? instant.toISOString() : String(instant);
