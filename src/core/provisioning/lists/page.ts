import type { SortKeyValue } from '../../../database/queries/filters/sort.js';
import type { ListQuery, Page } from '../../../words/filter.js';
import { cursorInvalid, decodeCursor, encodeCursor } from './page-cursor.js';

/** The most items that one page has, however many are asked for: a page is held in memory. */
export const MAX_PAGE = 1000;

/** How the rows of one list are read. */
export interface Reader<T, R> {
  /** What they are of; a cursor is of one of them. */
  resource: 'User' | 'Group';
  count(): Promise<number>;
  /** Nothing where there can be no row of that key and id. */
  select(stretch: {
    limit: number;
    offset?: number;
    after?: { key: SortKeyValue; id: string };
  }): Promise<StretchOfRows<R> | undefined>;
  /** Rows as items, in their order; fewer, but one at least, where all of them are too much for one page. */
  items(rows: readonly R[]): Promise<T[]> | T[];
}

export interface StretchOfRows<R> {
  /** In their order; fewer, but one at least, where all of them are too much for one page. */
  rows: { row: R; id: string; key: SortKeyValue }[];
  /** How many there are in the stretch. */
  found: number;
}

/**
 * One page of a list. One row more than fits is read, which tells whether there are more: where there are
 * not, nothing has to be counted. A page may end early; the next one begins behind its last item.
 * @throws Problem `cursor-invalid`.
 */
export function readPage<T, R>(query: ListQuery, reader: Reader<T, R>): Promise<Page<T>> {
  const count = Math.min(query.page.count, MAX_PAGE);
  if (count <= 0) return totalAlone(query, reader);
  return query.page.kind === 'index'
    ? indexPage(reader, Math.max(1, query.page.startIndex), count)
    : cursorPage(query, reader, count);
}

async function totalAlone<T, R>(query: ListQuery, reader: Reader<T, R>): Promise<Page<T>> {
  if (query.page.kind === 'cursor' && query.page.cursor !== undefined) {
    decodeCursor(reader.resource, query, query.page.cursor);
  }
  return { total: await reader.count(), items: [] };
}

async function indexPage<T, R>(reader: Reader<T, R>, startIndex: number, count: number): Promise<Page<T>> {
  const offset = startIndex - 1;
  const { rows, found } = (await reader.select({ limit: count + 1, offset })) ?? { rows: [], found: 0 };
  const items = await reader.items(rows.slice(0, count).map(({ row }) => row));
  const isWhole = found <= count && (found > 0 || offset === 0);
  const total = isWhole ? offset + found : await reader.count();
  // Between the two, rows may have gone.
  return { total: found === 0 ? total : Math.max(total, offset + found), items };
}

async function cursorPage<T, R>(
  query: ListQuery & { page: { cursor?: string } },
  reader: Reader<T, R>,
  count: number,
): Promise<Page<T>> {
  const { cursor } = query.page;
  const from = cursor === undefined ? undefined : decodeCursor(reader.resource, query, cursor);
  const stretch = await reader.select({ limit: count + 1, ...(from && { after: from }) });
  if (!stretch) throw cursorInvalid();
  const { rows, found } = stretch;
  const items = await reader.items(rows.slice(0, count).map(({ row }) => row));
  const total = from?.total ?? (found <= count ? found : await reader.count());
  const last = rows[items.length - 1];
  const isLast = items.length === found;
  return {
    total,
    items,
    ...(!isLast &&
      last && { nextCursor: encodeCursor(reader.resource, query, { key: last.key, id: last.id, total }) }),
  };
}
