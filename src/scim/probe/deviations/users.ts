import type { DeviationKind } from './kind.js';

/** What can go wrong in the life of a user. */
export const USER_DEVIATIONS = {
  'user-there': {
    severity: 'fail',
    rule: 'Use --user-name with a name that does not exist: the probe changes only users that it created',
    standard: 'RFC 7643 §4.1.1',
  },
  'user-missing': {
    severity: 'fail',
    rule: 'Create the user first, with --step create, or check the name',
    standard: 'RFC 7644 §3.4.2',
  },
  'no-seat': {
    severity: 'warn',
    rule: 'Free a seat for each of the two test users and run the probe again; the refusal itself is correct',
    standard: 'RFC 7644 §3.12',
  },
  'create-refused': {
    severity: 'fail',
    rule: 'Create a user from what this IdP sends',
    standard: 'RFC 7644 §3.3',
    minds: { entra: 'retries for 28 days', okta: 'fails the assignment' },
  },
  'create-status': {
    severity: 'warn',
    rule: 'Answer a create with 201',
    standard: 'RFC 7644 §3.3',
    minds: { okta: 'expects 201' },
  },
  'create-empty': {
    severity: 'fail',
    rule: 'Answer a create with the whole resource, its id above all',
    standard: 'RFC 7644 §3.3',
    minds: { entra: 'cannot link the user', okta: 'treats an empty 201 as an error' },
  },
  'create-location': {
    severity: 'warn',
    rule: 'Send the address of the new resource as Location and meta.location',
    standard: 'RFC 7644 §3.3',
  },
  'resource-shape': {
    severity: 'fail',
    rule: 'Give every resource id, schemas and meta.resourceType',
    standard: 'RFC 7643 §3',
    minds: { entra: 'needs id in every answer', okta: 'needs id in every answer' },
    once: 'idp',
  },
  'boolean-as-text': {
    severity: 'fail',
    rule: 'Send active as true or false, not as text',
    standard: 'RFC 7643 §2.3.2',
    minds: { okta: 'does not find active:false when it reads the user back' },
    once: 'idp',
  },
  'manager-as-text': {
    severity: 'fail',
    rule: 'Send manager as an object with value, however it was received',
    standard: 'RFC 7643 §4.3',
    minds: { entra: 'can no longer read the user' },
    once: 'idp',
  },
  'manager-refused': {
    severity: 'warn',
    rule: 'Accept manager as an array, an object or text, or remove its mapping in the IdP',
    standard: 'RFC 7643 §4.3',
    minds: { entra: 'fails users whose manager is mapped' },
  },
  'read-refused': {
    severity: 'fail',
    rule: 'Return a user by id with 200, whether active or not',
    standard: 'RFC 7644 §3.4.1',
    minds: { entra: 'believes that the user was deleted', okta: 'fails the task that reads the user back' },
  },
  'user-name-changed': {
    severity: 'fail',
    rule: 'Keep userName as it was sent',
    standard: 'RFC 7643 §4.1.1',
    minds: { entra: 'does not find the user again', okta: 'does not find the user again' },
    once: 'idp',
  },
  'external-id-lost': {
    severity: 'fail',
    rule: 'Keep externalId and return it',
    standard: 'RFC 7643 §3.1',
    minds: { entra: 'cannot match by object id, and changes the wrong user after a name is reused' },
    once: 'idp',
  },
  'profile-lost': {
    severity: 'warn',
    rule: 'Keep names and e-mail address as they were sent, or remove their mappings in the IdP',
    standard: 'RFC 7644 §3.3',
    minds: { entra: 'sends the change again with every cycle' },
  },
  'lookup-missed': {
    severity: 'fail',
    rule: 'Find a user by userName, externalId and work e-mail address',
    standard: 'RFC 7644 §3.4.2.2',
    minds: { entra: 'creates the user a second time', okta: 'creates the user a second time' },
  },
  'lookup-case': {
    severity: 'warn',
    rule: 'Compare userName without regard to case',
    standard: 'RFC 7643 §4.1.1',
    minds: {
      entra: 'creates the user a second time when the case changes',
      okta: 'creates the user a second time when the case changes',
    },
    once: 'idp',
  },
  'duplicate-created': {
    severity: 'fail',
    rule: 'Refuse a second user with the same userName',
    standard: 'RFC 7644 §3.3',
    minds: { entra: 'gives one person two accounts', okta: 'gives one person two accounts' },
  },
  'duplicate-status': {
    severity: 'fail',
    rule: 'Refuse a second user with the same userName with 409 and scimType uniqueness',
    standard: 'RFC 7644 §3.3',
    minds: { entra: 'does not match the existing user, and retries for 28 days' },
  },
  'duplicate-scim-type': {
    severity: 'fail',
    rule: 'Put scimType "uniqueness" into the body of the 409',
    standard: 'RFC 7644 §3.12',
    minds: { entra: 'cannot tell a duplicate from other conflicts' },
  },
  'update-refused': {
    severity: 'fail',
    rule: 'Accept changes in the format that this IdP sends',
    standard: 'RFC 7644 §3.5',
    minds: { entra: 'retries for 28 days', okta: 'fails the profile update' },
  },
  'update-ignored': {
    severity: 'fail',
    rule: 'Return the changed values afterwards',
    standard: 'RFC 7644 §3.5',
    minds: {
      entra: 'shows the old value as the new one, or sends it repeatedly',
      okta: 'shows a different profile from the application',
    },
  },
  'update-body': {
    severity: 'warn',
    rule: 'Answer a change with 200 and the resource, or with 204 and nothing',
    standard: 'RFC 7644 §3.5.2',
  },
  'deactivate-refused': {
    severity: 'fail',
    rule: 'Accept active=false in the format that this IdP sends',
    standard: 'RFC 7644 §3.5',
    minds: {
      entra: 'leaves the user enabled and retries',
      okta: 'leaves the user enabled and fails the task',
    },
  },
  'deactivate-ignored': {
    severity: 'fail',
    rule: 'Return active=false after it was set, or refuse the change; never answer 200 and ignore it',
    standard: 'RFC 7644 §3.5',
    minds: {
      entra: 'believes that the user is disabled',
      okta: 'reads active back and fails the deactivation',
    },
  },
  'inactive-hidden': {
    severity: 'fail',
    rule: 'Return inactive users by id and by filter; hide only deleted users',
    standard: "Entra's guide",
    minds: {
      entra: 'creates the user a second time when the user returns',
      okta: 'creates the user a second time when the user returns',
    },
  },
  'reactivate-refused': {
    severity: 'fail',
    rule: 'Accept active=true in the format that this IdP sends, or explain in detail that no seat is free',
    standard: 'RFC 7644 §3.5',
    minds: { entra: 'leaves returning users locked out', okta: 'leaves returning users locked out' },
  },
  'reactivate-ignored': {
    severity: 'fail',
    rule: 'Return active=true after it was set, or refuse the change',
    standard: 'RFC 7644 §3.5',
    minds: { entra: 'leaves returning users locked out', okta: 'leaves returning users locked out' },
  },
} as const satisfies Record<string, DeviationKind>;
