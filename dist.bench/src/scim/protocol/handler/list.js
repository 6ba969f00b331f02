import { listGroups } from '../../../core/provisioning/list-groups.js';
import { listUsers } from '../../../core/provisioning/list-users.js';
import { resolveFilter } from '../filter/resolve.js';
import { groupResource } from '../resources/group-resource.js';
import { createProjection } from '../resources/projection.js';
import { userResource } from '../resources/user-resource.js';
import { find, noSuchAttribute } from '../schemas/find.js';
import { invalidPath } from '../scim-error.js';
import { listRequestOf, searchRequestOf } from './query.js';
const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
/** A list by its URL. */
export const listAnswer = (list) => async (exchange) => {
    const asked = listRequestOf(exchange.request.query, exchange.service);
    return listResponse(asked, await list(exchange, asked));
};
/** A list by a search request (RFC 7644 §3.4.3). */
export const searchAnswer = (list) => async (exchange) => {
    const asked = searchRequestOf(exchange.request.body, exchange.service);
    return listResponse(asked, await list(exchange, asked));
};
export const userLister = async (exchange, asked, others) => {
    const { door, request, service } = exchange;
    const { type } = service.users;
    const query = queryOf(exchange, type, asked, others);
    if (!query)
        return { total: 0, items: [] };
    const projection = projectionFor(service.users, asked);
    const withGroups = projection.wants('groups') || projection.wants('meta');
    const page = await listUsers(door.core, door.idp, query, { withGroups });
    return shown(page, (user) => projection.apply(userResource(type, user, request.baseUrl)));
};
export const groupLister = async (exchange, asked, others) => {
    const { door, request, service } = exchange;
    const { type } = service.groups;
    const query = queryOf(exchange, type, asked, others);
    if (!query)
        return { total: 0, items: [] };
    const projection = projectionFor(service.groups, asked);
    const withMembers = projection.wants('members');
    const page = await listGroups(door.core, door.idp, query, { withMembers });
    return shown(page, (group) => projection.apply(groupResource(type, group, request.baseUrl, withMembers)));
};
/** The query for the database; undefined where no resource can match. */
function queryOf({ request }, type, asked, others) {
    const scope = { type, baseUrl: request.baseUrl, ...(others ? { others } : {}) };
    const filter = asked.filter === undefined ? true : resolveFilter(asked.filter, scope);
    const sortBy = asked.sortBy === undefined ? undefined : sortKey(type, asked.sortBy, others);
    if (filter === false)
        return undefined;
    return {
        ...(filter === true ? {} : { filter }),
        ...(sortBy ? { sortBy, descending: asked.descending } : {}),
        page: asked.page,
    };
}
function projectionFor(served, asked) {
    const all = asked.attributes.length === 0 && asked.excludedAttributes.length === 0;
    return all ? served.everything : createProjection(served.type, asked);
}
const shown = (page, show) => ({
    ...page,
    items: page.items.map(show),
});
/** RFC 7644 §3.4.2.3; what a list cannot be in order of, because it is the same for all, orders nothing. */
function sortKey(type, name, others = []) {
    const found = find(type, name);
    if (found.kind === 'attribute' && found.attribute.definition.returned !== 'never') {
        const { label, at } = found.attribute;
        if (label === 'schemas' || label === 'meta.resourceType')
            return undefined;
        if (label === 'meta.location')
            return type.names.get('id')?.at;
        if (at && label !== 'meta.version')
            return at;
        throw invalidPath(`${label} is nothing to sort by.`);
    }
    if (others.some((other) => find(other, name).kind === 'attribute'))
        return undefined;
    throw invalidPath(`sortBy: ${noSuchAttribute(type, name)}`);
}
export function listResponse({ page }, found) {
    return {
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
}
