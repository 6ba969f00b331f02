import type { CursorPage, IndexPage } from '../../../words/filter.js';
import { ScimError } from '../scim-error.js';
import type { Exchange } from './exchange.js';
import { groupLister, type Listed, type Lister, userLister } from './list.js';
import type { ListRequest } from './query.js';

/**
 * Users and groups in one list (RFC 7644 §3.4.2.1): the users first, then the groups, each in the order that
 * was asked for. An attribute that only one of them has counts as one without a value for the other.
 */
export const everythingLister: Lister = (exchange, asked) =>
  asked.page.kind === 'index' ? byIndex(exchange, asked, asked.page) : byCursor(exchange, asked, asked.page);

const users = (exchange: Exchange, asked: ListRequest, page: ListRequest['page']) =>
  userLister(exchange, { ...asked, page }, [exchange.service.groups.type]);

const groups = (exchange: Exchange, asked: ListRequest, page: ListRequest['page']) =>
  groupLister(exchange, { ...asked, page }, [exchange.service.users.type]);

async function byIndex(exchange: Exchange, asked: ListRequest, page: IndexPage): Promise<Listed> {
  const first = await users(exchange, asked, page);
  const isShort = first.items.length < page.count && page.startIndex - 1 + first.items.length < first.total;
  // The groups begin behind the last of the users.
  if (isShort || first.continued) {
    const { total } = await groups(exchange, asked, NONE);
    return { ...first, total: first.total + total };
  }
  const second = await groups(exchange, asked, {
    kind: 'index',
    startIndex: Math.max(page.startIndex - first.total, 1),
    count: page.count - first.items.length,
  });
  return { ...second, total: first.total + second.total, items: [...first.items, ...second.items] };
}

/** For the number alone. */
const NONE: IndexPage = { kind: 'index', startIndex: 1, count: 0 };

/** A cursor says which of the two lists it is of. */
async function byCursor(exchange: Exchange, asked: ListRequest, page: CursorPage): Promise<Listed> {
  const { cursor, count } = page;
  const [, list, inner] = /^(u|g)\.(.*)$/.exec(cursor ?? 'u.') ?? [];
  if (list === undefined) throw new ScimError(400, 'invalidCursor', 'The cursor is not valid for this list.');
  const from = inner ? { cursor: inner } : {};
  if (count === 0) {
    const list = await users(exchange, asked, NONE);
    return { total: list.total + (await groups(exchange, asked, NONE)).total, items: [] };
  }
  if (list === 'g') {
    const second = await groups(exchange, asked, { kind: 'cursor', count, ...from });
    const { total } = await users(exchange, asked, NONE);
    return { ...marked(second, 'g'), total: total + second.total };
  }
  const first = await users(exchange, asked, { kind: 'cursor', count, ...from });
  const rest = count - first.items.length;
  if (first.nextCursor !== undefined || rest === 0 || first.continued) {
    const { total } = await groups(exchange, asked, NONE);
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

const marked = ({ nextCursor, ...page }: Listed, list: string): Listed =>
  nextCursor === undefined ? page : { ...page, nextCursor: `${list}.${nextCursor}` };
