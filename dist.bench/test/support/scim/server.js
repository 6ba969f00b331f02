import { createServer as createHttpServer, } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { applyPatch, ENTERPRISE, matcher, newResource, ScimError } from './store.js';
const URN = 'urn:ietf:params:scim';
/**
 * A SCIM endpoint in memory that does what IdPs need, but for the faults it is given. It is for testing the
 * probe, and knows no more than the probe sends.
 */
export async function startScimServer(options = {}) {
    const faults = new Set(options.faults);
    const has = (fault) => faults.has(fault);
    const state = {
        url: '',
        port: 0,
        token: 'the-right-token-0123456789',
        requests: [],
        users: (options.users ?? []).map((user) => newResource(user, 'User', '')),
        groups: [],
        close: async () => { },
    };
    let lists = 0;
    const listener = (request, response) => {
        serve(request, response).catch((error) => {
            if (error instanceof ScimError)
                sendError(response, error);
            else
                sendError(response, new ScimError(500, String(error)));
        });
    };
    async function serve(request, response) {
        const { method = '', url = '' } = request;
        const { pathname, searchParams } = new URL(url, 'http://test');
        const text = await bodyOf(request);
        const body = text === '' ? undefined : JSON.parse(text);
        state.requests.push({ line: `${method} ${url}`, ...(body && { body }) });
        await options.before?.(request);
        if (has('redirects'))
            return void response.writeHead(302, { location: 'https://login.example/' }).end();
        if (has('sign-in-page')) {
            response.writeHead(200, { 'content-type': 'text/html' });
            return void response.end('<!DOCTYPE html><html><head><title>Sign in</title></head></html>');
        }
        if (has('body-broken')) {
            response.writeHead(200, { 'content-type': 'application/scim+json' });
            return void response.end('{"schemas":');
        }
        authenticate(request);
        if (has('flag-refused') && searchParams.has('aadOptscim062020'))
            throw new ScimError(400, 'unknown parameter');
        const [, resource = '', id] = /^\/scim\/v2\/(\w+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
        if (has('base-url-wrong'))
            return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found');
        if (['ServiceProviderConfig', 'ResourceTypes', 'Schemas'].includes(resource) && !has('no-discovery')) {
            return send(response, 200, { schemas: [`${URN}:api:messages:2.0:ListResponse`], totalResults: 0 });
        }
        if (resource !== 'Users' && (resource !== 'Groups' || has('no-groups')))
            throw new ScimError(404, 'no such path');
        if (method === 'POST')
            return create(response, resource, body ?? {});
        if (id === undefined)
            return list(response, resource, searchParams);
        await one(response, method, resource, decodeURIComponent(id), body ?? {}, searchParams);
    }
    function authenticate({ headers }) {
        const right = headers.authorization === `Bearer ${state.token}` && !has('token-refused');
        if (right || has('any-token'))
            return;
        throw new ScimError(has('wrong-token-403') ? 403 : 401, 'the token is not known');
    }
    function create(response, resource, body) {
        const isUser = resource === 'Users';
        if (isUser && has('create-refused'))
            throw new ScimError(400, 'roles is not supported', 'invalidValue');
        if (isUser && has('seats-400'))
            throw new ScimError(400, 'No licence seat is free: Concurrent 20 of 20');
        if (isUser && has('seats-403'))
            throw new ScimError(403, 'no licence is free');
        if (!isUser && has('group-refused'))
            throw new ScimError(400, 'unknown schema', 'invalidValue');
        const key = isUser ? 'userName' : 'displayName';
        const isThere = state[isUser ? 'users' : 'groups'].some((each) => String(each[key]).toLowerCase() === String(body[key]).toLowerCase());
        if (isThere && !has('duplicate-created')) {
            const scimType = has('scim-type-missing') ? undefined : 'uniqueness';
            throw new ScimError(has('duplicate-400') ? 400 : 409, `${body[key]} is there already`, scimType);
        }
        const made = newResource(body, isUser ? 'User' : 'Group', state.url);
        if (has('user-name-changed') && isUser)
            made.userName = `app-${made.userName}`;
        if (has('external-id-lost'))
            delete made.externalId;
        if (has('display-name-lost') && isUser)
            delete made.displayName;
        state[isUser ? 'users' : 'groups'].push(made);
        const location = String(made.meta.location);
        if (has('create-empty'))
            return void response.writeHead(201).end();
        send(response, has('create-200') ? 200 : 201, made, has('location-missing') ? {} : { location });
    }
    function list(response, resource, query) {
        if (has('list-refused'))
            throw new ScimError(400, 'lists are not supported');
        const filter = query.get('filter');
        let found = [...state[resource === 'Users' ? 'users' : 'groups']];
        if (filter !== null && !has('filter-ignored'))
            found = found.filter(filterOf(filter, resource));
        if (has('inactive-hidden'))
            found = found.filter(({ active }) => active !== false);
        if (has('empty-is-404') && found.length === 0)
            throw new ScimError(404, 'nothing found');
        if (has('order-unstable') && lists++ % 2 === 1)
            found.reverse();
        const startIndex = Number(query.get('startIndex') ?? 1);
        const count = has('count-ignored') ? 1000 : Number(query.get('count') ?? 100);
        const page = found.slice(startIndex - 1, startIndex - 1 + count);
        const number = (value) => (has('counts-as-text') ? String(value) : value);
        const body = {
            schemas: [`${URN}:api:messages:2.0:ListResponse`],
            totalResults: number(has('total-wrong') ? 0 : found.length),
            startIndex: number(startIndex),
            itemsPerPage: number(page.length),
            Resources: page.map((each) => projected(each, query)),
        };
        send(response, 200, has('list-bare') ? page : body);
    }
    function filterOf(filter, resource) {
        if (has('unquoted-refused') && !filter.includes('"'))
            throw new ScimError(400, 'no quotation marks', 'invalidFilter');
        if (has('filter-refused') && !filter.startsWith('userName'))
            throw new ScimError(400, 'unknown', 'invalidFilter');
        if (has('lookup-empty') || (has('group-not-found') && resource === 'Groups'))
            return () => false;
        const matches = matcher(filter);
        const [, name] = /^userName eq "(.*)"$/.exec(filter) ?? [];
        return has('case-matters') && name !== undefined ? ({ userName }) => userName === name : matches;
    }
    async function one(response, method, resource, id, body, query) {
        const all = state[resource === 'Users' ? 'users' : 'groups'];
        const at = all.findIndex((each) => each.id === id);
        const there = all[at];
        const isHidden = has('inactive-hidden') && there?.active === false && method === 'GET';
        const isGone = has('user-gone') && resource === 'Users' && method === 'GET';
        if (!there || isHidden || isGone)
            throw new ScimError(404, `there is no ${resource}/${id}`);
        if (method === 'GET')
            return send(response, 200, projected(there, query));
        if (method === 'DELETE') {
            if (has('delete-refused'))
                throw new ScimError(405, 'nothing is deleted here');
            if (!has('delete-ignored'))
                all.splice(at, 1);
            return has('delete-200') ? send(response, 200, { deleted: true }) : void response.writeHead(204).end();
        }
        if (resource === 'Users')
            changeUser(there, method, body);
        else
            changeGroup(there, body);
        if (resource === 'Groups')
            return void response.writeHead(204).end();
        if (has('update-empty'))
            return void response.writeHead(200).end();
        send(response, 200, there);
    }
    function changeUser(there, method, body) {
        if (has('patch-500') && method === 'PATCH')
            throw new ScimError(500, 'ORA-00001');
        if (has('conflict-on-update'))
            throw new ScimError(409, 'the version does not match');
        if (has('throttles'))
            throw new ScimError(429, 'too many requests');
        if (has('manager-refused') && JSON.stringify(body).includes(':manager')) {
            throw new ScimError(400, 'no such manager', 'invalidValue');
        }
        const changed = structuredClone(there);
        if (method === 'PUT')
            Object.assign(changed, body, { id: there.id, meta: there.meta });
        else
            applyPatch(changed, body.Operations);
        const turned = changed.active !== there.active;
        if (turned && !changed.active && has('active-refused'))
            throw new ScimError(400, 'active cannot be set');
        if (turned && changed.active && has('reactivate-refused'))
            throw new ScimError(400, 'active cannot be set');
        const isIgnored = has(changed.active ? 'reactivate-ignored' : 'active-ignored');
        if (turned && isIgnored)
            changed.active = there.active;
        if (has('update-ignored'))
            Object.assign(changed, { name: there.name, displayName: there.displayName });
        if (has('display-name-lost'))
            delete changed.displayName;
        if (has('user-name-changed'))
            changed.userName = there.userName;
        if (has('external-id-lost'))
            delete changed.externalId;
        Object.assign(there, changed);
    }
    function changeGroup(there, body) {
        if (has('group-patch-refused'))
            throw new ScimError(400, 'groups cannot be changed');
        const { members, displayName } = there;
        const operations = body.Operations;
        const isRemoval = operations.some(({ op }) => String(op).toLowerCase() === 'remove');
        applyPatch(there, operations);
        if (has('rename-ignored'))
            there.displayName = displayName;
        if (has('member-lost') || (isRemoval && has('removal-ignored')))
            there.members = members;
        if (isRemoval && has('all-members-removed'))
            there.members = [];
    }
    function projected(resource, query) {
        const [wanted, unwanted] = [query.get('attributes'), query.get('excludedAttributes')];
        const names = (list) => list.split(',').map((name) => name.trim());
        return Object.fromEntries(Object.entries(resource).filter(([name]) => {
            if (name === 'id' || name === 'schemas')
                return true;
            if (wanted !== null && !has('attributes-ignored'))
                return names(wanted).includes(name);
            return unwanted === null || has('excluded-ignored') || !names(unwanted).includes(name);
        }));
    }
    function send(response, status, body, headers = {}) {
        response.writeHead(status, {
            'content-type': has('json-type') ? 'application/json' : 'application/scim+json; charset=utf-8',
            ...headers,
        });
        response.end(JSON.stringify(body, (_key, value) => asReturned(value)));
    }
    /** A resource as it is returned: some faults are only there. */
    function asReturned(value) {
        const resource = value;
        if (typeof resource !== 'object' || resource === null || !('schemas' in resource))
            return value;
        const shown = { ...resource };
        if (has('meta-missing'))
            delete shown.meta;
        if (has('active-as-text') && typeof shown.active === 'boolean')
            shown.active = shown.active ? 'True' : 'False';
        const extension = shown[ENTERPRISE];
        const manager = extension?.manager;
        if (has('manager-as-text') && manager)
            shown[ENTERPRISE] = { ...extension, manager: manager.value };
        return shown;
    }
    function sendError(response, { status, detail, scimType }) {
        const headers = status === 401 && !has('challenge-missing') ? { 'www-authenticate': 'Bearer realm="scim"' } : undefined;
        if (has('error-body-missing'))
            return void response.writeHead(status, headers).end();
        const body = {
            schemas: [`${URN}:api:messages:2.0:Error`],
            ...(!has('error-status-missing') && { status: String(status) }),
            ...(!has('error-detail-missing') && { detail }),
            ...(scimType && { scimType }),
        };
        send(response, status, body, headers);
    }
    const server = options.tls ? createHttpsServer(options.tls, listener) : createHttpServer(listener);
    await new Promise((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    state.port = typeof address === 'object' && address ? address.port : 0;
    state.url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${state.port}/scim/v2`;
    state.close = async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    };
    return state;
}
async function bodyOf(request) {
    request.setEncoding('utf8');
    let text = '';
    for await (const chunk of request)
        text += chunk;
    return text;
}
