import { ScimError } from '../scim-error.js';
import { groupLister, userLister } from './list.js';
/**
 * Users and groups in one list (RFC 7644 §3.4.2.1): the users first, then the groups, each in the order that
 * was asked for. An attribute that only one of them has counts as one without a value for the other.
 */
export const everythingLister = (exchange, asked) => asked.page.kind === 'index' ? byIndex(exchange, asked, asked.page) : byCursor(exchange, asked, asked.page);
const users = (exchange, asked, page) => userLister(exchange, { ...asked, page }, [exchange.service.groups.type]);
const groups = (exchange, asked, page) => groupLister(exchange, { ...asked, page }, [exchange.service.users.type]);
async function byIndex(exchange, asked, page) {
    const first = await users(exchange, asked, page);
    const second = await groups(exchange, asked, {
        kind: 'index',
        startIndex: Math.max(page.startIndex - first.total, 1),
        count: page.count - first.items.length,
    });
    return { total: first.total + second.total, items: [...first.items, ...second.items] };
}
/** A cursor says which of the two lists it is of. */
async function byCursor(exchange, asked, page) {
    const { cursor, count } = page;
    const [, list, inner] = /^(u|g)\.(.*)$/.exec(cursor ?? 'u.') ?? [];
    if (list === undefined)
        throw new ScimError(400, 'invalidCursor', 'The cursor is not one of a page of this list.');
    const from = inner ? { cursor: inner } : {};
    const none = { kind: 'index', startIndex: 1, count: 0 };
    if (list === 'g') {
        const second = await groups(exchange, asked, { kind: 'cursor', count, ...from });
        const { total } = await users(exchange, asked, none);
        return { ...marked(second, 'g'), total: total + second.total };
    }
    const first = await users(exchange, asked, { kind: 'cursor', count, ...from });
    const rest = count - first.items.length;
    if (first.nextCursor !== undefined || rest === 0) {
        const { total } = await groups(exchange, asked, none);
        const next = first.nextCursor === undefined && total > 0 ? { nextCursor: 'g.' } : {};
        return { ...marked(first, 'u'), ...next, total: first.total + total };
    }
    const second = await groups(exchange, asked, { kind: 'cursor', count: rest });
    return {
        ...marked(second, 'g'),
        total: first.total + second.total,
        items: [...first.items, ...second.items],
    };
}
const marked = ({ nextCursor, ...page }, list) => nextCursor === undefined ? page : { ...page, nextCursor: `${list}.${nextCursor}` };
