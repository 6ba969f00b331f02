import { isFault } from '../../database/fault.js';
import { countEvents, oldestEvents } from '../../database/queries/events.js';
import { insertSeal, lastSeal } from '../../database/queries/seals.js';
import { eventDigest, NO_DIGEST, packEntries, sealDigest } from './digests.js';
import { headOf, trailHead } from './head.js';
export const DEFAULT_MARGIN_MS = 10 * 60_000;
const DEFAULT_BATCH = 1000;
/**
 * Seals what has been written since the last seal, each batch in a transaction of its own. Writers are
 * neither waited for nor held up. Several sealers at once are safe: the seal's number decides, and whoever
 * comes second starts over behind the other's seal.
 *
 * Numbers are drawn before the commit, so a missing one may still turn up (or be of a change that was rolled
 * back). Up to the first missing number everything can be sealed at once; behind it only what is older than
 * the margin. An event that turns up later than that below a sealed one will be reported as slipped in.
 */
export async function sealEvents(core, options = {}) {
    const { database } = core;
    let [events, seals] = [0, 0];
    let rehearsed;
    for (;;) {
        const sealed = await sealBatch(core, options, rehearsed);
        if (sealed === 'lost')
            continue;
        if (sealed === 'nothing')
            break;
        if (options.dryRun)
            rehearsed = sealed;
        events += sealed.events;
        seals++;
        options.onProgress?.(events);
    }
    if (rehearsed) {
        const { lastSeq } = rehearsed;
        const waiting = await database.read((session) => countEvents(session, { after: lastSeq }));
        const before = await database.read(trailHead);
        return { events, seals, waiting, head: headOf(rehearsed, before.events + events) };
    }
    return database.read(async (session) => {
        const last = await lastSeal(session);
        const waiting = await countEvents(session, { after: last?.lastSeq });
        return { events, seals, waiting, head: await trailHead(session) };
    });
}
async function sealBatch(core, { marginMs = DEFAULT_MARGIN_MS, batch = DEFAULT_BATCH, dryRun }, rehearsed) {
    try {
        return await core.database.transaction(async (session) => {
            const last = rehearsed ?? (await lastSeal(session));
            const found = await oldestEvents(session, { after: last?.lastSeq, limit: batch });
            const oldEnough = new Date(core.clock().getTime() - marginMs);
            const events = found.slice(0, sealableCount(found, last?.lastSeq ?? 0n, oldEnough));
            return events.length === 0 ? 'nothing' : await seal(core, session, last, events, dryRun);
        });
    }
    catch (error) {
        // Somebody else's seal has this number.
        if (isFault(error, 'unique-violation'))
            return 'lost';
        throw error;
    }
}
async function seal(core, session, last, events, dryRun = false) {
    const entries = events.map((event) => ({ seq: event.seq, digest: eventDigest(event) }));
    const content = {
        sealNo: (last?.sealNo ?? 0) + 1,
        firstSeq: entries[0]?.seq ?? 0n,
        lastSeq: entries.at(-1)?.seq ?? 0n,
        eventCount: entries.length,
        rowDigests: packEntries(entries),
        previousDigest: last?.digest ?? NO_DIGEST,
        sealedAt: core.clock(),
        // Half a surrogate pair would not come back from the database as it was hashed.
        sealedBy: Buffer.from(core.actor).toString(),
    };
    const digest = sealDigest(content);
    if (!dryRun)
        await insertSeal(session, { ...content, digest });
    return { ...content, digest, events: entries.length };
}
/**
 * How many of the events, which follow `lastSeq` in the order of their numbers, can be sealed: all up to a
 * gap in the numbers that may still be filled. A gap is closed for good once an event behind it is old
 * enough; which one does not matter, since all of them drew their numbers after it. Pure.
 */
export function sealableCount(events, lastSeq, oldEnough) {
    let count = events.length;
    let oldest = Number.POSITIVE_INFINITY;
    for (let at = events.length - 1; at >= 0; at--) {
        const event = events[at];
        if (!event)
            break;
        oldest = Math.min(oldest, timeOf(event));
        const isAfterGap = event.seq !== (events[at - 1]?.seq ?? lastSeq) + 1n;
        if (isAfterGap && oldest > oldEnough.getTime())
            count = at;
    }
    return count;
}
/** What is no instant (`infinity`) is never old. */
function timeOf({ occurredAt }) {
    const time = Number(occurredAt);
    return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}
