/** An endpoint of RFC 7644 §3.2, table 1, as it is spelt, and what may stand below it. */
interface Endpoint {
  name: string;
  /** Whether a resource is at `/{name}/{id}`. */
  hasResources?: true;
  /** Whether it can be searched at `/{name}/.search`. */
  isSearchable?: true;
}

/** By name in lower case: IdPs and administrators do not always keep the case. */
const ENDPOINTS = {
  users: { name: 'Users', hasResources: true, isSearchable: true },
  groups: { name: 'Groups', hasResources: true, isSearchable: true },
  schemas: { name: 'Schemas', hasResources: true },
  resourcetypes: { name: 'ResourceTypes', hasResources: true },
  serviceproviderconfig: { name: 'ServiceProviderConfig' },
  bulk: { name: 'Bulk' },
  '.search': { name: '.search' },
  me: { name: 'Me' },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof ENDPOINTS;

/** What a path below `/scim/v2` leads to. */
export interface ScimPath {
  endpoint: EndpointName;
  /** The endpoint itself, one resource, or the search of its resources. */
  part: 'all' | 'one' | 'search';
  /** Of the one resource, decoded; else empty. */
  id: string;
}

/** Reads a path below `/scim/v2`, percent-encoded as it came. Nothing where no resource can be. */
export function scimPathOf(path: string): ScimPath | undefined {
  const [name = '', id, ...rest] = decoded(path) ?? [];
  const endpoint = name.toLowerCase();
  if (!isEndpoint(endpoint)) return undefined;
  if (id === undefined || endpoint === 'me') return { endpoint, part: 'all', id: '' };
  const { hasResources, isSearchable }: Endpoint = ENDPOINTS[endpoint];
  if (rest.length > 0 || !hasResources) return undefined;
  return isSearchable && id.toLowerCase() === '.search'
    ? { endpoint, part: 'search', id: '' }
    : { endpoint, part: 'one', id };
}

/** The path without what only one request has, for logs and metrics: `/Users/:id`. */
export function routeOf({ endpoint, part }: ScimPath): string {
  const below = { all: '', one: '/:id', search: '/.search' };
  return `/${ENDPOINTS[endpoint].name}${below[part]}`;
}

/**
 * What a request does. A change asks for its credential in its own transaction, a bulk request in those of its
 * operations, and a read in none.
 */
export function effectOf(method: string, path: string): 'read' | 'change' | 'bulk' {
  const { endpoint, part } = scimPathOf(path) ?? {};
  if (endpoint === 'bulk') return 'bulk';
  if (['PUT', 'PATCH', 'DELETE'].includes(method)) return 'change';
  const isCreate = method === 'POST' && part === 'all' && (endpoint === 'users' || endpoint === 'groups');
  return isCreate ? 'change' : 'read';
}

const isEndpoint = (name: string): name is EndpointName => Object.hasOwn(ENDPOINTS, name);

/** The segments of a path; undefined where it is not percent-encoded correctly. */
function decoded(path: string): string[] | undefined {
  try {
    return withoutOuterSlashes(path).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** By a scan: an expression for the slashes at the end looks on from each slash of a path that has many within. */
function withoutOuterSlashes(path: string): string {
  let [start, end] = [0, path.length];
  while (path[start] === '/') start++;
  while (end > start && path[end - 1] === '/') end--;
  return path.slice(start, end);
}
