import type { Session } from '../database.js';
import { bind, own } from './rows.js';

/** One row of `event_seal`; docs/audit-trail.md says what is in its digests. */
export interface SealRow {
  /** 1, 2, 3 … without a gap. */
  sealNo: number;
  /** The first and the last event it covers. */
  firstSeq: bigint;
  lastSeq: bigint;
  eventCount: number;
  /** 40 bytes for every event, in the order of seq. */
  rowDigests: Buffer;
  /** Of the seal before; zeros for the first. */
  previousDigest: Buffer;
  digest: Buffer;
  sealedAt: Date;
  sealedBy: string;
}

/** A seal without the digests of its rows. */
export type SealHead = Pick<SealRow, 'sealNo' | 'lastSeq' | 'digest' | 'sealedAt'>;

/** Where a seal of this number exists already, the database refuses: a unique violation. */
export async function insertSeal(session: Session, seal: SealRow): Promise<void> {
  await own(session, 'event_seal').insert({
    seal_no: seal.sealNo,
    first_seq: String(seal.firstSeq),
    last_seq: String(seal.lastSeq),
    event_count: seal.eventCount,
    row_digests: seal.rowDigests,
    previous_digest: seal.previousDigest,
    digest: seal.digest,
    sealed_at: bind(session, seal.sealedAt),
    sealed_by: seal.sealedBy,
  });
}

/** The newest seal, or none. */
export async function lastSeal(session: Session): Promise<SealHead | undefined> {
  const [row] = await own(session, 'event_seal')
    .orderBy('seal_no', 'desc')
    .limit(1)
    .select('seal_no', 'last_seq', 'digest', 'sealed_at');
  return (
    row && {
      sealNo: Number(row.seal_no),
      lastSeq: BigInt(row.last_seq),
      digest: row.digest,
      sealedAt: row.sealed_at,
    }
  );
}

/** Oldest first, above a number, or from the lowest there is. */
export async function sealsAfter(
  session: Session,
  sealNo: number | undefined,
  limit: number,
): Promise<SealRow[]> {
  const query = own(session, 'event_seal').orderBy('seal_no').limit(limit).select('*');
  if (sealNo !== undefined) query.where('seal_no', '>', sealNo);
  return (await query).map(toSeal);
}

/** How many events the seals up to a number cover. */
export async function countSealedEvents(session: Session, upTo: number): Promise<number> {
  const total = session.knex.raw('sum(cast(event_count as bigint)) as total');
  const [row] = await own(session, 'event_seal').where('seal_no', '<=', upTo).select(total);
  return Number(row?.total ?? 0);
}

const NOTHING = Buffer.alloc(0);

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toSeal = (row: any): SealRow => ({
  sealNo: Number(row.seal_no),
  firstSeq: BigInt(row.first_seq),
  lastSeq: BigInt(row.last_seq),
  eventCount: Number(row.event_count),
  // No column is nullable, but whoever tampers may have changed that.
  rowDigests: row.row_digests ?? NOTHING,
  previousDigest: row.previous_digest ?? NOTHING,
  digest: row.digest ?? NOTHING,
  sealedAt: row.sealed_at,
  sealedBy: row.sealed_by,
});
