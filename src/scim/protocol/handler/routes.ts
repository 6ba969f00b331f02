import type { ScimResponse } from '../exchange.js';
import { type EndpointName, type ScimPath, scimPathOf } from '../paths.js';
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

/** By what is at a path. */
export type Routes = Partial<Record<EndpointName, Partial<Record<ScimPath['part'], Methods>>>>;

/** RFC 7644 §3.2, table 1. */
export const createRoutes = (dispatch: (exchange: Exchange) => Promise<ScimResponse>): Routes => ({
  users: {
    all: { GET: listAnswer(userLister), POST: createUserAnswer },
    one: {
      GET: readUserAnswer,
      PUT: replaceUserAnswer,
      PATCH: patchUserAnswer,
      DELETE: deleteUserAnswer,
    },
    search: { POST: searchAnswer(userLister) },
  },
  groups: {
    all: { GET: listAnswer(groupLister), POST: createGroupAnswer },
    one: {
      GET: readGroupAnswer,
      PUT: replaceGroupAnswer,
      PATCH: patchGroupAnswer,
      DELETE: deleteGroupAnswer,
    },
    search: { POST: searchAnswer(groupLister) },
  },
  '.search': { all: { POST: searchAnswer(everythingLister) } },
  bulk: { all: { POST: bulkAnswer(dispatch) } },
  serviceproviderconfig: { all: { GET: configAnswer } },
  schemas: { all: { GET: schemasAnswer }, one: { GET: schemaAnswer } },
  resourcetypes: { all: { GET: resourceTypesAnswer }, one: { GET: resourceTypeAnswer } },
});

/** Finds what answers a request, and the id in its path. */
export function route(routes: Routes, method: string, path: string): { answer: Answerer; id: string } {
  const found = scimPathOf(path);
  if (found?.endpoint === 'me') {
    throw new ScimError(501, undefined, '/Me is not supported, because the client is an IdP and not a user.');
  }
  const methods = found && routes[found.endpoint]?.[found.part];
  if (!methods) throw notFound('There is no resource at this path.');
  const asked = method === 'HEAD' ? 'GET' : method;
  const answer = Object.hasOwn(methods, asked) ? methods[asked] : undefined;
  if (!answer) {
    const allowed = Object.keys(methods).join(', ');
    throw new ScimError(405, undefined, `Only ${allowed} is allowed at this path.`, { Allow: allowed });
  }
  return { answer, id: found.id };
}
