import type { Core } from '../../../core/core.js';
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

/** How a list in a resource goes on, if it does. @param sent the resource as it is sent, with the first part of the list. */
export type Continuing<T> = (
  exchange: Exchange,
  one: T,
  projection: Projection,
  sent: Resource,
) => Continued | undefined;

/**
 * @param goesOnBehind the id behind which the list goes on.
 * @param partsBehind reads what follows.
 */
const continuing =
  <T extends { id: string }, Part>(
    name: 'members' | 'groups',
    goesOnBehind: (one: T) => string | undefined,
    partsBehind: (core: Core, id: string, behind: string) => AsyncGenerator<Part[]>,
    asRead: (some: Part[], baseUrl: string) => unknown[],
  ): Continuing<T> =>
  ({ door, request }, one, projection, sent) => {
    const [list, behind] = [sent[name], goesOnBehind(one)];
    if (behind === undefined || !Array.isArray(list)) return undefined;
    return {
      list,
      async *rest() {
        for await (const some of partsBehind(door.core, one.id, behind))
          yield projection.apply({ [name]: asRead(some, request.baseUrl) })[name] as unknown[];
      },
    };
  };

/** The members of a large group. */
export const continuedMembers = continuing(
  'members',
  (group: ProvisionedGroup) => group.membersGoOnBehind,
  membersBehind,
  membersAsRead,
);

/** The groups of a user who is in many. */
export const continuedGroups = continuing(
  'groups',
  (user: ProvisionedUser) => user.groupsGoOnBehind,
  groupsBehind,
  groupsAsRead,
);

/** A response whose body is sent part by part where a list in it goes on. */
export function inParts({ body, ...response }: ScimResponse, continued: Continued | undefined): ScimResponse {
  return continued ? { ...response, parts: () => textInParts(body, continued) } : { ...response, body };
}
