import { leavers, type SheetFacts, type SheetStep, tokenEndpointOf, tokenOf } from './step.js';

export const genericSteps = (facts: SheetFacts): SheetStep[] => [
  {
    title: 'Connect',
    lines: [
      `Base URL:         ${facts.tenantUrl}`,
      'Authentication:   bearer token, in the header Authorization: Bearer TOKEN',
      `Token:            ${tokenOf(facts)}`,
      'Unique id:        externalId must be an id that never changes; userName is the e-mail address.',
    ],
  },
  ...otherCredentials(facts),
  { title: 'Leavers', lines: [leavers(facts)] },
];

function otherCredentials(facts: SheetFacts): SheetStep[] {
  const { name, tenantUrl, authentication } = facts;
  const lines = [
    ...(authentication.includes('oauth')
      ? [
          'OAuth 2.0 client credentials grant:',
          `Token endpoint:   ${tokenEndpointOf(tenantUrl)}`,
          `Client id:        ${name}`,
          `Client secret:    ${tokenOf(facts)}`,
        ]
      : []),
    ...(authentication.includes('basic')
      ? ['HTTP basic:', `User name:        ${name}`, `Password:         ${tokenOf(facts)}`]
      : []),
  ];
  return lines.length > 0 ? [{ title: 'Or connect with other credentials', lines }] : [];
}
