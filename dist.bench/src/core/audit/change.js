import { eventExists, insertEvent } from '../../database/queries/events.js';
import { Problem } from '../../problem.js';
import { withoutTokens } from '../tokens/format.js';
import { randomUuid } from '../uuid.js';
/**
 * Makes one change and its event in one transaction. A refusal leaves an event too, in a transaction of its
 * own, since the change's was rolled back. Safe to run again when the connection breaks: the event's id tells
 * whether an attempt whose COMMIT got no answer has arrived.
 */
export async function change(core, intent, work, { dryRun = false, locks } = {}) {
    const eventId = randomUuid(core.random);
    try {
        return await core.database.transaction(async (session) => {
            const result = await finish(core, session, eventId, intent, await work(session));
            if (dryRun)
                throw new Rehearsed(result);
            return result;
        }, { arrived: (session) => eventExists(session, eventId), locks });
    }
    catch (error) {
        if (error instanceof Rehearsed)
            return error.result;
        if (error instanceof Problem && error.kind !== 'usage' && !dryRun)
            await recordRefusal(core, intent, error);
        throw error;
    }
}
async function finish(core, session, eventId, intent, { action, changed, target, details, result, write }) {
    if (changed === false)
        return result;
    const done = { ...intent, action: action ?? intent.action };
    const event = eventOf(core, eventId, done, 'done', details, target);
    if (write)
        return write(event);
    await insertEvent(session, event);
    return result;
}
/** Writes down that something was refused and why (by code, since messages may quote input). */
export async function recordRefusal(core, intent, problem) {
    const eventId = randomUuid(core.random);
    await core.database.transaction((session) => insertEvent(session, eventOf(core, eventId, intent, 'refused', { code: problem.code })), { arrived: (session) => eventExists(session, eventId) });
}
function eventOf(core, eventId, { action, target }, outcome, details = {}, found = {}) {
    const { type, id, name } = { ...target, ...found };
    return {
        eventId,
        occurredAt: core.clock(),
        actor: core.actor,
        action,
        targetType: type,
        targetId: kept(id, 128),
        targetName: kept(name, 320),
        outcome,
        details: JSON.stringify(details),
    };
}
const kept = (text, length) => text === undefined ? null : withoutTokens(text).slice(0, length).replace(UNSTORABLE, '\u{fffd}');
/** U+0000, which PostgreSQL refuses, and half surrogate pairs, which have no UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const UNSTORABLE = /\u0000|\p{Surrogate}/gu;
/** Carries a rehearsed result out of the transaction that must not commit. */
class Rehearsed extends Error {
    result;
    constructor(result) {
        super('rehearsed');
        this.result = result;
    }
}
