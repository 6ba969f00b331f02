import type { Session } from '../../database.js';
import { bind, own } from '../rows.js';

/** One row of `event_void`; docs/audit-trail.md says what is in its lists and its digest. */
export interface VoidRow {
  voidNo: number;
  /** 36 bytes for every row of `event_seal`, in the order of seal_no. */
  voidSeals: Buffer;
  /** 40 bytes for every event, in the order of seq. */
  voidEvents: Buffer;
  /** The same of events that are sealed anew. */
  rowDigests: Buffer;
  digest: Buffer;
  sealedAt: Date;
  sealedBy: string;
}

/** Where a void seal of this number exists already, the database refuses: a unique violation. */
export async function insertVoid(session: Session, row: VoidRow): Promise<void> {
  await own(session, 'event_void').insert({
    void_no: row.voidNo,
    void_seals: row.voidSeals,
    void_events: row.voidEvents,
    row_digests: row.rowDigests,
    digest: row.digest,
    sealed_at: bind(session, row.sealedAt),
    sealed_by: row.sealedBy,
  });
}

/** Oldest first, above a number. */
export async function voidsAfter(session: Session, voidNo: number, limit: number): Promise<VoidRow[]> {
  const rows = await own(session, 'event_void')
    .where('void_no', '>', voidNo)
    .orderBy('void_no')
    .limit(limit)
    .select('*');
  // biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
  return rows.map((row: any) => ({
    voidNo: Number(row.void_no),
    voidSeals: row.void_seals,
    voidEvents: row.void_events,
    rowDigests: row.row_digests,
    digest: row.digest,
    sealedAt: row.sealed_at,
    sealedBy: row.sealed_by,
  }));
}
