import { insertToken, updateToken } from '../../database/queries/tokens.js';
import { operationProblem } from '../../problem.js';
import { change } from '../audit/change.js';
import { assertOnPremises } from '../installation.js';
import { lockAccount } from '../service-accounts/service-account.js';
import { digestForStorage } from './digest.js';
import { freeEndedSlots, revoke } from './end.js';
import { pickToken, tokenToRotate } from './find.js';
import { generateToken } from './format.js';
import { NO_KEYS } from './keys.js';
import { validUntil } from './status.js';
/**
 * Issues a token for an IdP's service account.
 * @throws Problem `idp-unknown`, `token-limit` (two are live), `hosting-cloud`; nothing is changed.
 */
export async function createToken(core, idp, options) {
    const fresh = generateToken(core.random);
    await options.deliver?.(fresh.text);
    return change(core, { action: 'token.create', target: { type: 'token', id: fresh.publicId, name: idp } }, async (session) => {
        const { account, live, now } = await enter(core, session, idp);
        const row = newRow(core, account, fresh, now, options, {
            slot: freeSlot(live, account),
            replaces: null,
        });
        return issue(session, account, fresh, row);
    }, options);
}
/**
 * Issues a successor. The old token works until the end of the overlap, or of its own expiry if that is
 * sooner; both in one transaction, so that at any moment at least one token works.
 * @throws Problem `idp-unknown`, `token-none`, `token-ambiguous`, `token-limit`; nothing is changed.
 */
export async function rotateToken(core, idp, options) {
    const fresh = generateToken(core.random);
    await options.deliver?.(fresh.text);
    return change(core, { action: 'token.rotate', target: { type: 'token', id: fresh.publicId, name: idp } }, async (session) => {
        const { account, live, now } = await enter(core, session, idp);
        const old = options.token === undefined
            ? tokenToRotate(live, account, now, options.overlapMs)
            : pickToken(live, options.token);
        const ending = options.overlapMs > 0 ? [] : options.token === undefined ? live : [old];
        const slot = freeSlot(live.filter((token) => !ending.includes(token)), account);
        for (const token of ending)
            await revoke(session, token.publicId, now);
        const end = ending.length > 0 ? now : endOfOverlap(old, now, options.overlapMs);
        if (ending.length === 0)
            await updateToken(session, old.publicId, { retiresAt: end });
        const row = newRow(core, account, fresh, now, options, { slot, replaces: old.publicId });
        return issue(session, account, fresh, row, { id: old.publicId, validUntil: end });
    }, options);
}
/** An overlap never makes a token last longer than it would have. */
function endOfOverlap(old, now, overlapMs) {
    const end = new Date(now.getTime() + overlapMs);
    const before = validUntil(old);
    return before && before < end ? before : end;
}
/** Finds the account, takes its lock, and clears away what has run out. */
export async function enter(core, session, idp) {
    await assertOnPremises(session);
    const now = core.clock();
    const account = await lockAccount(session, idp, now);
    return { account, live: await freeEndedSlots(session, account.id, now), now };
}
function freeSlot(live, { name }) {
    const slot = [1, 2].find((candidate) => !live.some((token) => token.slot === candidate));
    if (slot)
        return slot;
    throw operationProblem('token-limit', `IdP ${JSON.stringify(name)} has two live tokens already, and no more are allowed.`, {
        hint: `End one with \`scimctl token revoke\`, or wait until the retiring one has ended; \`scimctl token list --idp ${name}\` shows them.`,
    });
}
export function newRow(core, account, { publicId, text }, now, { expiresInMs }, { slot, replaces }) {
    return {
        publicId,
        serviceAccountId: account.id,
        slot,
        ...digestForStorage(text, core.tokenKeys ?? NO_KEYS),
        createdAt: now,
        createdBy: core.actor,
        expiresAt: expiresInMs === null ? null : new Date(now.getTime() + expiresInMs),
        retiresAt: null,
        revokedAt: null,
        endedAt: null,
        lastUsedAt: null,
        replaces,
    };
}
export async function issue(session, { name }, fresh, row, replaces) {
    await insertToken(session, row);
    const { publicId: id, createdAt, expiresAt } = row;
    return {
        result: { id, idp: name, token: fresh.text, createdAt, expiresAt, ...(replaces && { replaces }) },
        target: { id, name },
        details: { expiresAt, hashScheme: row.hashScheme, keyId: row.keyId, ...(replaces && { replaces }) },
    };
}
