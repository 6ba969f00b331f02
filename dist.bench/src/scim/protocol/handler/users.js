import { changeUser } from '../../../core/provisioning/change-user.js';
import { createUser } from '../../../core/provisioning/create-user.js';
import { deleteUser } from '../../../core/provisioning/delete-user.js';
import { readUser } from '../../../core/provisioning/read-user.js';
import { applyBody, applyOperation } from '../patch/apply.js';
import { readOperations } from '../patch/operations.js';
import { createProjection } from '../resources/projection.js';
import { documentOf, profileOf } from '../resources/user-profile.js';
import { userResource } from '../resources/user-resource.js';
import { bodyOf, mentions, noContent, resourceResponse } from './exchange.js';
import { assertMatches, names } from './preconditions.js';
import { wantedOf } from './query.js';
export const createUserAnswer = async (exchange) => {
    const { service, door, request } = exchange;
    const body = bodyOf(request, 'the user to be created');
    const document = {};
    applyBody(service.users.type, document, { op: 'add', path: undefined, value: body, hasValue: true });
    const profile = profileOf(service.users.type, document, true);
    const { user } = await createUser(door.core, door.idp, profile);
    return respond(exchange, 201, user);
};
export const readUserAnswer = async (exchange, id) => {
    const { door, request } = exchange;
    const user = await readUser(door.core, door.idp, id);
    const response = respond(exchange, 200, user);
    const { ETag = '' } = response.headers;
    return request.ifNoneMatch !== undefined && names(request.ifNoneMatch, ETag)
        ? { status: 304, headers: { ETag } }
        : response;
};
/** What the body leaves out is cleared, but for what tells who somebody is and whether they may come in. */
export const replaceUserAnswer = (exchange, id) => {
    const { type } = exchange.service.users;
    const body = bodyOf(exchange.request, 'the user as it is to be');
    const document = {};
    applyBody(type, document, { op: 'add', path: undefined, value: body, hasValue: true });
    const saysExternalId = mentions(body, 'externalId');
    return changed(exchange, id, (current) => {
        // Okta's PUTs leave the external id out where it is not mapped.
        const whole = saysExternalId || current.externalId === null
            ? document
            : { ...document, externalId: current.externalId };
        return profileOf(type, whole, current.active);
    });
};
export const patchUserAnswer = (exchange, id) => {
    const { type } = exchange.service.users;
    const operations = readOperations(exchange.request.body);
    return changed(exchange, id, (current) => {
        const document = documentOf(current);
        for (const operation of operations)
            applyOperation(type, document, operation);
        return profileOf(type, document, current.active);
    });
};
export const deleteUserAnswer = async (exchange, id) => {
    const { door, request } = exchange;
    await deleteUser(door.core, door.idp, id, (current) => assertMatches(request.ifMatch, () => versionOf(exchange, current)));
    return noContent();
};
async function changed(exchange, id, decide) {
    const { door, request } = exchange;
    const { user } = await changeUser(door.core, door.idp, id, (current) => {
        // Within the change's own transaction, so that nobody can be quicker in between.
        assertMatches(request.ifMatch, () => versionOf(exchange, current));
        return decide(current);
    });
    return respond(exchange, 200, user);
}
function respond(exchange, status, user) {
    const resource = resourceOf(exchange, user);
    return resourceResponse(status, resource, projectionOf(exchange).apply(resource));
}
const resourceOf = ({ service, request }, user) => userResource(service.users.type, user, request.baseUrl);
const versionOf = (exchange, user) => resourceOf(exchange, user).meta.version;
function projectionOf({ service: { users }, request }) {
    const wanted = wantedOf(request.query);
    const all = wanted.attributes.length === 0 && wanted.excludedAttributes.length === 0;
    return all ? users.everything : createProjection(users.type, wanted);
}
