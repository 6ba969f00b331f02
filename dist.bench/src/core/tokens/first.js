import { change } from '../audit/change.js';
import { enter, issue, newRow } from './create.js';
import { generateToken } from './format.js';
/**
 * Issues a token where the service account has no live one; of several callers at once only one does.
 * `deliver` is called within the transaction, once, and only when a token is issued.
 * @returns nothing where there was a live token already.
 * @throws Problem `idp-unknown`, `hosting-cloud`; nothing is changed.
 */
export function createFirstToken(core, idp, { deliver, ...options }) {
    const fresh = generateToken(core.random);
    let delivered;
    return change(core, { action: 'token.create', target: { type: 'token', id: fresh.publicId, name: idp } }, async (session) => {
        const { account, live, now } = await enter(core, session, idp);
        if (live.length > 0)
            return { result: undefined, changed: false };
        delivered ??= deliver?.(fresh.text);
        await delivered;
        const row = newRow(core, account, fresh, now, options, { slot: 1, replaces: null });
        return issue(session, account, fresh, row);
    }, options);
}
