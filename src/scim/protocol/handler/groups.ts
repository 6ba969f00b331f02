import { changeGroup, type GroupChangeOptions } from '../../../core/provisioning/groups/change-group.js';
import { changeMembers } from '../../../core/provisioning/groups/change-members.js';
import { createGroup } from '../../../core/provisioning/groups/create-group.js';
import { deleteGroup } from '../../../core/provisioning/groups/delete-group.js';
import { readGroup } from '../../../core/provisioning/groups/read-group.js';
import type {
  DescribedGroup,
  GroupDecision,
  PresentGroup,
  ProvisionedGroup,
} from '../../../core/provisioning/types.js';
import type { ScimResponse } from '../exchange.js';
import { assertFewNames } from '../patch/apply.js';
import { Budget } from '../patch/budget.js';
import { groupRequestOf, touchesMembers } from '../patch/group-request.js';
import { applyGroupBody, draftOf, type GroupDraft, memberChangeIn } from '../patch/members.js';
import { readWhatIsThere, unreadFault } from '../patch/operations.js';
import { groupProfileOf } from '../resources/group-profile.js';
import { groupResource } from '../resources/group-resource.js';
import { createProjection, type Projection } from '../resources/projection.js';
import type { Resource } from '../resources/resource.js';
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
import { continuedMembers, inParts } from './parts.js';
import { assertMatches, names } from './preconditions.js';
import { wantedAttributes } from './query.js';

export const createGroupAnswer: Answerer = async (exchange) => {
  const { service, door, request } = exchange;
  const draft = draftOf();
  const body = bodyOf(request, 'the group to be created');
  assertFewNames(service.groups.type, body);
  applyGroupBody(service.groups.type, draft, asBody(body));
  const profile = groupProfileOf(draft.document, draft.members);
  const members = [...draft.strangers.values()];
  const wanted = { ...profile, skipped: { members } };
  const withMembers = projectionOf(exchange).wants('members');
  const { group, skipped } = await createGroup(door.core, door.idp, wanted, { withMembers, inParts: true });
  return { ...respond(exchange, 201, group, withMembers), skipped };
};

export const readGroupAnswer: Answerer = async (exchange, id) => {
  const { door, request } = exchange;
  const withMembers = projectionOf(exchange).wants('members');
  const group = await readGroup(door.core, door.idp, id, { withMembers, inParts: true });
  const response = respond(exchange, 200, group, withMembers);
  const { ETag = '' } = response.headers;
  return request.ifNoneMatch !== undefined && names(request.ifNoneMatch, ETag)
    ? { status: 304, headers: { ETag } }
    : response;
};

/** As with users, what the body leaves out is cleared, but for the external id and the members. */
export const replaceGroupAnswer: Answerer = async (exchange, id) => {
  const { type } = exchange.service.groups;
  const { request } = exchange;
  const body = readableBodyOf(request, 'the group as it is to be');
  const faults = (request.unread ?? []).map(unreadFault);
  const operations = [{ ...asBody(body), op: 'replace' as const }];
  return changed(
    exchange,
    id,
    (current) => {
      const draft: GroupDraft = { ...draftOf(current), document: {} };
      if (current.externalId !== null && !mentions(type, body, 'externalId')) {
        draft.document.externalId = current.externalId;
      }
      return groupRequestOf(type, current, draft, { operations, faults });
    },
    { touchesMembers: touchesMembers(type, operations) },
  );
};

/** 204, unless attributes are asked for: a group may be large, and neither IdP reads it (RFC 7644 §3.5.2). */
export const patchGroupAnswer: Answerer = async (exchange, id) => {
  const { service, door, request } = exchange;
  const { type } = service.groups;
  const read = readWhatIsThere(request.body, request.unread);
  const silent = !request.query.has('attributes') && !request.query.has('excludedAttributes');
  const isPlain = request.ifMatch === undefined && silent && read.faults.length === 0;
  const members = isPlain ? memberChangeIn(type, read.operations) : undefined;
  if (members) {
    const { add, remove, strangers } = members;
    const request = { add, remove, skipped: { members: strangers } };
    const { group, skipped } = await changeMembers(door.core, door.idp, id, request);
    return { ...noContent(respond(exchange, 204, group, false).headers), skipped };
  }
  const response = await changed(
    exchange,
    id,
    (current) => groupRequestOf(type, current, draftOf(current), read),
    { withMembers: !silent, touchesMembers: touchesMembers(type, read.operations) },
  );
  return silent ? { ...noContent(response.headers), skipped: response.skipped } : response;
};

export const deleteGroupAnswer: Answerer = async (exchange, id) => {
  const { door, request } = exchange;
  const { ifMatch } = request;
  const decide =
    ifMatch === undefined
      ? undefined
      : (current: DescribedGroup) => assertMatches(ifMatch, () => versionOf(exchange, current));
  await deleteGroup(door.core, door.idp, id, decide);
  return noContent();
};

const asBody = (value: unknown) => ({
  op: 'add' as const,
  path: undefined,
  value,
  hasValue: true,
  budget: new Budget(),
});

async function changed(
  exchange: Exchange,
  id: string,
  decide: (current: PresentGroup) => GroupDecision,
  options: GroupChangeOptions,
): Promise<ScimResponse> {
  const { door, request, service } = exchange;
  const asked = attempted(() => projectionOf(exchange));
  const projection = 'result' in asked ? asked.result : service.groups.everything;
  const withMembers = options.withMembers !== false && projection.wants('members');
  const { group, skipped } = await changeGroup(
    door.core,
    door.idp,
    id,
    (current) => {
      assertMatches(request.ifMatch, () => versionOf(exchange, current));
      const wanted = decide(current);
      // Nothing that is asked of the answer keeps members in the group.
      if ('fault' in asked && wanted.members.leaving().length === 0) throw asked.fault;
      return wanted;
    },
    { ...options, withMembers, inParts: true },
  );
  return { ...respond(exchange, 200, group, withMembers, projection), skipped };
}

function respond(
  exchange: Exchange,
  status: number,
  group: ProvisionedGroup,
  withMembers: boolean,
  projection = projectionOf(exchange),
): ScimResponse {
  const resource = resourceOf(exchange, group, withMembers);
  const sent = projection.apply(resource);
  const response = resourceResponse(status, resource, sent);
  return inParts(response, continuedMembers(exchange, group, projection, sent));
}

const resourceOf = (
  { service, request }: Exchange,
  group: ProvisionedGroup,
  withMembers: boolean,
): Resource => groupResource(service.groups.type, group, request.baseUrl, withMembers);

const versionOf = (exchange: Exchange, group: DescribedGroup): string =>
  (resourceOf(exchange, { ...group, members: [] }, false).meta as { version: string }).version;

function projectionOf({ service: { groups }, request }: Exchange): Projection {
  const wanted = wantedAttributes(request.query);
  const all = wanted.attributes.length === 0 && wanted.excludedAttributes.length === 0;
  return all ? groups.everything : createProjection(groups.type, wanted);
}
