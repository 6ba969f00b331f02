import { type Problem, usageProblem } from '../../../problem.js';
import type { JsonPage } from './json-pages.js';

/** Whether an export holds all users that it is an export of. */
export type Completeness = 'complete' | 'unknown' | 'incomplete';

/** What one page of a list says about the whole. */
export interface ListPage {
  /** Pages of one list have the same: where they come from; for CSV the file. */
  list: string;
  file: string;
  entries: number;
  /** Without those that an earlier page had. */
  newEntries: number;
  /** Another page follows. */
  isOpen: boolean;
  /** How many entries the list has in all. */
  total?: number;
  /** The page says itself that it is not the first. */
  isLater: boolean;
}

/** What the members beside a list say, and those of an object such as `pagination` or `_links` beside it. */
export function pageFacts({ entries, members }: JsonPage): Pick<ListPage, 'isOpen' | 'isLater' | 'total'> {
  const said = factsIn(members);
  const numbers = (names: RegExp) =>
    said
      .filter(([name]) => names.test(name))
      .map(([, value]) => (value === null || value === '' ? Number.NaN : Number(value)))
      .filter((count) => Number.isSafeInteger(count) && count >= 0);
  // `total` and `count` may be of the page, or of its pages. A number above the entries can only be that of the list.
  const total = numbers(TOTAL)[0] ?? numbers(PERHAPS_TOTAL).find((count) => count > entries);
  return {
    isOpen: said.some(
      ([name, value]) =>
        (NEXT.test(name) && leadsOn(value)) || (MORE.test(name) && /^true$/i.test(String(value))),
    ),
    // RFC 7644, section 3.4.2.4.
    isLater: Number(members.startIndex) > 1,
    ...(total !== undefined && { total }),
  };
}

/** The number of entries in all: SCIM, Microsoft Graph, JumpCloud. */
const TOTAL = /^(totalresults|odatacount|totalcount)$/;
/** Auth0, Django, Spring, Keycloak's extensions and many in-house APIs. */
const PERHAPS_TOTAL = /^(total|count|total(records|items|elements|entries|size|users))$/;
/** Where the next page is: Microsoft Graph and its SDKs, Google, SCIM (RFC 9865), OneLogin, HAL, JSON:API, Django. */
const NEXT =
  /^(odata)?(next(link|pagetoken|cursor|url|page|pageurl|marker|token)?|aftercursor|continuationtoken)$/;
const MORE = /^(hasmore|hasnext|hasnextpage|moreavailable|istruncated)$/;
const BESIDE = /^(pagination|paging|page|pageinfo|meta|metadata|links)$/;

/** The members with their names in lower case and without punctuation, in the order of their depth. */
function factsIn(members: Readonly<Record<string, unknown>>): [name: string, value: unknown][] {
  const facts = Object.entries(members).map(([name, value]): [string, unknown] => [plain(name), value]);
  const inner = facts
    .filter(([name]) => BESIDE.test(name))
    .flatMap(([, value]) => Object.entries(Object(value)));
  return [...facts, ...inner.map(([name, value]): [string, unknown] => [plain(name), value])];
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** An address, a cursor or the number of a page. In HAL it is `{"href": "…"}`. */
function leadsOn(value: unknown): boolean {
  const { href } = Object(value) as { href?: unknown };
  const to = href ?? value;
  return typeof to === 'string' ? to !== '' : typeof to === 'number' && to > 0;
}

/** The API that a page says it is of, even one without entries. */
export function apiOf({ members }: JsonPage): string | undefined {
  if (Object.keys(members).some((name) => name.startsWith('@odata.'))) return 'Microsoft Graph';
  return 'totalResults' in members ? 'SCIM' : undefined;
}

/** Whether all pages are there, in whatever order they come, and of a list that is not whole, why. */
export function completenessOf(pages: readonly ListPage[]): { completeness: Completeness; missing?: string } {
  const lists = [...new Set(pages.map(({ list }) => list))].map((list) =>
    completenessOfList(pages.filter((page) => page.list === list)),
  );
  return (
    lists.find(({ completeness }) => completeness === 'incomplete') ??
    lists.find(({ completeness }) => completeness === 'unknown') ?? { completeness: 'complete' }
  );
}

function completenessOfList(all: readonly ListPage[]): { completeness: Completeness; missing?: string } {
  if (all.some(isOverfull)) {
    // A total that is wrong says nothing; that another page follows still does.
    const left = completenessOfList(all.map((page) => (isOverfull(page) ? withoutTotal(page) : page)));
    return left.completeness === 'complete' ? { completeness: 'unknown' } : left;
  }
  // Each may be a list of its own: the members of two groups.
  const pages = all.filter(({ total, isOpen, entries }) => total === undefined || isOpen || entries < total);
  if (pages.length === 0) return { completeness: 'complete' };
  const total = totalOf(pages);
  if (total !== undefined) {
    const there = sumOf(pages, ({ newEntries }) => newEntries);
    if (there >= total.entries) return { completeness: 'complete' };
    // Two lists may have entries in common, or a page may be there twice.
    const mayOverlap = total.lists > 1 && sumOf(pages, ({ entries }) => entries) >= total.entries;
    if (mayOverlap) return { completeness: 'unknown' };
    return {
      completeness: 'incomplete',
      missing: `${filesOf(pages)} has ${there} of ${total.entries} entries`,
    };
  }
  // The last page of a list names no other.
  if (pages.every(({ isOpen }) => isOpen)) {
    return { completeness: 'incomplete', missing: `${filesOf(pages)} says that another page follows` };
  }
  return { completeness: 'unknown' };
}

/** A page with more entries than its list says it has: the total is wrong, or of something else. */
export const isOverfull = ({ total, entries }: Pick<ListPage, 'total' | 'entries'>): boolean =>
  total !== undefined && total < entries;

const withoutTotal = ({ total: _, ...page }: ListPage): ListPage => page;

/** How many entries all lists have together: the first page of each says it, or all its pages say the same. */
function totalOf(pages: readonly ListPage[]): { entries: number; lists: number } | undefined {
  const first = pages.filter(({ isLater }) => !isLater).flatMap(({ total }) => total ?? []);
  const totals = new Set(first);
  if (totals.size > 0) {
    return { entries: [...totals].reduce((sum, total) => sum + total, 0), lists: totals.size };
  }
  const later = pages.flatMap(({ total }) => total ?? []);
  return later.length > 0 ? { entries: Math.max(...later), lists: 1 } : undefined;
}

const sumOf = (pages: readonly ListPage[], count: (page: ListPage) => number): number =>
  pages.reduce((sum, page) => sum + count(page), 0);

const filesOf = (pages: readonly ListPage[]) => [...new Set(pages.map(({ file }) => file))].join(', ');

/**
 * A list that is known to be incomplete.
 * @param mayBePartial whether the command has an option that takes it nevertheless.
 */
export const incomplete = (missing: string, mayBePartial: boolean): Problem =>
  usageProblem('export-incomplete', `The export is incomplete: ${missing}.`, {
    hint: `Export the other pages and pass all files in one command, in any order.${mayBePartial ? ' Or add --partial to check only these users.' : ''}`,
  });

/**
 * What APIs and cmdlets return at a time when they are not asked for more: Microsoft Graph 100 and 999, Okta 200,
 * Google 100 and 500, JumpCloud 10 and 100, OneLogin 50 and 1000, Exchange and LDAP 1000.
 */
const PAGE_SIZES: readonly number[] = [100, 200, 500, 999, 1000, 2000, 5000, 10_000];
const PAGE_SIZES_OF: Readonly<Record<string, readonly number[]>> = { JumpCloud: [10], OneLogin: [50] };

export const isPageSize = (entries: number, kind: string): boolean =>
  PAGE_SIZES.includes(entries) || (PAGE_SIZES_OF[kind]?.includes(entries) ?? false);
