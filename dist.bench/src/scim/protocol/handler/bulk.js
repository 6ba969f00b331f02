import { invalidSyntax, invalidValue, ScimError, shown } from '../scim-error.js';
import { errorResponse } from './errors.js';
import { bodyOf } from './exchange.js';
const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const REFERENCE = /^bulkId:(.+)$/;
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];
/**
 * Several operations in one request (RFC 7644 §3.7), each a change of its own, one after another: in their
 * order, but for those that refer to a resource which a later one makes.
 */
export function bulkAnswer(dispatch) {
    return async (exchange) => {
        const { operations, failOnErrors } = readBulk(exchange);
        const ids = new Map();
        const outcomes = [];
        let errors = 0;
        let waiting = operations;
        while (waiting.length > 0 && errors < failOnErrors) {
            const announced = new Set(waiting.flatMap(({ method, bulkId }) => (method === 'POST' && bulkId) || []));
            const index = waiting.findIndex((one) => !refersTo(one, announced, one.bulkId));
            // Where they all wait for each other, the first fails, and with it what waits for it.
            const next = waiting[Math.max(index, 0)];
            waiting = waiting.filter((one) => one !== next);
            const outcome = await carryOut(exchange, next, ids, dispatch);
            if (Number(outcome.status) >= 400)
                errors++;
            outcomes.push(outcome);
        }
        return {
            status: 200,
            headers: {},
            body: { schemas: [BULK_RESPONSE], Operations: outcomes },
        };
    };
}
function readBulk({ service, request }) {
    const body = bodyOf(request, 'the operations');
    const { Operations: operations, failOnErrors = Number.POSITIVE_INFINITY } = body;
    if (!Array.isArray(operations))
        throw invalidSyntax('A bulk request must have Operations: a list.');
    if (operations.length > service.bulk.maxOperations) {
        throw new ScimError(413, 'tooMany', `A bulk request has at most ${service.bulk.maxOperations} operations, and this one has ${operations.length}.`);
    }
    const limit = failOnErrors ?? Number.POSITIVE_INFINITY;
    if (typeof limit !== 'number' || !(limit >= 1)) {
        throw invalidValue(`failOnErrors must be a whole number from 1, and was sent as ${shown(limit)}.`);
    }
    return { operations: operations.map(readOperation), failOnErrors: limit };
}
function readOperation(given) {
    if (given === null || typeof given !== 'object') {
        throw invalidSyntax(`Each of the Operations must be a JSON object, and was sent as ${shown(given)}.`);
    }
    const { method, path, bulkId, version, data } = given;
    return {
        method: typeof method === 'string' ? method.toUpperCase() : '',
        path: typeof path === 'string' ? path : '',
        bulkId: typeof bulkId === 'string' ? bulkId : undefined,
        version: typeof version === 'string' ? version : undefined,
        data,
    };
}
async function carryOut(exchange, { method, path, bulkId, version, data }, ids, dispatch) {
    const { baseUrl } = exchange.request;
    let response;
    try {
        const request = {
            method: METHODS.includes(method) ? method : '',
            path: resolvedPath(path, ids),
            query: new URLSearchParams(),
            baseUrl,
            ...(version === undefined ? {} : { ifMatch: version }),
            ...(data === undefined ? {} : { body: resolved(data, ids) }),
        };
        response = await dispatch({ ...exchange, request });
    }
    catch (error) {
        response = errorResponse(error).response;
    }
    const { Location, ETag } = response.headers;
    const location = Location ?? (method === 'POST' ? undefined : `${baseUrl}${path}`);
    const made = response.status === 201 ? Location?.split('/').at(-1) : undefined;
    if (bulkId !== undefined && made !== undefined)
        ids.set(bulkId, made);
    return {
        method,
        ...(bulkId === undefined ? {} : { bulkId }),
        ...(location === undefined ? {} : { location }),
        ...(ETag === undefined ? {} : { version: ETag }),
        status: String(response.status),
        ...(response.status >= 400 ? { response: response.body } : {}),
    };
}
function resolvedPath(path, ids) {
    if (!/^\/(Users|Groups)(\/(?!\.search)|$)/i.test(path)) {
        throw new ScimError(400, 'invalidPath', 'A bulk operation is of /Users, /Groups or what is below.');
    }
    return path.replace(/bulkId:([^/]+)/, (_, bulkId) => idOf(bulkId, ids));
}
/** The data with the ids in place of references to what was made. */
function resolved(data, ids) {
    if (typeof data === 'string') {
        const bulkId = REFERENCE.exec(data)?.[1];
        return bulkId === undefined ? data : idOf(bulkId, ids);
    }
    if (Array.isArray(data))
        return data.map((one) => resolved(one, ids));
    if (data === null || typeof data !== 'object')
        return data;
    return Object.fromEntries(Object.entries(data).map(([name, one]) => [name, resolved(one, ids)]));
}
function idOf(bulkId, ids) {
    const id = ids.get(bulkId);
    if (id === undefined) {
        const reference = shown(`bulkId:${bulkId}`);
        throw new ScimError(409, 'invalidValue', `${reference} refers to nothing that was made in this request.`);
    }
    return id;
}
/** Whether an operation refers to one of those that are still to be made. */
function refersTo({ path, data }, announced, own) {
    const isAnnounced = (bulkId) => bulkId !== undefined && bulkId !== own && announced.has(bulkId);
    const within = (value) => {
        if (typeof value === 'string')
            return isAnnounced(REFERENCE.exec(value)?.[1]);
        if (Array.isArray(value))
            return value.some(within);
        return value !== null && typeof value === 'object' && Object.values(value).some(within);
    };
    return announced.size > 0 && (isAnnounced(/bulkId:([^/]+)/.exec(path)?.[1]) || within(data));
}
