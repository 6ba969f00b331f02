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
}

export const PAGE_SIZES: PageSizes = { first: 200, next: 1000 };

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
 * else each page is asked for by itself, from the last row on. Once a page was handed over, a lost connection is a
 * fault.
 */
export async function* pagesOf(parts: PagingParts, make: () => Promise<Listing>): AsyncGenerator<Row[]> {
  const { knex, paging, isEmbedded, again, toFault, sizes } = parts;
  const { cursor } = paging;
  const isBrief = ({ limit }: Listing) => limit !== undefined && limit <= sizes.first;
  const begun = await again(async () => {
    const listing = await make();
    if (!cursor || isEmbedded || isBrief(listing)) return { listing };
    const pages = cursor(knex, textOf(ordered(parts, listing)), sizes);
    return { listing, pages, first: await pages.next() };
  });
  if (!begun.pages) return yield* pagesByKey(parts, begun.listing);
  try {
    if (begun.first.done) return;
    yield begun.first.value;
    yield* begun.pages;
  } catch (error) {
    throw toFault(error);
  } finally {
    await begun.pages.return(undefined);
  }
}

async function* pagesByKey(parts: PagingParts, listing: Listing): AsyncGenerator<Row[]> {
  let left = listing.limit ?? Number.POSITIVE_INFINITY;
  let last: Row | undefined;
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
  return { sql: `(${branches.map((branch) => `(${branch})`).join(' or ')})`, bindings };
}

function textOf(query: Knex.QueryBuilder): Fragment {
  const { sql, bindings } = query.toSQL();
  return { sql, bindings: bindings as readonly Knex.RawBinding[] };
}
