import type { Explanations } from './explanation.js';

/** Users, accounts, groups and seats: what the endpoint answers to an IdP, and what commands say of users. */
export const PEOPLE: Explanations = {
  'idp-holds-departures': {
    kind: 'operation',
    meaning:
      'The departure limit of the IdP holds back departures whose accounts may still be enabled. The IdP was not removed, because its removal would hide them.',
    next: 'Review the accounts with `scimctl users pending --idp NAME` and run `scimctl idp release NAME`, then remove the IdP. `scimctl idp disable NAME` stops it at once.',
  },
  'seats-exhausted': {
    kind: 'operation',
    meaning:
      'No licence pool of the application has a free seat for the user. No account was created or enabled for this request.',
    causes: [
      'Leavers keep their seats until their accounts are disabled.',
      'More users were assigned to the application in the IdP than there are licences.',
      'The view host_licence counts seats wrongly.',
    ],
    next: 'Look at `scimctl seats`. Free seats by disabling leavers (`scimctl users pending`), or buy more seats. The IdP retries automatically.',
  },
  'user-unknown': {
    kind: 'operation',
    meaning: 'There is no user with this id, name or address. Nothing was changed.',
    causes: [
      'At the endpoint: the user was deleted, or belongs to another IdP. IdPs ask for users that may not exist, and this answer is normal.',
      'On the command line: the name is mistyped, or the application has no such account.',
    ],
    next: 'Find the user with `scimctl users list` or `scimctl users pending`. If the IdP keeps an outdated id, restart provisioning there: Entra ID then creates the user again.',
  },
  'user-reference-ambiguous': {
    kind: 'operation',
    meaning: 'The name or address matches several users or accounts. Nothing was changed.',
    next: 'Use one of the ids that the error lists.',
  },
  'user-exists': {
    kind: 'operation',
    meaning:
      'The IdP already has a user with this userName or externalId, or the user is already linked to another account. Nothing was changed.',
    causes: [
      'The user was assigned before, and the IdP does not know the id of that time.',
      'Two users of the IdP have the same external id: for example, mailNickname is mapped to externalId instead of objectId.',
    ],
    next: 'Find the existing user with `scimctl users list`. Correct the mapping or the value in the IdP.',
  },
  'user-ambiguous': {
    kind: 'operation',
    meaning:
      'Several accounts of the application have the address of the user, and none is a closer match. scimctl does not guess, so no account was linked.',
    next: 'Make the address unique in the application, or assign the account with `scimctl users link`. The event in `scimctl audit list --outcome refused` names the accounts.',
  },
  'user-protected': {
    kind: 'operation',
    meaning:
      'The account is protected from provisioning, as local administrators are. scimctl never matches, changes or disables it.',
    next: 'Remove the user from the scope of provisioning in the IdP, or remove the protection in the application.',
  },
  'user-claimed': {
    kind: 'operation',
    meaning: 'The account is already linked to another user of an IdP. Nothing was changed.',
    causes: [
      'Two IdPs, or two users of one IdP, have the same e-mail address.',
      'The application gave the key of a deleted account to another person.',
    ],
    next: 'Find out with `scimctl users show LOGIN` which IdP manages the account, and unassign the other user there. If the key was reused, assign the account with `scimctl users link`.',
  },
  'user-name-taken': {
    kind: 'operation',
    meaning:
      'Another account of the application has the login name or e-mail address that the IdP sends. No account was linked or created.',
    causes: [
      'The user has an account, but only the user name matches, which does not prove that the account is theirs.',
      'Another person has the address.',
      'The database of the application considers two different addresses equal.',
    ],
    next: 'If the account belongs to the user, run `scimctl users link` as the message shows. Otherwise change one of the two addresses.',
  },
  'user-name-hidden': {
    kind: 'operation',
    meaning:
      'The application refuses a value that must be unique, and no account in host_user has it. Nothing was changed.',
    causes: [
      'A deleted account, or one that host_user leaves out, still has the value.',
      'The application compares values more loosely than scimctl, for example without accents.',
    ],
    next: 'Ask the DBA which row has the value and whether host_user must show it. If not, change the value in the IdP.',
  },
  'user-disabled': {
    kind: 'operation',
    meaning:
      'The account is disabled in the application, and this IdP must not enable accounts that it did not disable itself. The account stays disabled.',
    next: 'Enable the account in the application, or allow the IdP to do so with `scimctl idp update NAME --adopt-disabled enable`.',
  },
  'user-doubtful': {
    kind: 'operation',
    meaning:
      'The account may belong to another person now: its login name and its e-mail address have both changed since it was linked. scimctl does not change or disable it.',
    causes: [
      'The application gave the key of the account to another person.',
      'The person was renamed, and both values were changed in the application.',
    ],
    next: 'List such accounts with `scimctl users pending --reason doubtful`, and say whose they are with `scimctl users link`.',
  },
  'user-not-pending': {
    kind: 'operation',
    meaning: 'The user is not pending a manual disable, so the account was not disabled.',
    causes: [
      'The user is still provisioned, by this IdP or another one.',
      'No IdP ever provisioned the user.',
    ],
    next: 'List the users that can be disabled with `scimctl users pending`. Disable other users in the application.',
  },
  'users-none-pending': {
    kind: 'usage',
    meaning: 'No user is pending a manual disable, so there is none to select.',
    next: 'Check with `scimctl users pending`, which also shows doubtful accounts.',
  },
  'users-missing': {
    kind: 'usage',
    meaning: 'The command disables only users that you name, and none was named. Nothing was changed.',
    next: 'Name the users, or a file that lists them with --from. `scimctl users pending` shows who is pending.',
  },
  'users-unreadable': {
    kind: 'usage',
    meaning: 'The file with the users to disable cannot be read. No account was disabled.',
    next: 'Correct the path or the permissions. Write one user per line, or use the CSV output of `scimctl users pending`.',
  },
  'users-empty': {
    kind: 'usage',
    meaning: 'The file with the users to disable names no user. No account was disabled.',
    next: 'Write one user per line: id, login name or e-mail address. Or use the output of `scimctl users pending -o csv`.',
  },
  'link-user-missing': {
    kind: 'usage',
    meaning:
      'The command does not say which user of an IdP gets the account, or says it together with --none. Nothing was changed.',
    next: 'Add --idp with --external-id or --user-name, or only --none if no IdP has the user of this account.',
  },
  'sso-subject-taken': {
    kind: 'operation',
    meaning:
      'The application knows the account by another SSO subject or external id, and scimctl does not know that it belongs to this user. Nothing was changed, because replacing it would lock one person out and let another one in.',
    next: 'If the account belongs to the user, run `scimctl users link` with --replace-subject, as the message shows. Otherwise change the address in the IdP.',
  },
  'idp-disabled': {
    kind: 'operation',
    meaning:
      'The service account of the IdP was disabled or removed while a request was running. The request changed nothing.',
    next: 'Enable the IdP with `scimctl idp enable NAME`, if it should provision users.',
  },
  'profile-invalid': {
    kind: 'usage',
    meaning:
      'A value of the user cannot be stored, for example because it is too long or contains a character that no database accepts. Nothing was changed.',
    next: 'Correct the value where it comes from: in the IdP, in its attribute mapping, or in the command.',
  },
  'group-unknown': {
    kind: 'operation',
    meaning:
      'There is no group with this id. An IdP sees only the groups that it pushed and has not deleted.',
    next: 'Push the group again in the IdP if it should exist.',
  },
  'group-exists': {
    kind: 'operation',
    meaning: 'The IdP already has a group with this name or external id. Nothing was changed.',
    next: 'Rename one of the two groups. Names that differ only in whitespace around them count as equal; `scimctl check groups` lists such groups.',
  },
  'group-invalid': {
    kind: 'usage',
    meaning: 'A value of the group cannot be stored. Nothing was changed.',
    next: 'Correct the value in the IdP.',
  },
  'host-refused': {
    kind: 'operation',
    meaning:
      'A rule of the application refuses the value or the change. The answer quotes the application, and nothing was changed for this user.',
    causes: [
      'A value is too long, or violates a constraint of a table.',
      'A trigger of the application refuses the change.',
      'The application creates its accounts itself, and the user has none yet.',
    ],
    next: 'Correct or shorten the value in the IdP, or remove its attribute from the mapping. If accounts are not created, create the account in the application first.',
  },
  'host-broken': {
    kind: 'operation',
    meaning:
      'A trigger, view or function of the application failed, or a host view has a column that scimctl cannot read. Nothing was changed, and the IdP retries.',
    causes: [
      'The application was updated, and a trigger of the host views refers to a column that no longer exists.',
      'A trigger lacks a right, or casts a text to a number or a date that it is not.',
      'The function of a trigger relies on the search path for a schema in which everybody may create objects, such as public before PostgreSQL 15. Commands leave it out, the endpoint does not: `alter function … set search_path = public`, or `revoke create on schema public from public`.',
      'A column of a host view has another type or other values than docs/host-views.md says, such as a flag that is the text Y.',
    ],
    next: 'Have the DBA correct it: `scimctl host status` tries each write, examines the rows and shows the reason.',
  },
  'host-write-ignored': {
    kind: 'operation',
    meaning:
      'The application accepted a write but did not keep the value. scimctl read it back before COMMIT and rolled the change back.',
    causes: [
      'A trigger of the application sets the value back.',
      'The trigger of the host view does not write the column.',
    ],
    next: 'Look at `scimctl host status`, and have the DBA correct the host views and their triggers.',
  },
  'cursor-invalid': {
    kind: 'usage',
    meaning: 'The client sent a cursor that is not of this list. Nothing was returned.',
    next: 'Have the client start again without a cursor, and use the same filter and order for every page.',
  },
};
