import { membersBehind } from '../../../core/provisioning/groups/group.js';
import { groupsBehind } from '../../../core/provisioning/read-user.js';
import type { ProvisionedGroup, ProvisionedUser } from '../../../core/provisioning/types.js';
import type { ScimResponse } from '../exchange.js';
import { membersAsRead } from '../resources/group-resource.js';
import { type Continued, textInParts } from '../resources/in-parts.js';
import type { Projection } from '../resources/projection.js';
import type { Resource } from '../resources/resource.js';
import { groupsAsRead } from '../resources/user-resource.js';
import type { Exchange } from './exchange.js';

/** How the members of a large group go on behind those that are in the resource as it is sent; nothing where they do not. */
export function continuedMembers(
  { door, request }: Exchange,
  { id, membersGoOnBehind }: ProvisionedGroup,
  projection: Projection,
  sent: Resource,
): Continued | undefined {
  const list = sent.members;
  if (membersGoOnBehind === undefined || !Array.isArray(list)) return undefined;
  return {
    list,
    async *rest() {
      for await (const some of membersBehind(door.core, id, membersGoOnBehind)) {
        const { members } = projection.apply({ members: membersAsRead(some, request.baseUrl) });
        yield members as unknown[];
      }
    },
  };
}

/** How the groups of a user who is in many go on behind those that are in the resource as it is sent; nothing where they do not. */
export function continuedGroups(
  { door, request }: Exchange,
  { id, groupsGoOnBehind }: ProvisionedUser,
  projection: Projection,
  sent: Resource,
): Continued | undefined {
  const list = sent.groups;
  if (groupsGoOnBehind === undefined || !Array.isArray(list)) return undefined;
  return {
    list,
    async *rest() {
      for await (const some of groupsBehind(door.core, id, groupsGoOnBehind)) {
        const { groups } = projection.apply({ groups: groupsAsRead(some, request.baseUrl) });
        yield groups as unknown[];
      }
    },
  };
}

/** A response whose body is sent part by part where a list in it goes on. */
export function inParts({ body, ...response }: ScimResponse, continued: Continued | undefined): ScimResponse {
  return continued ? { ...response, parts: () => textInParts(body, continued) } : { ...response, body };
}
