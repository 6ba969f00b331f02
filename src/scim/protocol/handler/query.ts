import type { CursorPage, IndexPage } from '../../../words/filter.js';
import type { Syntax } from '../filter/parse.js';
import { parseFilter } from '../filter/resolve.js';
import type { WantedAttributes } from '../resources/projection.js';
import { invalidSyntax, invalidValue, ScimError, shownValue } from '../scim-error.js';
import type { Service } from './service.js';

/** A request for a list, before its names are looked up in a resource type. */
export interface ListRequest extends WantedAttributes {
  filter: Syntax | undefined;
  sortBy: string | undefined;
  descending: boolean;
  page: IndexPage | CursorPage;
}

/** The parameters of a query, be they of a URL or of a search request; values as they came. */
type Parameters = Partial<
  Record<'filter' | 'sortBy' | 'sortOrder' | 'startIndex' | 'count' | 'cursor', unknown>
> &
  WantedAttributes;

/** The furthest a list can begin: what every database takes for an offset. */
const MAX_INDEX = 2_147_483_647;

/** Which attributes a URL asks for. */
export function wantedAttributes(query: URLSearchParams): WantedAttributes {
  const wanted = {
    attributes: namesIn(query.getAll('attributes')),
    excludedAttributes: namesIn(query.getAll('excludedAttributes')),
  };
  assertOneOf(wanted);
  return wanted;
}

/** RFC 7644 §3.9 has either or. */
function assertOneOf({ attributes, excludedAttributes }: WantedAttributes): void {
  if (attributes.length === 0 || excludedAttributes.length === 0) return;
  throw invalidValue('A request has attributes or excludedAttributes, and not both.');
}

export const listRequestOf = (query: URLSearchParams, service: Service): ListRequest =>
  read(
    {
      ...wantedAttributes(query),
      filter: query.get('filter') ?? undefined,
      sortBy: query.get('sortBy') ?? undefined,
      sortOrder: query.get('sortOrder') ?? undefined,
      startIndex: query.get('startIndex') ?? undefined,
      count: query.get('count') ?? undefined,
      cursor: query.get('cursor') ?? undefined,
    },
    service,
  );

/** The body of a `/.search` (RFC 7644 §3.4.3). */
export function searchRequestOf(body: unknown, service: Service): ListRequest {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw invalidSyntax(`A search request must be a JSON object, and was sent as ${shownValue(body)}.`);
  }
  const given = new Map(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value ?? undefined]),
  );
  return read(
    {
      attributes: namesIn(given.get('attributes')),
      excludedAttributes: namesIn(given.get('excludedattributes')),
      filter: given.get('filter'),
      sortBy: given.get('sortby'),
      sortOrder: given.get('sortorder'),
      startIndex: given.get('startindex'),
      count: given.get('count'),
      cursor: given.get('cursor'),
    },
    service,
  );
}

function read(given: Parameters, service: Service): ListRequest {
  const filter = textOf('filter', given.filter)?.trim();
  assertOneOf(given);
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
function indexPage({ startIndex, count }: Parameters, { defaultCount, maxResults }: Service): IndexPage {
  return {
    kind: 'index',
    startIndex: Math.min(Math.max(integerOf('startIndex', startIndex) ?? 1, 1), MAX_INDEX),
    count: Math.min(Math.max(integerOf('count', count) ?? defaultCount, 0), maxResults),
  };
}

/** RFC 9865 §2: `cursor` says that pages are by cursor; empty, it asks for the first. A count of 0 asks for the total alone. */
function cursorPage({ cursor, count }: Parameters, { defaultCount, maxResults }: Service): CursorPage {
  const text = textOf('cursor', cursor) ?? '';
  const size = Math.max(integerOf('count', count) ?? defaultCount, 0);
  return { kind: 'cursor', ...(text === '' ? {} : { cursor: text }), count: Math.min(size, maxResults) };
}

function isDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.trim().toLowerCase() || 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw invalidValue(
      `sortOrder must be ascending or descending, and was sent as ${shownValue(sortOrder)}.`,
    );
  }
  return order === 'descending';
}

function integerOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  if (!Number.isSafeInteger(number)) {
    const detail = `${name} must be a whole number, and was sent as ${shownValue(value)}.`;
    // RFC 9865 §2.1 has a word of its own for the count.
    throw name === 'count' ? new ScimError(400, 'invalidCount', detail) : invalidValue(detail);
  }
  return number as number;
}

function textOf(name: string, value: unknown): string | undefined {
  if (value !== undefined && typeof value !== 'string') {
    throw invalidValue(`${name} must be text, and was sent as ${shownValue(value)}.`);
  }
  return value;
}

/** Each of them is looked up. */
const MAX_ATTRIBUTES = 1_000;

/** A list of names, or a text of them with commas between. @throws ScimError 400 `tooMany`. */
function namesIn(value: unknown): string[] {
  const names: string[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    if (typeof one === 'string') names.push(...one.split(',', MAX_ATTRIBUTES + 1));
    if (names.length > MAX_ATTRIBUTES) {
      throw new ScimError(400, 'tooMany', `A request asks for at most ${MAX_ATTRIBUTES} attributes by name.`);
    }
  }
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
