import { changeUser } from '../../../core/provisioning/change-user.js';
import { createUser } from '../../../core/provisioning/create-user.js';
import { deleteUser } from '../../../core/provisioning/departures/delete-user.js';
import { readUser } from '../../../core/provisioning/read-user.js';
import type { ProvisionedUser, Wanted } from '../../../core/provisioning/types.js';
import type { ScimResponse } from '../exchange.js';
import { applyBody, assertFewNames, type Document } from '../patch/apply.js';
import { Budget } from '../patch/budget.js';
import { type Operation, readWhatIsThere, unreadFault } from '../patch/operations.js';
import { createProjection, type Projection } from '../resources/projection.js';
import type { Resource } from '../resources/resource.js';
import { documentOf, immutableOf, keepingName, profileOf } from '../resources/user-profile.js';
import { userResource } from '../resources/user-resource.js';
import {
  type Answerer,
  attempted,
  bodyOf,
  type Exchange,
  mentions,
  noContent,
  readableBodyOf,
  resourceResponse,
} from './exchange.js';
import { likelyChange } from './likely-change.js';
import { continuedGroups, inParts } from './parts.js';
import { assertMatches, names } from './preconditions.js';
import { wantedAttributes } from './query.js';
import { wantedUser } from './wanted-user.js';

export const createUserAnswer: Answerer = async (exchange) => {
  const { service, door, request } = exchange;
  const body = bodyOf(request, 'the user to be created');
  const document: Document = {};
  assertFewNames(service.users.type, body);
  applyBody(service.users.type, document, {
    op: 'add',
    path: undefined,
    value: body,
    hasValue: true,
    budget: new Budget(),
  });
  const profile = profileOf(service.users.type, document, true);
  const projection = projectionOf(exchange);
  const { user } = await createUser(door.core, door.idp, profile);
  return respond(exchange, 201, user, projection);
};

export const readUserAnswer: Answerer = async (exchange, id) => {
  const { door, request } = exchange;
  const projection = projectionOf(exchange);
  const user = await readUser(door.core, door.idp, id);
  const response = respond(exchange, 200, user, projection);
  const { ETag = '' } = response.headers;
  // The version says nothing of groups that are sent in parts.
  const isTold = user.groupsGoOnBehind === undefined;
  return isTold && request.ifNoneMatch !== undefined && names(request.ifNoneMatch, ETag)
    ? { status: 304, headers: { ETag } }
    : response;
};

/** What the body leaves out is cleared, but for what tells who somebody is, whether they may come in, and what is immutable. */
export const replaceUserAnswer: Answerer = (exchange, id) => {
  const { type } = exchange.service.users;
  const { request } = exchange;
  const body = readableBodyOf(request, 'the user as it is to be');
  const faults = (request.unread ?? []).map(unreadFault);
  const whole: Operation = { op: 'add', path: undefined, value: body, hasValue: true };
  const saysExternalId = mentions(type, body, 'externalId');
  return changed(exchange, id, (current) => {
    // Okta's PUTs leave the external id out where it is not mapped.
    const start: Document = immutableOf(type, documentOf(current));
    if (!saysExternalId && current.externalId !== null) start.externalId = current.externalId;
    return wantedUser(type, current, start, { operations: [whole], faults });
  });
};

export const patchUserAnswer: Answerer = (exchange, id) => {
  const { type } = exchange.service.users;
  const read = readWhatIsThere(exchange.request.body, exchange.request.unread);
  return changed(exchange, id, (current) => {
    // Whether the request says `active` is seen by its being there afterwards.
    const { active: _, ...start } = documentOf(current);
    return wantedUser(type, current, start, read);
  });
};

export const deleteUserAnswer: Answerer = async (exchange, id) => {
  const { door, request } = exchange;
  const { skipped } = await deleteUser(door.core, door.idp, id, (current) =>
    assertMatches(request.ifMatch, () => versionOf(exchange, current)),
  );
  return { ...noContent(), ...(skipped && { skipped }) };
};

async function changed(
  exchange: Exchange,
  id: string,
  decide: (current: ProvisionedUser) => Wanted,
): Promise<ScimResponse> {
  const { door, request, service } = exchange;
  // Before the change: what is wrong with the question must not be said of what is done by then.
  const shown = attempted(() => projectionOf(exchange));
  const change = (current: ProvisionedUser) => {
    // Within the change's own transaction, so that nobody can be quicker in between.
    assertMatches(request.ifMatch, () => versionOf(exchange, current));
    const wanted = keepingName(current, decide(current));
    // Nothing that is asked of the answer prevents a departure.
    if (wanted.says !== false && 'fault' in shown) throw shown.fault;
    return wanted;
  };
  const likely = likelyChange(request.body);
  const { user, skipped } = await changeUser(door.core, door.idp, id, change, { likely });
  const projection = 'result' in shown ? shown.result : service.users.everything;
  return { ...respond(exchange, 200, user, projection), ...(skipped && { skipped }) };
}

function respond(
  exchange: Exchange,
  status: number,
  user: ProvisionedUser,
  projection: Projection,
): ScimResponse {
  const resource = resourceOf(exchange, user);
  const sent = projection.apply(resource);
  const response = resourceResponse(status, resource, sent);
  return inParts(response, continuedGroups(exchange, user, projection, sent));
}

const resourceOf = ({ service, request }: Exchange, user: ProvisionedUser): Resource =>
  userResource(service.users.type, user, request.baseUrl);

const versionOf = (exchange: Exchange, user: ProvisionedUser): string =>
  (resourceOf(exchange, user).meta as { version: string }).version;

function projectionOf({ service: { users }, request }: Exchange): Projection {
  const wanted = wantedAttributes(request.query);
  const all = wanted.attributes.length === 0 && wanted.excludedAttributes.length === 0;
  return all ? users.everything : createProjection(users.type, wanted);
}
