import { bind, own } from './rows.js';
export const EVENT_OUTCOMES = ['done', 'refused', 'failed'];
export async function insertEvent(session, event) {
    await own(session, 'event').insert(eventValues(session, event));
}
/** Columns and values of an event. */
export const eventValues = (session, event) => ({
    event_id: event.eventId,
    occurred_at: bind(session, event.occurredAt),
    actor: event.actor,
    action: event.action,
    target_type: event.targetType,
    target_id: event.targetId,
    target_name: event.targetName,
    outcome: event.outcome,
    details: event.details,
});
export async function eventExists(session, eventId) {
    return (await own(session, 'event').where({ event_id: eventId }).select('event_id')).length > 0;
}
/** Newest first. */
export async function newestEvents(session, filter) {
    const query = own(session, 'event').orderBy('seq', 'desc').limit(filter.limit).select('*');
    narrow(session, query, filter);
    return (await within(query, filter)).map(toEvent);
}
/** Oldest first. */
export async function oldestEvents(session, filter) {
    const query = own(session, 'event').orderBy('seq').limit(filter.limit).select('*');
    narrow(session, query, filter);
    return (await within(query, filter)).map(toEvent);
}
export async function countEvents(session, range = {}) {
    const [row] = await within(own(session, 'event').count({ count: '*' }), range);
    return Number(row?.count ?? 0);
}
// biome-ignore lint/suspicious/noExplicitAny: rows as the driver hands them over
function within(query, { after, upTo }) {
    // As text and cast: the drivers have no parameter for the whole of a bigint.
    if (after !== undefined)
        query.whereRaw('seq > cast(? as bigint)', [String(after)]);
    if (upTo !== undefined)
        query.whereRaw('seq <= cast(? as bigint)', [String(upTo)]);
    return query;
}
function narrow(session, query, filter) {
    const { since, until, actor, action, target, outcome } = filter;
    if (since)
        query.where('occurred_at', '>=', bind(session, since));
    if (until)
        query.where('occurred_at', '<', bind(session, until));
    const { folded } = session.dialect.expressions;
    if (actor !== undefined)
        query.whereRaw(`${folded('actor')} = ${folded('?')}`, [actor]);
    if (action?.endsWith('*')) {
        const beginning = action.slice(0, -1);
        query.whereRaw('left(action, ?) = ?', [beginning.length, beginning]);
    }
    else if (action !== undefined) {
        query.where({ action });
    }
    if (outcome)
        query.where({ outcome });
    if (target !== undefined) {
        query.where((either) => either.where({ target_id: target }).orWhereRaw(`${folded('target_name')} = ${folded('?')}`, [target]));
    }
}
// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toEvent = (row) => ({
    seq: BigInt(row.seq),
    eventId: row.event_id,
    occurredAt: row.occurred_at,
    actor: row.actor,
    action: row.action,
    targetType: row.target_type,
    targetId: row.target_id,
    targetName: row.target_name,
    outcome: row.outcome,
    details: row.details,
});
