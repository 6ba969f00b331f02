import type { Session } from '../../database.js';
import { bind, own, ownTable, selectRaw } from '../rows.js';

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
  /** The last number that had been handed out to an event when the seal was written; the database holds it to that. */
  handedOut: bigint;
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
    handed_out: String(seal.handedOut),
  });
}

/** The seal with the highest number, whatever it is worth, or none. */
export async function newestSeal(session: Session): Promise<SealRow | undefined> {
  const [row] = await own(session, 'event_seal')
    .orderBy('seal_no', 'desc')
    .limit(1)
    .select(columnsOf(session));
  return row && toSeal(row);
}

/** The last event that the newest seal covers, whatever that seal is worth; 0 for none. */
export async function lastSealedSeq(session: Session): Promise<bigint> {
  const [row] = await own(session, 'event_seal').orderBy('seal_no', 'desc').limit(1).select('last_seq');
  return BigInt(row?.last_seq ?? 0);
}

/** A stretch of the seals by number. */
export interface SealRange {
  /** Left out itself; 0 for all. */
  after: number;
  /** Included itself. */
  upTo: number;
}

/** Whether any of these seals does not follow the one numbered one less, by its link and by the events that it covers. */
export async function isChainBroken(session: Session, { after, upTo }: SealRange): Promise<boolean> {
  const table = ownTable(session, 'event_seal');
  const rows = await selectRaw<{ broken: number }>(
    session,
    `select case when exists (
       select 1 from ${table} s left join ${table} p on p.seal_no = s.seal_no - 1
        where s.seal_no <= ? and ${after === 0 ? '' : 's.seal_no > ? and '}(s.first_seq < 1 or s.last_seq > s.handed_out
               or s.seal_no = 1 and s.previous_digest <> ?
               or s.seal_no <> 1 and (p.seal_no is null or p.digest <> s.previous_digest or s.first_seq <= p.last_seq))
     ) then 1 else 0 end as broken`,
    [upTo, ...(after === 0 ? [] : [after]), FIRST_PREVIOUS],
  );
  return rows[0]?.broken === 1;
}

/** How a seal is linked. */
export type SealLink = Pick<SealRow, 'sealNo' | 'digest' | 'previousDigest'>;

/** Newest first, from a number down. */
export async function sealLinksUpTo(session: Session, upTo: number, limit: number): Promise<SealLink[]> {
  const rows = await own(session, 'event_seal')
    .where('seal_no', '<=', upTo)
    .orderBy('seal_no', 'desc')
    .limit(limit)
    .select('seal_no', 'digest', 'previous_digest');
  // biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
  return rows.map((row: any) => ({
    sealNo: Number(row.seal_no),
    digest: row.digest ?? NOTHING,
    previousDigest: row.previous_digest ?? NOTHING,
  }));
}

/** Oldest first, above a number, or from the lowest there is. */
export async function sealsAfter(
  session: Session,
  sealNo: number | undefined,
  limit: number,
): Promise<SealRow[]> {
  const query = own(session, 'event_seal').orderBy('seal_no').limit(limit).select(columnsOf(session));
  if (sealNo !== undefined) query.where('seal_no', '>', sealNo);
  return (await query).map(toSeal);
}

/** How many events these seals cover. */
export async function countSealedEvents(session: Session, { after, upTo }: SealRange): Promise<number> {
  const total = session.knex.raw('sum(cast(event_count as bigint)) as total');
  const query = own(session, 'event_seal').where('seal_no', '<=', upTo).select(total);
  if (after > 0) query.where('seal_no', '>', after);
  const [row] = await query;
  return Number(row?.total ?? 0);
}

const NOTHING = Buffer.alloc(0);

/** What the first seal follows. */
const FIRST_PREVIOUS = Buffer.alloc(32);

/** No seal of ours has more, and the database takes no more. What was planted before that is not read, for its size. */
const MOST_EVENTS = 10_000;

const columnsOf = ({ knex }: Session) => [
  ...[
    'seal_no',
    'first_seq',
    'last_seq',
    'event_count',
    'previous_digest',
    'digest',
    'sealed_at',
    'sealed_by',
    'handed_out',
  ],
  knex.raw(`case when event_count <= ${MOST_EVENTS} then row_digests end as row_digests`),
];

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toSeal = (row: any): SealRow => ({
  sealNo: Number(row.seal_no),
  firstSeq: BigInt(row.first_seq),
  lastSeq: BigInt(row.last_seq),
  eventCount: Number(row.event_count),
  // No column is nullable, but whoever tampers may have changed that; and what is too long is not read.
  rowDigests: row.row_digests ?? NOTHING,
  previousDigest: row.previous_digest ?? NOTHING,
  digest: row.digest ?? NOTHING,
  sealedAt: row.sealed_at,
  sealedBy: row.sealed_by,
  handedOut: BigInt(row.handed_out),
});
