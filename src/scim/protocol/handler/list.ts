import { listGroups } from '../../../core/provisioning/groups/list-groups.js';
import { listUsers } from '../../../core/provisioning/lists/list-users.js';
import type { AttributePath, ListQuery, Page } from '../../../words/filter.js';
import type { ScimResponse } from '../exchange.js';
import { resolveFilter } from '../filter/resolve.js';
import { groupResource } from '../resources/group-resource.js';
import type { Continued } from '../resources/in-parts.js';
import { createProjection, type Projection } from '../resources/projection.js';
import type { Resource } from '../resources/resource.js';
import { userResource } from '../resources/user-resource.js';
import { find, noSuchAttribute } from '../schemas/find.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { invalidPath } from '../scim-error.js';
import { type Answerer, bodyOf, type Exchange, othersFirst } from './exchange.js';
import { type Continuing, continuedGroups, continuedMembers, inParts } from './parts.js';
import { type ListRequest, listRequestOf, searchRequestOf } from './query.js';
import type { Served } from './service.js';

const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Lists one kind of resource; `asked` may ask for another page than the request did. */
export type Lister = (
  exchange: Exchange,
  asked: ListRequest,
  others?: readonly ResourceType[],
) => Promise<Listed>;

export interface Listed extends Page<Resource> {
  /** Where the last item is too large for one piece: a group with many members, a user in many groups. */
  continued?: Continued;
}

/** A list by its URL. */
export const listAnswer =
  (list: Lister): Answerer =>
  async (exchange) => {
    const asked = listRequestOf(exchange.request.query, exchange.service);
    return listResponse(asked, await list(exchange, asked));
  };

/** A list by a search request (RFC 7644 §3.4.3). */
export const searchAnswer =
  (list: Lister): Answerer =>
  async (exchange) => {
    const asked = searchRequestOf(bodyOf(exchange.request, 'the search'), exchange.service);
    return listResponse(asked, await list(exchange, asked));
  };

export const userLister: Lister = async (exchange, asked, others) => {
  const { door, request, service } = exchange;
  const { type } = service.users;
  const query = queryOf(exchange, type, asked, others);
  if (!query) return { total: 0, items: [] };
  const projection = projectionFor(service.users, asked);
  const withGroups = projection.wants('groups') || projection.wants('meta');
  const page = await listUsers(door.core, door.idp, query, { withGroups });
  return shown(exchange, page, projection, continuedGroups, (user) =>
    userResource(type, user, request.baseUrl),
  );
};

export const groupLister: Lister = async (exchange, asked, others) => {
  const { door, request, service } = exchange;
  const { type } = service.groups;
  const query = queryOf(exchange, type, asked, others);
  if (!query) return { total: 0, items: [] };
  const projection = projectionFor(service.groups, asked);
  const withMembers = projection.wants('members');
  const page = await listGroups(door.core, door.idp, query, { withMembers });
  return shown(exchange, page, projection, continuedMembers, (group) =>
    groupResource(type, group, request.baseUrl, withMembers),
  );
};

/** The query for the database; undefined where no resource can match. */
function queryOf(
  { request }: Exchange,
  type: ResourceType,
  asked: ListRequest,
  others?: readonly ResourceType[],
): ListQuery | undefined {
  const scope = { type, baseUrl: request.baseUrl, ...(others ? { others } : {}) };
  const filter = asked.filter === undefined ? true : resolveFilter(asked.filter, scope);
  const sortBy = asked.sortBy === undefined ? undefined : sortKey(type, asked.sortBy, others);
  if (filter === false) return undefined;
  return {
    ...(filter === true ? {} : { filter }),
    ...(sortBy ? { sortBy, descending: asked.descending } : {}),
    page: asked.page,
  };
}

function projectionFor(served: Served, asked: ListRequest): Projection {
  const all = asked.attributes.length === 0 && asked.excludedAttributes.length === 0;
  return all ? served.everything : createProjection(served.type, asked);
}

/** Milliseconds for which resources are made without a break: some twenty usual users, or one with many attributes. */
const WITHOUT_BREAK_MS = 2;

async function shown<T>(
  exchange: Exchange,
  page: Page<T>,
  projection: Projection,
  continuing: Continuing<T>,
  show: (item: T) => Resource,
): Promise<Listed> {
  const items: Resource[] = [];
  let begun = performance.now();
  for (const item of page.items) {
    items.push(projection.apply(show(item)));
    if (performance.now() - begun < WITHOUT_BREAK_MS) continue;
    await othersFirst(exchange);
    begun = performance.now();
  }
  // Only the last one of a page may go on.
  const [last, sent] = [page.items.at(-1), items.at(-1)];
  const continued = last && sent && continuing(exchange, last, projection, sent);
  return { ...page, items, ...(continued && { continued }) };
}

/** RFC 7644 §3.4.2.3; what a list cannot be in order of, because it is the same for all, orders nothing. */
function sortKey(
  type: ResourceType,
  name: string,
  others: readonly ResourceType[] = [],
): AttributePath | undefined {
  const found = find(type, name);
  if (found.kind === 'attribute' && found.attribute.definition.returned !== 'never') {
    const { label, at } = found.attribute;
    if (label === 'schemas' || label === 'meta.resourceType') return undefined;
    if (label === 'meta.location') return type.names.get('id')?.at;
    if (at && label !== 'meta.version') return at;
    throw invalidPath(`${label} cannot be used for sorting.`);
  }
  if (others.some((other) => find(other, name).kind === 'attribute')) return undefined;
  throw invalidPath(`sortBy: ${noSuchAttribute(type, name)}`);
}

export function listResponse({ page }: Pick<ListRequest, 'page'>, found: Listed): ScimResponse {
  const response: ScimResponse = {
    status: 200,
    headers: {},
    body: {
      schemas: [LIST_RESPONSE],
      totalResults: found.total,
      ...(page.kind === 'index' ? { startIndex: page.startIndex } : {}),
      itemsPerPage: found.items.length,
      ...(found.nextCursor === undefined ? {} : { nextCursor: found.nextCursor }),
      Resources: found.items,
    },
  };
  return inParts(response, found.continued);
}
