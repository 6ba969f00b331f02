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
export const continuedMembers: Continuing<ProvisionedGroup> = (
  { door, request },
  { id, membersGoOnBehind: behind },
  projection,
  sent,
) =>
  behind === undefined
    ? undefined
    : goingOn(
        'members',
        sent,
        projection,
        () => membersBehind(door.core, id, behind),
        (some) => membersAsRead(some, request.baseUrl),
      );

/** The same of the groups of a user who is in many. */
export const continuedGroups: Continuing<ProvisionedUser> = (
  { door, request },
  { id, groupsGoOnBehind: behind },
  projection,
  sent,
) =>
  behind === undefined
    ? undefined
    : goingOn(
        'groups',
        sent,
        projection,
        () => groupsBehind(door.core, id, behind),
        (some) => groupsAsRead(some, request.baseUrl),
      );

/** How a list in a resource goes on. @param sent the resource as it is sent, with the first part of the list. */
export type Continuing<T> = (
  exchange: Exchange,
  one: T,
  projection: Projection,
  sent: Resource,
) => Continued | undefined;

/** @param parts what follows in the list of this name. */
function goingOn<Part>(
  name: 'members' | 'groups',
  sent: Resource,
  projection: Projection,
  parts: () => AsyncGenerator<Part[]>,
  asRead: (some: Part[]) => unknown[],
): Continued | undefined {
  const list = sent[name];
  if (!Array.isArray(list)) return undefined;
  return {
    list,
    async *rest() {
      for await (const some of parts()) yield projection.apply({ [name]: asRead(some) })[name] as unknown[];
    },
  };
}

/** A response whose body is sent part by part where a list in it goes on. */
export function inParts({ body, ...response }: ScimResponse, continued: Continued | undefined): ScimResponse {
  return continued ? { ...response, parts: () => textInParts(body, continued) } : { ...response, body };
}
