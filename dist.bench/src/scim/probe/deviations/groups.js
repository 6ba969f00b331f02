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
        minds: { entra: 'creates the group once more', okta: 'creates the group once more' },
    },
    'group-update-refused': {
        severity: 'fail',
        rule: 'Take changes of groups in the form in which this IdP sends them',
        standard: 'RFC 7644 §3.5.2',
        minds: { entra: 'fails the group', okta: 'fails the group push' },
    },
    'group-update-ignored': {
        severity: 'fail',
        rule: 'Let the name that was set be the name that is read',
        standard: 'RFC 7644 §3.5.2.3',
        minds: {
            entra: 'does not find the group again',
            okta: 'shows a name that the application does not have',
        },
    },
    'member-missing': {
        severity: 'fail',
        rule: 'Add a member to those who are there',
        standard: 'RFC 7644 §3.5.2.1',
        minds: { entra: 'does not send the member again', okta: 'does not send the member again' },
    },
    'remove-ignored': {
        severity: 'fail',
        rule: 'Remove the member that the request names, in the path or in the value',
        standard: 'RFC 7644 §3.5.2.2',
        minds: {
            entra: 'takes somebody for removed who still has access',
            okta: 'takes somebody for removed who still has access',
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
        rule: 'Delete with 204 and nothing',
        standard: 'RFC 7644 §3.6',
        minds: { entra: 'tries again for 28 days', okta: 'fails to unlink the group' },
    },
    'delete-status': {
        severity: 'warn',
        rule: 'Answer a delete with 204 and no body',
        standard: 'RFC 7644 §3.6',
    },
    'delete-ignored': {
        severity: 'fail',
        rule: 'Answer 404 for what was deleted, and list it no more',
        standard: 'RFC 7644 §3.6',
        minds: { entra: 'takes a returning user for the old one', okta: 'takes a group for linked that is not' },
    },
};
