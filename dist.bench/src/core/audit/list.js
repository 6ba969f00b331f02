import { newestEvents, oldestEvents, } from '../../database/queries/events.js';
/** Newest first. */
export async function auditEvents(core, { before, ...filter }) {
    const range = before === undefined ? {} : { upTo: BigInt(before) - 1n };
    const rows = await core.database.read((session) => newestEvents(session, { ...filter, ...range }));
    return rows.map(toAuditEvent);
}
const EXPORTED_AT_ONCE = 250;
/** All that fit, oldest first, in pages: however many there are, only one page is in memory. */
export async function* allAuditEvents(core, filter) {
    for (let after;;) {
        const range = { after, limit: EXPORTED_AT_ONCE };
        const rows = await core.database.read((session) => oldestEvents(session, { ...filter, ...range }));
        if (rows.length > 0)
            yield rows.map(toAuditEvent);
        if (rows.length < EXPORTED_AT_ONCE)
            return;
        after = rows.at(-1)?.seq;
    }
}
const toAuditEvent = ({ seq, eventId, occurredAt, details, ...row }) => ({
    seq: Number(seq),
    id: eventId,
    at: occurredAt,
    actor: row.actor,
    action: row.action,
    targetType: row.targetType,
    targetId: row.targetId,
    targetName: row.targetName,
    outcome: row.outcome,
    details: parseDetails(details),
});
function parseDetails(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return text;
    }
}
