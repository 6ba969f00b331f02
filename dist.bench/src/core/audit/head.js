import { countSealedEvents, lastSeal } from '../../database/queries/seals.js';
import { usageProblem } from '../../problem.js';
import { NO_DIGEST } from './digests.js';
/** The head as the database has it; that it is honest, only `verifyTrail` says. */
export const readHead = (core) => core.database.read(trailHead);
export async function trailHead(session) {
    const last = await lastSeal(session);
    return headOf(last, last ? await countSealedEvents(session, last.sealNo) : 0);
}
export const headOf = (seal, events) => ({
    sealNo: seal?.sealNo ?? 0,
    lastSeq: Number(seal?.lastSeq ?? 0),
    events,
    digest: (seal?.digest ?? NO_DIGEST).toString('hex'),
    sealedAt: seal?.sealedAt ?? null,
});
/**
 * Reads a kept head: what `audit head` printed, or the `head` in what `audit verify -o json` printed.
 * @throws Problem `head-invalid`.
 */
export function parseHead(text) {
    const document = parseJson(text);
    const { sealNo, lastSeq, events, digest } = (document?.head ?? document ?? {});
    const isSha256 = typeof digest === 'string' && /^[0-9a-f]{64}$/i.test(digest);
    if (isCount(sealNo) && isCount(lastSeq) && isCount(events) && isSha256) {
        return { sealNo, lastSeq, events, digest: digest.toLowerCase() };
    }
    throw usageProblem('head-invalid', 'The file does not hold a head of the audit trail.', {
        hint: 'It has to be what `scimctl audit head` printed.',
    });
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
