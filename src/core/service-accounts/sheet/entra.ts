import { leavers, type SheetFacts, type SheetStep, tokenEndpointOf, tokenOf } from './step.js';

// Names of pages and fields are Microsoft's: learn.microsoft.com/entra/identity/app-provisioning, "Develop and
// plan provisioning for a SCIM endpoint" and "On-premises app provisioning to SCIM-enabled apps".

export const entraSteps = (facts: SheetFacts): SheetStep[] => [
  {
    title: 'Connect (Enterprise application > Provisioning > New configuration, or Admin credentials)',
    lines: [
      `Tenant URL:    ${facts.tenantUrl}`,
      `Secret Token:  ${tokenOf(facts)}`,
      'Press Test Connection, which searches for a user that does not exist. Then press Create or Save.',
    ],
  },
  ...otherCredentials(facts),
  {
    title: 'Match by object id (Attribute mapping > Provision Microsoft Entra ID Users)',
    lines: [
      'Edit externalId: source attribute objectId (the default, mailNickname, is not stable).',
      'externalId: Match objects using this attribute Yes, matching precedence 1.',
      'userName (userPrincipalName): Match objects using this attribute Yes, matching precedence 2.',
      'emails[type eq "work"].value: source attribute mail; userPrincipalName where people have no mailbox.',
      'active: Switch([IsSoftDeleted], , "False", "True", "True", "False"), as it is.',
    ],
  },
  {
    title: 'Keep only the mappings in use; delete the others',
    lines: [
      'Keep: userName, active, displayName, emails[type eq "work"].value, name.givenName, name.familyName, externalId.',
      'Delete: addresses[...], phoneNumbers[...], title, preferredLanguage, name.formatted, employeeNumber, department, manager.',
      'Groups: keep displayName, externalId (objectId), members; or set Enabled to No where the application reads no groups.',
    ],
  },
  {
    title: 'Start',
    lines: [
      'Scope: Sync only assigned users and groups. Assign one test user.',
      'Provision this user on demand, then check the result: scimctl users show NAME',
      'Properties: turn on notification e-mails to a monitored address, and prevent accidental deletion.',
      'Then press Start provisioning. A cycle takes about 40 minutes.',
    ],
  },
  { title: 'Leavers', lines: [leavers(facts)] },
];

/** What Entra can do instead of a secret token, where the service account allows it. */
function otherCredentials(facts: SheetFacts): SheetStep[] {
  const { name, tenantUrl, authentication } = facts;
  const lines = [
    ...(authentication.includes('oauth')
      ? [
          'Where the page offers the OAuth 2.0 client credentials grant as authentication method:',
          `Token Endpoint:     ${tokenEndpointOf(tenantUrl)}`,
          `Client Identifier:  ${name}`,
          `Client Secret:      ${tokenOf(facts)}`,
        ]
      : []),
    ...(authentication.includes('basic') ? ['Entra does not support HTTP basic: use the secret token.'] : []),
  ];
  return lines.length > 0 ? [{ title: 'Or connect with other credentials', lines }] : [];
}
