import { bind, own } from './rows.js';
/** Where a seal of this number exists already, the database refuses: a unique violation. */
export async function insertSeal(session, seal) {
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
export async function lastSeal(session) {
    const [row] = await own(session, 'event_seal')
        .orderBy('seal_no', 'desc')
        .limit(1)
        .select('seal_no', 'last_seq', 'digest', 'sealed_at');
    return (row && {
        sealNo: Number(row.seal_no),
        lastSeq: BigInt(row.last_seq),
        digest: row.digest,
        sealedAt: row.sealed_at,
    });
}
/** Oldest first, above a number, or from the lowest there is. */
export async function sealsAfter(session, sealNo, limit) {
    const query = own(session, 'event_seal').orderBy('seal_no').limit(limit).select('*');
    if (sealNo !== undefined)
        query.where('seal_no', '>', sealNo);
    return (await query).map(toSeal);
}
/** How many events the seals up to a number cover. */
export async function countSealedEvents(session, upTo) {
    const total = session.knex.raw('sum(cast(event_count as bigint)) as total');
    const [row] = await own(session, 'event_seal').where('seal_no', '<=', upTo).select(total);
    return Number(row?.total ?? 0);
}
const NOTHING = Buffer.alloc(0);
// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toSeal = (row) => ({
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
