import type { ProvisionedGroup } from '../../../core/provisioning/types.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { type Resource, versionOf } from './resource.js';

/**
 * A group as the IdP reads it. Without its members, where they were not read, it has no version either: a
 * version says which members there are.
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
  const members = withMembers
    ? group.members.map(({ id, display }): Resource => ({ value: id, display, type: 'User' }))
    : undefined;
  if (members) resource.members = members;
  const version = members ? { version: versionOf(resource, group.updatedAt) } : {};
  for (const member of members ?? []) member.$ref = `${baseUrl}/Users/${member.value}`;
  resource.meta = {
    resourceType: type.name,
    created: group.createdAt.toISOString(),
    lastModified: group.updatedAt.toISOString(),
    location: `${baseUrl}${type.endpoint}/${group.id}`,
    ...version,
  };
  return resource;
}
