import { mergeSkipped, type Skipped } from '../../../core/provisioning/skipped.js';
import type { ScimRequest, ScimResponse } from '../exchange.js';
import { invalidSyntax, invalidValue, ScimError, shown } from '../scim-error.js';
import { errorResponse } from './errors.js';
import { type Answer, bodyOf, type Exchange } from './exchange.js';
import { likelyMove } from './likely-move.js';

const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const REFERENCE = /^bulkId:(.+)$/;
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

interface BulkOperation {
  method: string;
  path: string;
  bulkId: string | undefined;
  version: string | undefined;
  data: unknown;
}

interface Outcome {
  method: string;
  bulkId?: string;
  location?: string;
  version?: string;
  status: string;
  response?: unknown;
}

/** What answers one operation, just as if it had come by itself; never throws. */
type Dispatch = (exchange: Exchange) => Promise<ScimResponse>;

/**
 * Several operations in one request (RFC 7644 §3.7), each a change of its own, one after another: in their
 * order, but for those that refer to a resource which a later one makes. A credential that ends in between ends the
 * request with the operation that met it.
 */
export function bulkAnswer(dispatch: Dispatch): Answer {
  return async (exchange) => {
    const { operations, failOnErrors } = readBulk(exchange);
    const ids = new Map<string, string>();
    const outcomes: Outcome[] = [];
    const skipped: Skipped[] = [];
    let errors = 0;
    let waiting = operations;
    let endedBy: ScimResponse | undefined;
    while (waiting.length > 0 && errors < failOnErrors && !endedBy) {
      const announced = new Set(waiting.flatMap(({ method, bulkId }) => (method === 'POST' && bulkId) || []));
      const index = waiting.findIndex((one) => !refersTo(one, announced, one.bulkId));
      // Where they all wait for each other, the first fails, and with it what waits for it.
      const next = waiting[Math.max(index, 0)] as BulkOperation;
      waiting = waiting.filter((one) => one !== next);
      const { outcome, left, response } = await carryOut(exchange, next, ids, dispatch);
      if (response.endsRequest) endedBy = response;
      if (left) skipped.push(left);
      if (Number(outcome.status) >= 400) errors++;
      outcomes.push(outcome);
    }
    return {
      status: 200,
      headers: {},
      body: { schemas: [BULK_RESPONSE], Operations: outcomes },
      skipped: mergeSkipped(skipped),
      ...(endedBy?.problem && { problem: endedBy.problem }),
    };
  };
}

function readBulk({ service, request }: Exchange) {
  const body = bodyOf(request, 'the operations');
  const { Operations: operations, failOnErrors = Number.POSITIVE_INFINITY } = body;
  if (!Array.isArray(operations)) throw invalidSyntax('A bulk request must have Operations: a list.');
  if (operations.length > service.bulk.maxOperations) {
    throw new ScimError(
      413,
      'tooMany',
      `A bulk request has at most ${service.bulk.maxOperations} operations, and this one has ${operations.length}.`,
    );
  }
  const limit = failOnErrors ?? Number.POSITIVE_INFINITY;
  if (typeof limit !== 'number' || !(limit >= 1)) {
    throw invalidValue(`failOnErrors must be a whole number from 1, and was sent as ${shown(limit)}.`);
  }
  return { operations: operations.map(readOperation), failOnErrors: limit };
}

function readOperation(given: unknown): BulkOperation {
  // Refused by itself, since it names no method: the others may be departures.
  const { method, path, bulkId, version, data } = (given ?? {}) as Record<string, unknown>;
  return {
    method: typeof method === 'string' ? method.toUpperCase() : '',
    path: typeof path === 'string' ? path : '',
    bulkId: typeof bulkId === 'string' ? bulkId : undefined,
    version: typeof version === 'string' ? version : undefined,
    data,
  };
}

async function carryOut(
  exchange: Exchange,
  { method, path, bulkId, version, data }: BulkOperation,
  ids: Map<string, string>,
  dispatch: Dispatch,
): Promise<{ outcome: Outcome; left: Skipped | undefined; response: ScimResponse }> {
  const { baseUrl } = exchange.request;
  let response: ScimResponse;
  try {
    const request: ScimRequest = {
      method: METHODS.includes(method) ? method : '',
      path: resolvedPath(path, ids),
      query: new URLSearchParams(),
      baseUrl,
      ...(version === undefined ? {} : { ifMatch: version }),
    };
    response = await withReferences(method, path, data, ids, (body) =>
      dispatch({ ...exchange, request: { ...request, ...(body === undefined ? {} : { body }) } }),
    );
  } catch (error) {
    response = errorResponse(error).response;
  }
  const { Location, ETag } = response.headers;
  const location = Location ?? (method === 'POST' ? undefined : `${baseUrl}${path}`);
  const made = response.status === 201 ? Location?.split('/').at(-1) : undefined;
  if (bulkId !== undefined && made !== undefined) ids.set(bulkId, made);
  const outcome: Outcome = {
    method,
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(location === undefined ? {} : { location }),
    ...(ETag === undefined ? {} : { version: ETag }),
    status: String(response.status),
    ...(response.status >= 400 ? { response: response.body } : {}),
  };
  const { skipped, host } = response;
  return { outcome, left: host ? { ...skipped, host } : skipped, response };
}

function resolvedPath(path: string, ids: Map<string, string>): string {
  if (!/^\/(Users|Groups)(\/(?!\.search)|$)/i.test(path)) {
    throw new ScimError(
      400,
      'invalidPath',
      'The path of a bulk operation must be /Users, /Groups, or a resource of them.',
    );
  }
  return path.replace(/bulkId:([^/]+)/, (_, bulkId: string) => idOf(bulkId, ids));
}

/**
 * Dispatches with the ids in place of references. A reference to what was not made refuses the operation; but it takes
 * no departure with it, and no member who leaves a group.
 */
async function withReferences(
  method: string,
  path: string,
  data: unknown,
  ids: Map<string, string>,
  send: (body: unknown) => Promise<ScimResponse>,
): Promise<ScimResponse> {
  const isChange = method === 'PUT' || method === 'PATCH';
  // Left as they are, they are members of whom nobody knows.
  if (isChange && /^\/Groups\//i.test(path)) return send(resolved(data, ids, (text) => text));
  let body: unknown;
  try {
    body = resolved(data, ids);
  } catch (error) {
    if (!isChange || likelyMove(data) !== 'departure') throw error;
    // An object, which no attribute takes that has a reference, is skipped by its name.
    const departure = await send(resolved(data, ids, () => ({})));
    if (departure.status === 200 || departure.endsRequest) return departure;
    throw error;
  }
  return send(body);
}

/**
 * The data with the ids in place of references to what was made.
 * @param unmade what stands for a reference to what was not made; without it, that is refused.
 */
function resolved(data: unknown, ids: Map<string, string>, unmade?: (text: string) => unknown): unknown {
  if (typeof data === 'string') {
    const bulkId = REFERENCE.exec(data)?.[1];
    if (bulkId === undefined) return data;
    return unmade && !ids.has(bulkId) ? unmade(data) : idOf(bulkId, ids);
  }
  if (Array.isArray(data)) return data.map((one) => resolved(one, ids, unmade));
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([name, one]) => [name, resolved(one, ids, unmade)]));
}

function idOf(bulkId: string, ids: Map<string, string>): string {
  const id = ids.get(bulkId);
  if (id === undefined) {
    const reference = shown(`bulkId:${bulkId}`);
    throw new ScimError(
      409,
      'invalidValue',
      `${reference} does not refer to a resource that was created in this request.`,
    );
  }
  return id;
}

/** Whether an operation refers to one of those that are still to be made. */
function refersTo({ path, data }: BulkOperation, announced: Set<string>, own: string | undefined): boolean {
  const isAnnounced = (bulkId: string | undefined) =>
    bulkId !== undefined && bulkId !== own && announced.has(bulkId);
  const within = (value: unknown): boolean => {
    if (typeof value === 'string') return isAnnounced(REFERENCE.exec(value)?.[1]);
    if (Array.isArray(value)) return value.some(within);
    return value !== null && typeof value === 'object' && Object.values(value).some(within);
  };
  return announced.size > 0 && (isAnnounced(/bulkId:([^/]+)/.exec(path)?.[1]) || within(data));
}
