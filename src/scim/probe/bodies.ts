import { ENTERPRISE_SCHEMA, GROUP_URN, PATCH_SCHEMA, USER_URN } from './names.js';
import type { TestUser } from './steps/test-user.js';

/** What the IdPs write, as their documentation shows it. */

export interface PatchOperationBody {
  op: string;
  path?: string;
  value?: unknown;
}

export const patch = (...operations: PatchOperationBody[]) => ({
  schemas: [PATCH_SCHEMA],
  Operations: operations,
});

/** Entra sends an empty list for what has no value. */
export const entraUser = (user: TestUser) => ({
  schemas: [USER_URN, ENTERPRISE_SCHEMA],
  externalId: user.externalId,
  userName: user.userName,
  active: user.active,
  displayName: user.displayName,
  emails: [{ primary: true, type: 'work', value: user.email }],
  meta: { resourceType: 'User' },
  name: {
    formatted: `${user.givenName} ${user.familyName}`,
    familyName: user.familyName,
    givenName: user.givenName,
  },
  roles: [],
});

export const oktaUser = (user: TestUser) => ({
  schemas: [USER_URN],
  userName: user.userName,
  name: { givenName: user.givenName, familyName: user.familyName },
  emails: [{ primary: true, value: user.email, type: 'work' }],
  displayName: user.displayName,
  locale: 'en-US',
  externalId: user.externalId,
  groups: [],
  active: user.active,
});

/** What Okta puts in the place of the user: all of it, with the id. */
export const oktaReplacement = (user: TestUser) => ({
  ...oktaUser(user),
  id: user.id,
  meta: { resourceType: 'User' },
});

/** Entra adds a schema of its own to groups. */
export const entraGroup = (displayName: string, externalId: string) => ({
  schemas: [GROUP_URN, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
  externalId,
  displayName,
  meta: { resourceType: 'Group' },
});

export const oktaGroup = (displayName: string) => ({ schemas: [GROUP_URN], displayName, members: [] });
