import type { DeviationKind } from './kind.js';

/** What can go wrong in the life of a group, and with deleting. */
export const GROUP_DEVIATIONS = {
  'group-refused': {
    severity: 'fail',
    rule: 'Create a group from what this IdP sends, without members and with schemas you do not know',
    standard: 'RFC 7644 §3.3',
    minds: { entra: 'fails the group', okta: 'fails the group push' },
  },
  'group-lookup': {
    severity: 'fail',
    rule: 'Find a group by displayName eq, also with excludedAttributes=members',
    standard: 'RFC 7644 §3.4.2.2',
    minds: { entra: 'creates the group a second time', okta: 'creates the group a second time' },
  },
  'group-update-refused': {
    severity: 'fail',
    rule: 'Accept group changes in the format that this IdP sends',
    standard: 'RFC 7644 §3.5.2',
    minds: { entra: 'fails the group', okta: 'fails the group push' },
  },
  'group-update-ignored': {
    severity: 'fail',
    rule: 'Return the name that was set',
    standard: 'RFC 7644 §3.5.2.3',
    minds: {
      entra: 'does not find the group again',
      okta: 'shows a different name from the application',
    },
  },
  'member-missing': {
    severity: 'fail',
    rule: 'Add the member and keep the existing members',
    standard: 'RFC 7644 §3.5.2.1',
    minds: { entra: 'does not send the member again', okta: 'does not send the member again' },
  },
  'remove-ignored': {
    severity: 'fail',
    rule: 'Remove the member that the request names, in the path or in the value',
    standard: 'RFC 7644 §3.5.2.2',
    minds: {
      entra: 'believes that the member is removed, although the member still has access',
      okta: 'believes that the member is removed, although the member still has access',
    },
  },
  'removed-all': {
    severity: 'fail',
    rule: 'Remove only the member that the request names; Entra names it in value, beside the path members',
    standard: "RFC 7644 §3.5.2.2, Entra's guide",
    minds: { entra: 'does not send the others again', okta: 'does not send the others again' },
  },
  'excluded-ignored': {
    severity: 'warn',
    rule: 'Leave members out where excludedAttributes=members asks for it',
    standard: 'RFC 7644 §3.9',
    minds: { entra: 'reads large groups whole at every cycle' },
  },
  'delete-refused': {
    severity: 'fail',
    rule: 'Answer a delete with 204 and no body',
    standard: 'RFC 7644 §3.6',
    minds: { entra: 'retries for 28 days', okta: 'fails to unlink the group' },
  },
  'delete-status': {
    severity: 'warn',
    rule: 'Answer a delete with 204 and no body',
    standard: 'RFC 7644 §3.6',
  },
  'delete-ignored': {
    severity: 'fail',
    rule: 'Answer 404 for a deleted resource, and remove it from lists',
    standard: 'RFC 7644 §3.6',
    minds: {
      entra: 'treats a returning user as the old one',
      okta: 'believes that the group is still linked',
    },
  },
} as const satisfies Record<string, DeviationKind>;
