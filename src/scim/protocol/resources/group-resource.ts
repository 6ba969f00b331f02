import type { GroupMember, ProvisionedGroup } from '../../../core/provisioning/types.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { type Resource, versionOf } from './resource.js';

/**
 * A group as the IdP reads it. Its version does not need its members to be read: every change of them gives
 * the group another instant of change.
 */
export function groupResource(
  type: ResourceType,
  group: ProvisionedGroup,
  baseUrl: string,
  withMembers: boolean,
): Resource {
  const resource: Resource = { schemas: [type.schema.id], id: group.id };
  if (group.externalId !== null) resource.externalId = group.externalId;
  resource.displayName = group.displayName;
  const version = versionOf(resource, group.updatedAt);
  if (withMembers) {
    resource.members = membersAsRead(group.members, baseUrl);
  }
  resource.meta = {
    resourceType: type.name,
    created: group.createdAt.toISOString(),
    lastModified: group.updatedAt.toISOString(),
    location: `${baseUrl}${type.endpoint}/${group.id}`,
    version,
  };
  return resource;
}

/** Members as the IdP reads them. */
export const membersAsRead = (members: readonly GroupMember[], baseUrl: string) =>
  members.map(({ id, display }) => ({ value: id, $ref: `${baseUrl}/Users/${id}`, display, type: 'User' }));
