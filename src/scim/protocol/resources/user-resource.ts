import type { ProvisionedUser } from '../../../core/provisioning/types.js';
import type { Attribute, Extension, ResourceType } from '../schemas/resource-type.js';
import { HOST_USER_SCHEMA } from '../schemas/user-extensions.js';
import { emailsOf } from './emails.js';
import { type Resource, shaped, versionOf } from './resource.js';

/** A user as the IdP reads it (RFC 7643 §8.2): the host application's data, and what the IdP said beside it. */
export function userResource(type: ResourceType, user: ProvisionedUser, baseUrl: string): Resource {
  const { attributes } = user;
  const resource: Resource = { schemas: [type.schema.id], id: user.id };
  if (user.externalId !== null) resource.externalId = user.externalId;
  for (const attribute of type.attributes) {
    const value = attributeValue(attribute, user);
    if (value !== undefined) resource[attribute.name] = value;
  }
  for (const extension of type.extensions) {
    const value = extensionOf(extension, user, attributes);
    if (value === undefined) continue;
    (resource.schemas as string[]).push(extension.urn);
    resource[extension.urn] = value;
  }
  resource.meta = {
    resourceType: type.name,
    created: user.createdAt.toISOString(),
    lastModified: user.updatedAt.toISOString(),
    location: `${baseUrl}${type.endpoint}/${user.id}`,
    version: versionOf(resource, user.updatedAt),
  };
  addReferences(resource.groups as Record<string, unknown>[], baseUrl);
  return resource;
}

/** Groups of a user, as they are in its resource. */
export function groupsAsRead(groups: ProvisionedUser['groups'], baseUrl: string): Record<string, unknown>[] {
  const read = groups.map(groupValue);
  addReferences(read, baseUrl);
  return read;
}

const groupValue = ({ id, displayName }: ProvisionedUser['groups'][number]): Record<string, unknown> => ({
  value: id,
  display: displayName,
  type: 'direct',
});

function addReferences(groups: readonly Record<string, unknown>[], baseUrl: string): void {
  for (const group of groups) group.$ref = `${baseUrl}/Groups/${group.value}`;
}

function attributeValue(attribute: Attribute, user: ProvisionedUser): unknown {
  switch (attribute.name) {
    case 'userName':
      return user.userName;
    case 'name':
      return nameOf(attribute, user);
    case 'displayName':
      return user.displayName ?? undefined;
    case 'active':
      return user.active;
    case 'emails':
      return shaped(attribute, emailsOf(user));
    case 'groups':
      return user.groups.map(groupValue);
    default:
      return shaped(attribute, user.attributes[attribute.name]);
  }
}

function nameOf(attribute: Attribute, { givenName, familyName, attributes }: ProvisionedUser): unknown {
  const name: Record<string, unknown> = { ...(attributes.name as Record<string, unknown> | undefined) };
  if (givenName !== null) name.givenName = givenName;
  if (familyName !== null) name.familyName = familyName;
  return shaped(attribute, name);
}

function extensionOf(
  extension: Extension,
  user: ProvisionedUser,
  attributes: Record<string, unknown>,
): unknown {
  const own: Record<string, unknown> =
    extension.urn === HOST_USER_SCHEMA.id
      ? user.seesAccount
        ? { hostUserId: user.hostUserId, licenceType: user.licenceType ?? undefined }
        : {}
      : ((attributes[extension.urn] as Record<string, unknown> | undefined) ?? {});
  const value: Record<string, unknown> = {};
  let any = false;
  for (const attribute of extension.attributes) {
    const one = shaped(attribute, own[attribute.name]);
    if (one === undefined) continue;
    value[attribute.name] = one;
    any = true;
  }
  return any ? value : undefined;
}
