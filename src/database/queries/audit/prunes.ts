import type { Session } from '../../database.js';
import { bind, own } from '../rows.js';

/** One row of `event_prune`; docs/audit-trail.md says what is in its digests. */
export interface PruneRow {
  /** 1, 2, 3 … without a gap. */
  pruneNo: number;
  /** The seal up to which events were removed, and its digest. */
  sealNo: number;
  sealDigest: Buffer;
  /** The last event of that seal. */
  lastSeq: bigint;
  /** How many events this prune seal stands for. */
  eventCount: number;
  /** Of the list of them: 40 bytes for every event, in the order of seq. */
  eventsDigest: Buffer;
  /** Of the prune seal before; zeros for the first. */
  previousDigest: Buffer;
  digest: Buffer;
  sealedAt: Date;
  sealedBy: string;
}

/** The database takes the next prune seal only, and none of what was sealed less than 90 days ago. */
export async function insertPrune(session: Session, row: PruneRow): Promise<void> {
  await own(session, 'event_prune').insert({
    prune_no: row.pruneNo,
    seal_no: row.sealNo,
    seal_digest: row.sealDigest,
    last_seq: String(row.lastSeq),
    event_count: row.eventCount,
    events_digest: row.eventsDigest,
    previous_digest: row.previousDigest,
    digest: row.digest,
    sealed_at: bind(session, row.sealedAt),
    sealed_by: row.sealedBy,
  });
}

/** Oldest first, above a number. */
export async function prunesAfter(session: Session, pruneNo: number, limit: number): Promise<PruneRow[]> {
  const rows = await own(session, 'event_prune')
    .where('prune_no', '>', pruneNo)
    .orderBy('prune_no')
    .limit(limit)
    .select('*');
  // biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
  return rows.map((row: any) => ({
    pruneNo: Number(row.prune_no),
    sealNo: Number(row.seal_no),
    sealDigest: row.seal_digest,
    lastSeq: BigInt(row.last_seq),
    eventCount: Number(row.event_count),
    eventsDigest: row.events_digest,
    previousDigest: row.previous_digest,
    digest: row.digest,
    sealedAt: row.sealed_at,
    sealedBy: row.sealed_by,
  }));
}

/** Whether the trail tells of a prune seal, behind the events that it removed. */
export async function isPruneTold(session: Session, digest: string, lastSeq: bigint): Promise<boolean> {
  const found = await own(session, 'event')
    .where({ target_type: 'trail', target_id: digest, action: 'audit.prune', outcome: 'done' })
    .whereRaw('seq > cast(? as bigint)', [String(lastSeq)])
    .limit(1)
    .select('seq');
  return found.length > 0;
}

/** The numbers of the oldest events up to one, `limit` of them. */
export async function oldestSeqs(session: Session, upTo: bigint, limit: number): Promise<bigint[]> {
  const rows = await own(session, 'event')
    .whereRaw('seq >= 1 and seq <= cast(? as bigint)', [String(upTo)])
    .orderBy('seq')
    .limit(limit)
    .select('seq');
  // biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
  return rows.map((row: any) => BigInt(row.seq));
}

/** Deletes all events up to a number, which the database allows where a prune seal covers them. */
export async function deleteEventsUpTo(session: Session, seq: bigint): Promise<void> {
  await own(session, 'event')
    .whereRaw('seq >= 1 and seq <= cast(? as bigint)', [String(seq)])
    .delete();
}
