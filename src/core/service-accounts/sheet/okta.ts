import { leavers, type SheetFacts, type SheetStep, tokenOf } from './step.js';

// Names of pages and fields are Okta's: help.okta.com, "Add SCIM provisioning to app integrations" and
// "Connect to a SCIM connector".

export const oktaSteps = (facts: SheetFacts): SheetStep[] => [
  {
    title: 'Connect (Applications > your SAML app > Provisioning > Integration)',
    lines: [
      'SCIM version:                         2.0 (General > App Settings > Provisioning: SCIM)',
      `SCIM connector base URL:              ${facts.tenantUrl}`,
      'Unique identifier field for users:    userName',
      'Supported provisioning actions:       Push New Users, Push Profile Updates, Push Groups',
      'Authentication Mode:                  HTTP Header',
      `Authorization (Bearer):               ${tokenOf(facts)}`,
      'Press Test Connector Configuration, which requests the first two users. Then press Save.',
    ],
  },
  ...otherCredentials(facts),
  {
    title: 'Switch on (Provisioning > To App)',
    lines: [
      'Enable Create Users, Update User Attributes and Deactivate Users.',
      'Application username format (Sign On): Email.',
    ],
  },
  {
    title: 'Start (Assignments)',
    lines: [
      'Assign one test user, then check the result: scimctl users show NAME',
      'Then assign your groups. Use Push Groups for groups that the application reads.',
    ],
  },
  { title: 'Leavers', lines: ['Okta never deletes a user; it deactivates.', leavers(facts)] },
];

/** What Okta can do instead of a bearer token, where the service account allows it. */
function otherCredentials(facts: SheetFacts): SheetStep[] {
  const { name, authentication } = facts;
  const lines = [
    ...(authentication.includes('basic')
      ? [
          'Authentication Mode:                  Basic Auth',
          `Username:                             ${name}`,
          `Password:                             ${tokenOf(facts)}`,
        ]
      : []),
    ...(authentication.includes('oauth')
      ? [
          'The OAuth 2 mode of Okta uses the authorization code grant, which the endpoint does not support: use HTTP Header.',
        ]
      : []),
  ];
  return lines.length > 0 ? [{ title: 'Or connect with other credentials', lines }] : [];
}
