import type { Knex } from 'knex';
import type { Fragment } from './fragment.js';

/** One thing that a list is ordered by. */
export interface OrderTerm {
  /** An expression over the list's query. */
  sql: string;
  /**
   * What it is, so that it can be handed back to the server and compares there as it was ordered: a column of ours,
   * or text or an instant of the host's, whatever its type.
   */
  kind: 'own' | 'hostText' | 'hostInstant';
  /** What has no value comes last, whichever way round. */
  nullable?: boolean;
  descending?: boolean;
}

/** A list that may be long. */
export interface Listing {
  /** Everything but its order. */
  query: Knex.QueryBuilder;
  /** Together they tell every row from every other. */
  order: readonly OrderTerm[];
  /** At most so many rows. */
  limit?: number;
  /** Whether the server finds the next rows by an index, so that asking for each page by itself costs no more. */
  isIndexed?: boolean;
}

/** How an engine hands over a long list. */
export interface Paging {
  /** The expression in a type whose values, handed back, compare as the column is ordered. */
  key(sql: string, kind: OrderTerm['kind']): string;
  /**
   * The rows of a query as the server has them at one moment, a page at a time, on one connection that is given back
   * at the end. Absent where the driver cannot stop in the middle of an answer.
   */
  cursor?(pool: Knex, query: Fragment, sizes: PageSizes): AsyncGenerator<Record<string, unknown>[]>;
}

/** The first page is small: somebody waits for it. */
export interface PageSizes {
  first: number;
  next: number;
  /** Milliseconds for which a transaction stays open while the reader is busy with a page; 2,000 unless said otherwise. */
  patienceMs?: number;
}

export const PAGE_SIZES: PageSizes = { first: 200, next: 1000 };
const PATIENCE_MS = 2_000;

type Row = Record<string, unknown>;

interface PagingParts {
  knex: Knex;
  paging: Paging;
  /** Whether others have to wait while a transaction is open, so that none may be left open. */
  isEmbedded: boolean;
  bindInstant: (instant: Date) => Knex.RawBinding;
  /** Runs what may be run again. */
  again: <T>(work: () => Promise<T>) => Promise<T>;
  toFault: (error: unknown) => Error;
  sizes: PageSizes;
}

/**
 * The rows of a list, page by page, however many there are. Where the engine has cursors, all of it is of one moment;
 * else, and for a reader who takes too long over a page, each page is asked for by itself, from the last row on: no
 * transaction stays open for a slow reader. Once a page was handed over by a cursor, a lost connection is a fault.
 */
export async function* pagesOf(parts: PagingParts, make: () => Promise<Listing>): AsyncGenerator<Row[]> {
  const { knex, paging, isEmbedded, again, toFault, sizes } = parts;
  const { cursor } = paging;
  const isBrief = ({ limit }: Listing) => limit !== undefined && limit <= sizes.first;
  const begun = await again(async () => {
    const listing = await make();
    if (!cursor || isEmbedded || listing.isIndexed || isBrief(listing)) return { listing };
    const pages = cursor(knex, textOf(ordered(parts, listing)), sizes);
    return { listing, pages, first: await pages.next() };
  });
  if (!begun.pages) return yield* pagesByKey(parts, begun.listing);
  const { listing, pages } = begun;
  let rest: { left: number; last: Row | undefined } | undefined;
  try {
    let left = listing.limit ?? Number.POSITIVE_INFINITY;
    for (let page = begun.first; !page.done; page = await pages.next()) {
      let ended: Promise<unknown> | undefined;
      const patience = setTimeout(() => {
        ended = pages.return(undefined);
      }, sizes.patienceMs ?? PATIENCE_MS);
      try {
        yield page.value;
      } finally {
        clearTimeout(patience);
      }
      left -= page.value.length;
      if (ended === undefined) continue;
      await ended;
      rest = { left, last: page.value.at(-1) };
      break;
    }
  } catch (error) {
    throw toFault(error);
  } finally {
    await pages.return(undefined);
  }
  if (rest) yield* pagesByKey(parts, { ...listing, limit: rest.left }, rest.last);
}

/**
 * What is made of each page, in order. The next pages are worked on while the reader is busy with one: so many at
 * once, each on a connection of its own, and no more are kept.
 */
export async function* workAhead<Page, Result>(
  pages: AsyncGenerator<Page>,
  work: (page: Page) => Promise<Result>,
  atOnce: number,
): AsyncGenerator<Result> {
  const take = () => {
    const taken = pages
      .next()
      .then(async ({ done, value }) => (done ? undefined : { result: await work(value as Page) }));
    // A failure is reported when its turn comes.
    taken.catch(() => undefined);
    return taken;
  };
  const coming = Array.from({ length: atOnce }, take);
  try {
    for (let next = await coming.shift(); next; next = await coming.shift()) {
      coming.push(take());
      yield next.result;
    }
  } finally {
    await pages.return(undefined);
  }
}

async function* pagesByKey(parts: PagingParts, listing: Listing, behindRow?: Row): AsyncGenerator<Row[]> {
  let left = listing.limit ?? Number.POSITIVE_INFINITY;
  let last = behindRow;
  const { sizes } = parts;
  for (let size = sizes.first; left > 0; size = sizes.next) {
    const wanted = Math.min(size, left);
    const from = last;
    const rows = (await parts.again(
      async () => await ordered(parts, { ...listing, limit: wanted }, from),
    )) as Row[];
    if (rows.length > 0) yield rows;
    if (rows.length < wanted) return;
    left -= rows.length;
    last = rows.at(-1);
  }
}

const nameOf = (at: number) => `page_key_${at}`;

/** The query in its order, with what it is ordered by as `page_key_…`; from behind a row on. */
function ordered(parts: PagingParts, { query, order, limit }: Listing, from?: Row): Knex.QueryBuilder {
  const { knex, paging } = parts;
  const whole = query.clone();
  for (const [at, { sql, kind, nullable, descending }] of order.entries()) {
    const key = paging.key(sql, kind);
    whole.select(knex.raw(`${key} as ${nameOf(at)}`));
    if (nullable) whole.orderByRaw(`case when ${sql} is null then 1 else 0 end`);
    whole.orderByRaw(`${key}${descending ? ' desc' : ''}`);
  }
  if (from) {
    const { sql, bindings } = behind(parts, order, from);
    whole.whereRaw(sql, [...bindings]);
  }
  if (limit !== undefined) whole.limit(limit);
  return whole;
}

/** A condition: what comes after a row in the order. */
function behind({ paging, bindInstant }: PagingParts, order: readonly OrderTerm[], from: Row): Fragment {
  const branches: string[] = [];
  const bindings: Knex.RawBinding[] = [];
  const same: { sql: string; bindings: Knex.RawBinding[] } = { sql: '', bindings: [] };
  for (const [at, { sql, kind, nullable, descending }] of order.entries()) {
    const key = paging.key(sql, kind);
    const found = from[nameOf(at)] as Knex.RawBinding | null;
    const value = found instanceof Date ? bindInstant(found) : found;
    // Behind nothing there is nothing; behind a value there is a further one, and no value at all.
    if (value !== null) {
      const further = `${key} ${descending ? '<' : '>'} ?`;
      branches.push(`${same.sql}${nullable ? `(${further} or ${sql} is null)` : further}`);
      bindings.push(...same.bindings, value);
    }
    same.sql += value === null ? `${sql} is null and ` : `${key} = ? and `;
    if (value !== null) same.bindings.push(value);
  }
  const further = `(${branches.map((branch) => `(${branch})`).join(' or ')})`;
  // Said by itself as well, so that an index of the first term is entered where the page begins.
  const [first] = order;
  const start = first && !first.nullable ? from[nameOf(0)] : null;
  if (!first || start === null || start === undefined) return { sql: further, bindings };
  const bound = (start instanceof Date ? bindInstant(start) : start) as Knex.RawBinding;
  const key = paging.key(first.sql, first.kind);
  return {
    sql: `(${key} ${first.descending ? '<=' : '>='} ? and ${further})`,
    bindings: [bound, ...bindings],
  };
}

function textOf(query: Knex.QueryBuilder): Fragment {
  const { sql, bindings } = query.toSQL();
  return { sql, bindings: bindings as readonly Knex.RawBinding[] };
}
