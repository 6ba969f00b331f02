import { parseFilter } from '../filter/resolve.js';
import { invalidSyntax, invalidValue, ScimError, shown } from '../scim-error.js';
/** The furthest a list can begin: what every database takes for an offset. */
const MAX_INDEX = 2_147_483_647;
/** Which attributes a URL asks for. */
export const wantedOf = (query) => ({
    attributes: namesIn(query.getAll('attributes')),
    excludedAttributes: namesIn(query.getAll('excludedAttributes')),
});
export const listRequestOf = (query, service) => read({
    ...wantedOf(query),
    filter: query.get('filter') ?? undefined,
    sortBy: query.get('sortBy') ?? undefined,
    sortOrder: query.get('sortOrder') ?? undefined,
    startIndex: query.get('startIndex') ?? undefined,
    count: query.get('count') ?? undefined,
    cursor: query.get('cursor') ?? undefined,
}, service);
/** The body of a `/.search` (RFC 7644 §3.4.3). */
export function searchRequestOf(body, service) {
    if (body === null || typeof body !== 'object' || Array.isArray(body)) {
        throw invalidSyntax(`A search request must be a JSON object, and was sent as ${shown(body)}.`);
    }
    const given = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value ?? undefined]));
    return read({
        attributes: namesIn(given.get('attributes')),
        excludedAttributes: namesIn(given.get('excludedattributes')),
        filter: given.get('filter'),
        sortBy: given.get('sortby'),
        sortOrder: given.get('sortorder'),
        startIndex: given.get('startindex'),
        count: given.get('count'),
        cursor: given.get('cursor'),
    }, service);
}
function read(given, service) {
    const filter = textOf('filter', given.filter)?.trim();
    return {
        attributes: given.attributes,
        excludedAttributes: given.excludedAttributes,
        filter: filter ? parseFilter(filter) : undefined,
        sortBy: textOf('sortBy', given.sortBy)?.trim() || undefined,
        descending: isDescending(textOf('sortOrder', given.sortOrder)),
        page: given.cursor === undefined ? indexPage(given, service) : cursorPage(given, service),
    };
}
/** RFC 7644 §3.4.2.4: what is below the least counts as the least. */
function indexPage({ startIndex, count }, { defaultCount, maxResults }) {
    return {
        kind: 'index',
        startIndex: Math.min(Math.max(integerOf('startIndex', startIndex) ?? 1, 1), MAX_INDEX),
        count: Math.min(Math.max(integerOf('count', count) ?? defaultCount, 0), maxResults),
    };
}
/** RFC 9865 §2: `cursor` says that pages are by cursor; empty, it asks for the first. */
function cursorPage({ cursor, count }, { defaultCount, maxResults }) {
    const text = textOf('cursor', cursor) ?? '';
    const size = integerOf('count', count) ?? defaultCount;
    if (size < 1) {
        throw new ScimError(400, 'invalidCount', `With a cursor, count is between 1 and ${maxResults}.`);
    }
    return { kind: 'cursor', ...(text === '' ? {} : { cursor: text }), count: Math.min(size, maxResults) };
}
function isDescending(sortOrder) {
    const order = sortOrder?.trim().toLowerCase() || 'ascending';
    if (order !== 'ascending' && order !== 'descending') {
        throw invalidValue(`sortOrder must be ascending or descending, and was sent as ${shown(sortOrder)}.`);
    }
    return order === 'descending';
}
function integerOf(name, value) {
    if (value === undefined || value === '')
        return undefined;
    const number = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : value;
    if (!Number.isSafeInteger(number)) {
        throw invalidValue(`${name} must be a whole number, and was sent as ${shown(value)}.`);
    }
    return number;
}
function textOf(name, value) {
    if (value !== undefined && typeof value !== 'string') {
        throw invalidValue(`${name} must be text, and was sent as ${shown(value)}.`);
    }
    return value;
}
/** A list of names, or a text of them with commas between. */
function namesIn(value) {
    const given = Array.isArray(value) ? value : [value];
    return given
        .flatMap((one) => (typeof one === 'string' ? one.split(',') : []))
        .map((name) => name.trim())
        .filter((name) => name !== '');
}
