import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type {
  PresentGroup,
  Profile,
  ProvisionedGroup,
  ProvisionedUser,
} from '../../../src/core/provisioning/types.js';
import { createService } from '../../../src/scim/protocol/handler/service.js';
import { ScimError } from '../../../src/scim/protocol/scim-error.js';

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A schema as an operator would give it, with an attribute of every type. */
export const FACTORY = 'urn:example:params:scim:schemas:factory:2.0:User';
export const FACTORY_SCHEMA = {
  id: FACTORY,
  name: 'Factory',
  description: 'Where somebody works',
  attributes: [
    { name: 'badge', type: 'string', caseExact: true, mutability: 'immutable' },
    { name: 'floor', type: 'integer' },
    { name: 'load', type: 'decimal' },
    { name: 'trained', type: 'boolean' },
    { name: 'since', type: 'dateTime' },
    { name: 'card', type: 'binary' },
    { name: 'pin', type: 'string', mutability: 'writeOnly' },
    { name: 'notes', type: 'string', returned: 'request' },
    { name: 'tags', type: 'string', multiValued: true },
    {
      name: 'machines',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value' },
        { name: 'hours', type: 'integer' },
        { name: 'primary', type: 'boolean' },
      ],
    },
  ],
};

const service = createService({ userExtensions: [FACTORY_SCHEMA] });
export const USER = service.users.type;
export const GROUP = service.groups.type;

export function profile(given: Partial<Profile> = {}): Profile {
  return {
    userName: 'ann@contoso.example',
    externalId: 'object-1',
    active: true,
    email: 'ann@contoso.example',
    displayName: 'Ann Archer',
    givenName: 'Ann',
    familyName: 'Archer',
    attributes: {},
    ...given,
  };
}

export const provisionedUser = (given: Partial<ProvisionedUser> = {}): ProvisionedUser => ({
  ...profile(),
  id: randomUUID(),
  hostUserId: '42',
  seesAccount: true,
  licenceType: 'Concurrent',
  createdAt: new Date('2026-01-01T08:00:00.000Z'),
  updatedAt: new Date('2026-01-02T09:30:00.000Z'),
  groups: [],
  ...given,
});

export const provisionedGroup = (given: Partial<ProvisionedGroup> = {}): ProvisionedGroup => ({
  id: randomUUID(),
  displayName: 'Engineers',
  externalId: null,
  createdAt: new Date('2026-01-01T08:00:00.000Z'),
  updatedAt: new Date('2026-01-02T09:30:00.000Z'),
  members: [],
  ...given,
});

/** A group as it is handed to whoever decides what is to be made of it. */
export const presentGroup = (given: Partial<ProvisionedGroup> = {}): PresentGroup => {
  const { members, ...described } = provisionedGroup(given);
  return { ...described, members: new Map(members.map(({ id, display }) => [id, display])) };
};

/** The ScimError that some work ends with; it must. */
export function refused(work: () => unknown): ScimError {
  try {
    work();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  return assert.fail('nothing was refused');
}
