import { cursorInvalid, decodeCursor, encodeCursor } from './page-cursor.js';
/** The most items that one page has, however many are asked for: a page is held in memory. */
export const MAX_PAGE = 1000;
/**
 * One page of a list. One row more than fits is read, which tells whether there are more: where there are
 * not, nothing has to be counted.
 * @throws Problem `cursor-invalid`.
 */
export function readPage(query, reader) {
    const count = Math.min(query.page.count, MAX_PAGE);
    if (count <= 0)
        return totalAlone(query, reader);
    return query.page.kind === 'index'
        ? indexPage(reader, Math.max(1, query.page.startIndex), count)
        : cursorPage(query, reader, count);
}
async function totalAlone(query, reader) {
    if (query.page.kind === 'cursor' && query.page.cursor !== undefined) {
        decodeCursor(query, query.page.cursor);
    }
    return { total: await reader.count(), items: [] };
}
async function indexPage(reader, startIndex, count) {
    const offset = startIndex - 1;
    const rows = (await reader.select({ limit: count + 1, offset })) ?? [];
    const items = rows.slice(0, count).map(({ item }) => item);
    const isWhole = rows.length <= count && (rows.length > 0 || offset === 0);
    const total = isWhole ? offset + rows.length : await reader.count();
    // Between the two, rows may have gone.
    return { total: rows.length === 0 ? total : Math.max(total, offset + rows.length), items };
}
async function cursorPage(query, reader, count) {
    const { cursor } = query.page;
    const from = cursor === undefined ? undefined : decodeCursor(query, cursor);
    const rows = await reader.select({ limit: count + 1, ...(from && { after: from }) });
    if (!rows)
        throw cursorInvalid();
    const isLast = rows.length <= count;
    const shown = rows.slice(0, count);
    const total = from?.total ?? (isLast ? rows.length : await reader.count());
    const last = shown.at(-1);
    return {
        total,
        items: shown.map(({ item }) => item),
        ...(!isLast && last && { nextCursor: encodeCursor(query, { key: last.key, id: last.id, total }) }),
    };
}
