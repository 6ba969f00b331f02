import { mergeSkipped, type Skipped } from '../../../../core/provisioning/skipped.js';
import type { ScimRequest, ScimResponse, Unread } from '../../exchange.js';
import { invalidSyntax, invalidValue, ScimError, shownValue } from '../../scim-error.js';
import { errorResponse } from '../errors.js';
import { type Answerer, type Exchange, othersFirst, readableBodyOf } from '../exchange.js';
import { likelyChange } from '../likely-change.js';
import { inOrder, referenceIn, type Turn } from './bulk-order.js';

const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

interface BulkOperation {
  method: string;
  path: string;
  bulkId: string | undefined;
  version: string | undefined;
  data: unknown;
  /** What of the data could not be read. */
  unread: readonly Unread[];
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
export function bulkAnswer(dispatch: Dispatch): Answerer {
  return async (exchange) => {
    const { operations, failOnErrors } = readBulk(exchange);
    const ids = new Map<string, string>();
    const outcomes: Outcome[] = [];
    const skipped: Skipped[] = [];
    const unfinished: { turn: Turn<BulkOperation>; outcome: Outcome }[] = [];
    let errors = 0;
    let endedBy: ScimResponse | undefined;
    for (const turn of inOrder(operations)) {
      if (errors >= failOnErrors || endedBy) break;
      const { outcome, left, response } = await carryOut(exchange, turn, ids, dispatch);
      if (response.endsRequest) endedBy = response;
      if (left) skipped.push(left);
      if (Number(outcome.status) >= 400) errors++;
      else if (turn.late.size > 0) unfinished.push({ turn, outcome });
      outcomes.push(outcome);
      await othersFirst(exchange);
    }
    for (const { turn, outcome } of unfinished) {
      const { response, left } = endedBy
        ? { left: attributesWith(turn.operation.data, turn.late) }
        : await complete(exchange, turn, outcome, ids, dispatch);
      if (response?.endsRequest) endedBy = response;
      if (response?.headers.ETag !== undefined) outcome.version = response.headers.ETag;
      if (left.length > 0) skipped.push({ attributes: left });
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
  // What could not be read of one operation is a matter of that one alone.
  const body = readableBodyOf(request, 'the operations');
  const { unread = [] } = request;
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
    throw invalidValue(`failOnErrors must be a whole number from 1, and was sent as ${shownValue(limit)}.`);
  }
  return {
    operations: operations.map((one, at) => readOperation(one, unreadOf(unread, at))),
    failOnErrors: limit,
  };
}

/** Within the data of one operation, from there. */
const unreadOf = (unread: readonly Unread[], at: number): Unread[] =>
  unread
    .filter(({ path: [list, position, data] }) => list === 'Operations' && position === at && data === 'data')
    .map(({ path, why }) => ({ path: path.slice(3), why }));

function readOperation(given: unknown, unread: readonly Unread[]): BulkOperation {
  // Refused by itself, since it names no method: the others may be departures.
  const { method, path, bulkId, version, data } = (given ?? {}) as Record<string, unknown>;
  return {
    method: typeof method === 'string' ? method.toUpperCase() : '',
    path: typeof path === 'string' ? path : '',
    bulkId: typeof bulkId === 'string' ? bulkId : undefined,
    version: typeof version === 'string' ? version : undefined,
    data,
    unread,
  };
}

async function carryOut(
  exchange: Exchange,
  { operation: { method, path, bulkId, version, data, unread }, late }: Turn<BulkOperation>,
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
      ...(unread.length > 0 && { unread }),
    };
    response = await withReferences(method, path, without(data, late), ids, (body) =>
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

/**
 * Sets what a user refers to that was made only after it. What was not made is not set: the user is there without it.
 * @returns the names of attributes that are not as the operation has them.
 */
async function complete(
  exchange: Exchange,
  { operation: { data }, late }: Turn<BulkOperation>,
  { location = '' }: Outcome,
  ids: Map<string, string>,
  dispatch: Dispatch,
): Promise<{ response?: ScimResponse; left: string[] }> {
  const { baseUrl } = exchange.request;
  const path = location.slice(baseUrl.length);
  // A group within a group is no member of any, and was named as skipped.
  if (!/^\/Users\//.test(path)) return { left: [] };
  const made = new Set([...late].filter((bulkId) => ids.has(bulkId)));
  const missing = new Set([...late].filter((bulkId) => !ids.has(bulkId)));
  const left = attributesWith(data, missing);
  const names = attributesWith(data, made);
  if (names.length === 0) return { left };
  const given = Object.fromEntries(Object.entries(data as object).filter(([name]) => names.includes(name)));
  const value = resolved(given, ids, () => undefined);
  const body = { schemas: [PATCH_OP], Operations: [{ op: 'add', value }] };
  const request = { method: 'PATCH', path, query: new URLSearchParams(), baseUrl, body };
  const response = await dispatch({ ...exchange, request });
  return { response, left: response.status < 300 ? left : [...new Set([...left, ...names])] };
}

/** Names of the attributes in which there is one of these references. */
const attributesWith = (data: unknown, references: ReadonlySet<string>): string[] =>
  Object.entries((data ?? {}) as object).flatMap(([name, value]) =>
    without(value, references) === value ? [] : [name],
  );

/** The data without these references; the same data where there are none. */
function without(data: unknown, late: ReadonlySet<string>): unknown {
  if (late.size === 0) return data;
  if (typeof data === 'string') return late.has(referenceIn(data) ?? '') ? undefined : data;
  if (data === null || typeof data !== 'object') return data;
  const entries = Object.entries(data).map(([name, one]) => [name, without(one, late)] as const);
  const isSame = entries.every(([name, one]) => one === (data as Record<string, unknown>)[name]);
  if (isSame) return data;
  return Array.isArray(data) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
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
    if (!isChange || likelyChange(data).move !== 'departure') throw error;
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
    const bulkId = referenceIn(data);
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
    const reference = shownValue(`bulkId:${bulkId}`);
    throw new ScimError(
      409,
      'invalidValue',
      `${reference} does not refer to a resource that was created in this request.`,
    );
  }
  return id;
}
