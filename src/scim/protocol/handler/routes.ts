import type { ScimResponse } from '../exchange.js';
import { notFound, ScimError } from '../scim-error.js';
import { bulkAnswer } from './bulk/bulk.js';
import {
  configAnswer,
  resourceTypeAnswer,
  resourceTypesAnswer,
  schemaAnswer,
  schemasAnswer,
} from './discovery/discovery.js';
import type { Answerer, Exchange } from './exchange.js';
import {
  createGroupAnswer,
  deleteGroupAnswer,
  patchGroupAnswer,
  readGroupAnswer,
  replaceGroupAnswer,
} from './groups.js';
import { groupLister, listAnswer, searchAnswer, userLister } from './list.js';
import { everythingLister } from './search-all.js';
import {
  createUserAnswer,
  deleteUserAnswer,
  patchUserAnswer,
  readUserAnswer,
  replaceUserAnswer,
} from './users.js';

/** The methods of one kind of path. */
type Methods = Record<string, Answerer>;

interface Endpoint {
  /** `/Users` */
  all: Methods;
  /** `/Users/{id}` */
  one?: Methods;
  /** `/Users/.search` */
  search?: Methods;
}

/** RFC 7644 §3.2, table 1. Names of endpoints are in lower case, to be found whatever the case. */
export function createRoutes(dispatch: (exchange: Exchange) => Promise<ScimResponse>): Map<string, Endpoint> {
  return new Map<string, Endpoint>([
    [
      'users',
      {
        all: { GET: listAnswer(userLister), POST: createUserAnswer },
        one: {
          GET: readUserAnswer,
          PUT: replaceUserAnswer,
          PATCH: patchUserAnswer,
          DELETE: deleteUserAnswer,
        },
        search: { POST: searchAnswer(userLister) },
      },
    ],
    [
      'groups',
      {
        all: { GET: listAnswer(groupLister), POST: createGroupAnswer },
        one: {
          GET: readGroupAnswer,
          PUT: replaceGroupAnswer,
          PATCH: patchGroupAnswer,
          DELETE: deleteGroupAnswer,
        },
        search: { POST: searchAnswer(groupLister) },
      },
    ],
    ['.search', { all: { POST: searchAnswer(everythingLister) } }],
    ['bulk', { all: { POST: bulkAnswer(dispatch) } }],
    ['serviceproviderconfig', { all: { GET: configAnswer } }],
    ['schemas', { all: { GET: schemasAnswer }, one: { GET: schemaAnswer } }],
    ['resourcetypes', { all: { GET: resourceTypesAnswer }, one: { GET: resourceTypeAnswer } }],
  ]);
}

/** Finds what answers a request, and the id in its path. */
export function route(
  routes: Map<string, Endpoint>,
  method: string,
  path: string,
): { answer: Answerer; id: string } {
  const [name = '', id, ...rest] = segmentsOf(path);
  if (name.toLowerCase() === 'me') {
    throw new ScimError(501, undefined, '/Me is not supported, because the client is an IdP and not a user.');
  }
  const endpoint = routes.get(name.toLowerCase());
  const methods = rest.length > 0 ? undefined : id === undefined ? endpoint?.all : methodsOf(endpoint, id);
  if (!methods) throw notFound('There is no resource at this path.');
  const asked = method === 'HEAD' ? 'GET' : method;
  const answer = Object.hasOwn(methods, asked) ? methods[asked] : undefined;
  if (!answer) {
    const allowed = Object.keys(methods).join(', ');
    throw new ScimError(405, undefined, `Only ${allowed} is allowed at this path.`, { Allow: allowed });
  }
  return { answer, id: id ?? '' };
}

/**
 * What a request does, by the reading of its path that also finds its answer. A change asks for its credential in its own
 * transaction, a bulk request in those of its operations, and a read in none.
 */
export function effectOf(method: string, path: string): 'read' | 'change' | 'bulk' {
  const [name = '', id] = decoded(path) ?? [];
  const endpoint = name.toLowerCase();
  if (endpoint === 'bulk') return 'bulk';
  if (['PUT', 'PATCH', 'DELETE'].includes(method)) return 'change';
  return method === 'POST' && ['users', 'groups'].includes(endpoint) && id === undefined ? 'change' : 'read';
}

const methodsOf = (endpoint: Endpoint | undefined, id: string) =>
  id.toLowerCase() === '.search' && endpoint?.search ? endpoint.search : endpoint?.one;

function segmentsOf(path: string): string[] {
  const segments = decoded(path);
  if (!segments) throw notFound('There is no resource at this path.');
  return segments;
}

/** The segments of a path; undefined where it is not percent-encoded correctly. */
function decoded(path: string): string[] | undefined {
  try {
    return path
      .replace(/^\/+|\/+$/g, '')
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
