import { createHash } from 'node:crypto';
import { usageProblem } from '../../problem.js';
/**
 * A cursor is the position itself, so that no server has to remember it. It holds nothing that the IdP was
 * not just given, and is taken back only for the same filter and order. Whoever makes one up begins somewhere
 * else in what he may see anyway.
 */
export function encodeCursor(query, { key, id, total }) {
    return Buffer.from(JSON.stringify([listOf(query), key, id, total])).toString('base64url');
}
/** @throws Problem `cursor-invalid`. */
export function decodeCursor(query, cursor) {
    const fields = parse(cursor);
    if (!fields || fields[0] !== listOf(query))
        throw cursorInvalid();
    const [, key, id, total] = fields;
    const isKey = key === null || typeof key === 'string' || typeof key === 'number';
    if (!isKey || typeof id !== 'string' || !Number.isSafeInteger(total) || total < 0) {
        throw cursorInvalid();
    }
    return { key, id, total: total };
}
export const cursorInvalid = () => usageProblem('cursor-invalid', 'The cursor is not one of a page of this list.', {
    hint: 'Begin again without a cursor, with the same filter and order on every page.',
});
const MAX_LENGTH = 8_000;
function parse(cursor) {
    if (cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor))
        return undefined;
    try {
        const fields = JSON.parse(Buffer.from(cursor, 'base64url').toString());
        return Array.isArray(fields) && fields.length === 4 ? fields : undefined;
    }
    catch {
        return undefined;
    }
}
/** What the pages of one walk have in common. */
function listOf({ filter, sortBy, descending = false }) {
    const list = JSON.stringify([filter ?? null, sortBy?.path ?? null, descending]);
    return createHash('sha256').update(list).digest('base64url').slice(0, 12);
}
